"""What a resource looks like after a write, before the origin has seen it. Pure.

A route's `representation` is a `Represent`: of a PUT or PATCH and of what is known of the resource it makes the answer
to a GET. `plain`, `wrapped("data")` and `merged` are ready-made.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from homeport.entry import Entry, Pending, Unreadable
from homeport.errors import problem
from homeport.messages import NO_FIELDS, Headers, Response

from . import patch

Represent = Callable[[Pending, Entry | None], Response | None]
"""2xx: the representation; of its fields those are kept that describe the body. 4xx: the write is refused with it, and
nothing is written. None: that cannot be told. The current state is None where the region does not know it; a function
that then gives None is called again with what the origin shows, a tombstone for its 404."""

_DESCRIBES = ("content-type", "content-language")


@dataclass(frozen=True, slots=True)
class Unclear:
    """Only the origin can tell what the write leaves; `error` says how the route's function failed, if it did."""

    error: str = ""


def media_type(headers: Headers) -> str:
    """The media type without its parameters, in lower case; nothing where there is none."""
    return (headers.get("content-type") or "").partition(";")[0].strip().lower()


def plain(write: Pending, current: Entry | None) -> Response | None:
    """PUT: the request's body (RFC 9110 section 9.3.4). PATCH: the patch applied to the current JSON (RFC 5789)."""
    if write.method != "PATCH":
        return Response(200, write.header, write.body)
    if current is not None and current.dirty and current.kind == "tombstone":
        return problem(404, "Not found", "An accepted DELETE came first; there is nothing to patch.")
    if current is None or not _shows_json(current):
        return None
    outcome = patch.patched(media_type(write.header), write.body, current.body)
    if isinstance(outcome, patch.MisfitError):
        return problem(outcome.status, "Patch not applied", f"{outcome.detail} Nothing was written.")
    return None if outcome is None else Response(200, current.header, outcome)


def wrapped(name: str) -> Represent:
    """For origins that take a bare JSON value and show it as `{name: value}`; a patch is of the bare value, too."""

    def represent(write: Pending, current: Entry | None) -> Response | None:
        if write.method == "PATCH" and current is not None and _shows_json(current):
            document = _json(current.body)
            if not isinstance(document, dict) or document.keys() != {name}:
                return None  # the origin shows more than the value, or something else
            current = replace(current, body=patch.encode(document[name]))
        answer = plain(write, current)
        if answer is None or answer.status != 200:
            return answer
        if not is_json(answer.headers) or _json(answer.body) is _NO_JSON:
            return None
        return replace(answer, body=b"{%b:%b}" % (json.dumps(name).encode(), bytes(answer.body)))

    represent.replaces_whole = True  # type: ignore[attr-defined]
    return represent


def replaces_whole(represent: Represent) -> bool:
    """Whether a PUT leaves nothing of what was there; a function of one's own says so by an attribute of that name."""
    return represent is plain or getattr(represent, "replaces_whole", False) is True


def merged(write: Pending, current: Entry | None) -> Response | None:
    """For origins whose PUT leaves the members that it does not name: top-level members onto the current JSON."""
    if write.method == "PATCH" or (current is not None and current.status == 404):
        return plain(write, current)
    if current is None or not (_shows_json(current) and is_json(write.header)):
        return None
    before, members = _json(current.body), _json(write.body)
    if not (isinstance(before, dict) and isinstance(members, dict)):
        return None
    return Response(200, write.header, patch.encode(before | members))


def after(
    entry: Entry, item: Pending, represent: Represent = plain, current: Entry | None = None
) -> Entry | Response | Unclear:
    """The entry with the representation that this write leaves; what is pending and its number are untouched.

    A DELETE leaves a tombstone; a command what was there, which is then not shown (`Entry.unclear`). A `Response` is
    the refusal of a write that cannot be applied to what is `current`.
    """
    if item.method == "DELETE":
        return entry.version(
            entry.nonce, kind="tombstone", status=404, header=NO_FIELDS, body=b"", as_of=_at(item)
        )
    if entry.commanded(item):
        return entry.version(entry.nonce, kind="command") if entry.kind == "marker" else entry
    if item.method == "POST":  # to a collection: what a PUT of the item would leave where nothing stood
        item = replace(item, method="PUT", target=entry.target)
        current = entry.version(
            entry.nonce, kind="tombstone", status=404, header=NO_FIELDS, body=b"", pending=()
        )
    answer = _represented(represent, item, current)
    if isinstance(answer, Unclear) or 400 <= answer.status < 500:
        return answer
    header = described(answer.headers).plus(("cache-control", "no-cache"))
    return entry.version(
        entry.nonce, kind="stored", status=200, header=header, body=answer.body, as_of=_at(item)
    )


def put_again(entry: Entry, base: Entry | None, represent: Represent) -> Entry | None:
    """The entry with what its pending writes leave one after the other, on the base; None where that takes a base.

    A write that cannot be applied to it is left out: the origin will refuse it, as it will a POST of what is there.
    What comes after a command is not known until a write determines it.
    """
    if base is not None:
        entry = entry.version(
            entry.nonce, kind=base.kind, status=base.status, header=base.header, body=base.body
        )
    current, commanded = base, False
    for item in entry.pending:
        if entry.commanded(item):
            current, commanded = None, True
        elif item.method != "POST" or not exists(current):
            left = after(entry, item, represent, current)
            if isinstance(left, Entry):
                entry = current = left
            elif current is None and not commanded:
                return None
    return entry


def _represented(represent: Represent, item: Pending, current: Entry | None) -> Response | Unclear:
    try:
        answer: Any = represent(item, current)
    except patch.UnclearError:
        return Unclear()
    except Exception as error:  # noqa: BLE001 - it is the user's function: anything can be wrong with it
        return Unclear(type(error).__name__)
    if answer is None:
        return Unclear()
    if not isinstance(answer, Response):
        return Unclear(f"gave {type(answer).__name__}")
    body: Any = answer.body
    if isinstance(body, str):
        return Unclear("gave a text for a body")
    if not (200 <= answer.status < 300 or 400 <= answer.status < 500):
        return Unclear(f"gave {answer.status}")
    return answer


_NO_JSON = object()


def _json(octets: Any) -> Any:
    try:
        return patch.decode(octets)
    except (patch.MisfitError, patch.UnclearError):
        return _NO_JSON


def is_json(headers: Headers) -> bool:
    """Whether the media type is one of JSON (RFC 6839 section 3.1)."""
    kind = media_type(headers)
    return kind == "application/json" or kind.endswith("+json")


def _shows_json(entry: Entry) -> bool:
    return entry.kind == "stored" and entry.status == 200 and is_json(entry.header)


def described(headers: Headers) -> Headers:
    """The fields that describe a representation (RFC 9110 sections 8.3 and 8.5)."""
    return Headers(pair for pair in headers if pair[0] in _DESCRIBES)


def exists(entry: Entry | Unreadable | None) -> bool:
    """Whether a representation is known to stand there: where none is, a PUT creates one, as far as a region can tell.

    Nobody asks the origin: what no visitor of the region read lately, it may have all the same. A tombstone is a 404.
    """
    return (
        isinstance(entry, Entry)
        and entry.kind not in ("marker", "command")
        and entry.status not in (404, 410)
    )


def _at(item: Pending) -> tuple[int, int]:
    return (item.accepted, item.accepted)
