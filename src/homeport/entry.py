"""The entry: what stands in a region's cache for one resource.

One line of JSON, a newline, the representation's raw body, then the bodies of the pending writes, their lengths
in the line. A write whose body is the representation (`shown`, as of a PUT) has it there only: Momento meters each KB.
Anybody who has the key can read it with one GET and a split at the first newline.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from momento_http_shim.octets import Octets

from .entry_types import RARE, RARE_OF_PENDING, well_typed
from .messages import NO_FIELDS, Headers

FORMAT = 1
Kind = Literal["stored", "tombstone", "marker", "variants", "command"]
"""stored: a representation; tombstone: reads as 404; marker: reads as a miss and holds the place; variants: names the
request fields by which the representations differ, which stand under keys of their own; command: nothing is known of
the representation, and what is pending does not tell."""

_LINE_GUESS = 4096  # most lines are shorter, so that one look suffices


class Push(NamedTuple):
    """Where a pushed representation comes from.

    `state` is the publisher's fingerprint of what it depends on. `version` is the origin's own number: a larger one is
    later. `number` counts the pushes of one publisher, `source`.
    """

    state: str = ""
    version: int | None = None
    source: str = ""
    number: int = 0


@dataclass(frozen=True, slots=True)
class Pending:
    """One accepted write that the origin has not settled yet. Times in ms since 1970.

    `fingerprint` is of the request, where its author may send it again under `key`, its own Idempotency-Key. `sealed`
    are its credentials, encrypted. `by` names the write that supersedes this one, which is then never sent itself.
    """

    id: str
    seq: int
    accepted: int
    method: str
    target: str
    header: Headers
    body: Octets = field(default=b"", repr=False)
    sent: bool = False
    tries: int = 0
    not_before: int = 0
    fingerprint: str = ""
    sealed: str = ""
    by: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A resource as a region knows it.

    `as_of` is the span, in ms since 1970, in which the origin produced the representation: from the moment it was
    asked to the moment it had answered. `nonce` is fresh in every version, so that Momento's hash always changes.
    `stale` says that it is known to be outdated and must not be shown before the origin was asked; `soft`, that it is
    to be treated as expired. `varies` names the request fields of *variants*; `of` is the nonce of the *variants* that
    a representation under a key of its own belongs to. `tags` are what it can be purged by. `whose` tells by a
    fingerprint to whom alone the representation may be shown; nothing: to everybody. `etag` is the origin's entity tag
    of the state on which the pending writes stand. `push` tells where a representation comes from that was not filled.
    """

    target: str
    vary: Headers
    kind: Kind
    nonce: str
    as_of: tuple[int, int]
    seq: int = 0
    stale: bool = False
    soft: bool = False
    varies: tuple[str, ...] = ()
    of: str = ""
    tags: tuple[str, ...] = ()
    whose: str = ""
    etag: str = ""
    push: Push | None = None
    status: int = 200
    header: Headers = NO_FIELDS
    body: Octets = field(default=b"", repr=False)
    pending: tuple[Pending, ...] = ()

    @property
    def dirty(self) -> bool:
        """Whether a write is accepted here that the origin has not settled."""
        return bool(self.pending)

    def commanded(self, item: Pending) -> bool:
        """Whether a pending write is a command: a POST to this very resource; only the origin knows what it does."""
        return item.method == "POST" and item.target == self.target

    @property
    def unclear(self) -> bool:
        """Whether what is pending does not tell what a GET shows: a command, and no write after it that does."""
        for item in reversed(self.pending):
            if item.method != "PATCH":
                return self.commanded(item)
        return False

    def version(self, nonce: str, **changes: Any) -> Entry:
        """The next version of this entry."""
        return replace(self, nonce=nonce, **changes)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """What stands there is damaged, or of a format this release does not know. It reads as a miss.

    Damage may be overwritten, and so may a `newer` release's entry in which no write waits: every format has `format`
    and `pending` where this one has them, and `pending` is empty exactly then. `foreign` may not: accepted writes stand
    in it.
    """

    reason: str
    foreign: bool = False
    newer: bool = False


_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


def encode(entry: Entry) -> tuple[Octets, ...]:
    """The parts that make the entry's octets: the line, the body, the pending bodies. Bodies are not copied."""
    path, mark, query = entry.target.partition("?")
    line = {
        "endpoint": path,
        "query": mark + query,
        "method": "GET",
        "request": {"header": entry.vary.joined()},
        "response": {"status": entry.status, "header": entry.header.joined()},
        "homeport": {
            "format": FORMAT,
            "kind": entry.kind,
            "seq": entry.seq,
            "nonce": entry.nonce,
            "stale": entry.stale,
            "as_of": entry.as_of,
            "pending": [_pending_line(item, shown=_shows(entry, item)) for item in entry.pending],
            "body_bytes": len(entry.body),
            **{name: value for name in RARE if (value := getattr(entry, name))},
        },
    }
    text = _json(line)
    bodies = (entry.body, *(item.body for item in entry.pending if not _shows(entry, item)))
    return (text.encode() + b"\n", *(body for body in bodies if len(body)))


def _shows(entry: Entry, item: Pending) -> bool:
    return len(item.body) > 0 and item.body is entry.body


def _pending_line(item: Pending, *, shown: bool) -> dict[str, object]:
    return {
        "id": item.id,
        "seq": item.seq,
        "accepted": item.accepted,
        "method": item.method,
        "url": item.target,
        "header": list(item.header),
        "body_bytes": 0 if shown else len(item.body),
        "sent": item.sent,
        "tries": item.tries,
        "not_before": item.not_before,
        **{name: value for name in RARE_OF_PENDING if (value := getattr(item, name))},
        **({"shown": True} if shown else {}),
    }


def decode(octets: Octets) -> Entry | Unreadable:
    """Read an entry; bodies are slices of `octets`. Never raises: what cannot be read is `Unreadable`."""
    try:
        line, rest = _split(octets)
        found = _read(line) if len(line) <= _LINE_GUESS else _read.__wrapped__(line)
        if isinstance(found, Unreadable):
            return found
        told, pending, lengths = found
        if sum(lengths) != len(rest):
            return Unreadable(f"{len(rest)} octets of bodies where the line says {sum(lengths)}")
        if not pending:
            return Entry(**told, body=rest)
        body, *own = _cut(rest, lengths)
        bodies = [body if shown else each for (_, shown), each in zip(pending, own, strict=True)]
        items = tuple(replace(item, body=each) for (item, _), each in zip(pending, bodies, strict=True))
        return Entry(**told, body=body, pending=items)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError, RecursionError) as error:
        return Unreadable(f"{type(error).__name__} in its first line")


@lru_cache(maxsize=128)
def _read(line: bytes) -> tuple[dict[str, Any], list[tuple[Pending, bool]], list[int]] | Unreadable:
    """An entry's members before its body, its writes, and whether they are shown, all without bodies; their lengths.

    Remembered, because what is read often is read again: of a hit this is the dearest part. But for long lines, as of
    many writes: 128 of those would fill the isolate's memory.
    """
    told = json.loads(line.decode())
    ours = told["homeport"]
    if type(ours["format"]) is not int:
        return Unreadable("its format is no number")
    if not 1 <= ours["format"] <= FORMAT:
        known = f"format {ours['format']}, this release knows {FORMAT}"
        return Unreadable(known, foreign=ours.get("pending") != [], newer=True)
    if not well_typed(told, ours):
        return Unreadable("a member of its first line is of the wrong type")
    lengths = [ours["body_bytes"], *[item["body_bytes"] for item in ours["pending"]]]
    if min(lengths) < 0:
        return Unreadable("a length in its first line is negative")
    members = {
        "target": told["endpoint"] + told["query"],
        "vary": Headers(told["request"]["header"].items()),
        "as_of": (ours["as_of"][0], ours["as_of"][1]),
        "status": told["response"]["status"],
        "header": Headers(told["response"]["header"].items()),
        **{name: ours[name] for name in ("kind", "nonce", "seq", "stale")},
        **({} if ours.keys().isdisjoint(RARE) else _rare(ours)),
    }
    return members, [(_pending(item), bool(item.get("shown"))) for item in ours["pending"]], lengths


def _rare(ours: Any) -> dict[str, Any]:
    found = {name: ours[name] for name in ("soft", "of", "whose", "etag") if name in ours}
    found |= {name: tuple(ours[name]) for name in ("varies", "tags") if name in ours}
    return found | {"push": Push(*ours["push"])} if "push" in ours else found


def _split(octets: Octets) -> tuple[bytes, Octets]:
    head = bytes(octets[:_LINE_GUESS])
    end = head.find(b"\n")
    if end < 0:
        head = bytes(octets)
        end = head.index(b"\n")
    return head[:end], octets[end + 1 :]


def _cut(octets: Octets, lengths: list[int]) -> list[Octets]:
    parts: list[Octets] = []
    start = 0
    for length in lengths:
        parts.append(octets[start : start + length])
        start += length
    return parts


def _pending(item: Any) -> Pending:
    return Pending(
        id=item["id"],
        seq=item["seq"],
        accepted=item["accepted"],
        method=item["method"],
        target=item["url"],
        header=Headers((name, value) for name, value in item["header"]),
        sent=item["sent"],
        tries=item["tries"],
        not_before=item["not_before"],
        **{name: item[name] for name in RARE_OF_PENDING if name in item},
    )
