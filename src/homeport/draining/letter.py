"""A dead letter: what a refused write asked for, and what the origin answered. Pure.

One line of JSON, a newline, the request's body, the beginning of the answer's, their lengths in the line. Credentials
are in it as in the entry: sealed or not at all.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Response
from homeport.reading.key import Resource
from momento_http_shim.octets import Octets

FORMAT = 1
MOST_ANSWER = 16 * 1024
"""Octets of the origin's answer that are kept."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One refused write: its request is the `item`, which has been tried so often. Times in ms since 1970.

    `status`, `header` and the beginning of the `answer`, which had `answer_bytes`, are the origin's last answer; status
    None where it never gave one.
    """

    key: str
    region: str
    settled: int
    reason: str
    item: Pending
    status: int | None = None
    header: Headers = NO_FIELDS
    answer: Octets = field(default=b"", repr=False)
    answer_bytes: int = 0
    target: str = ""
    """The written resource's: of a POST to a collection its item's."""
    whose: str = ""
    """To whom alone what it leaves may be shown; nothing: to everybody."""

    @property
    def id(self) -> str:
        """The write's."""
        return self.item.id


@dataclass(frozen=True, slots=True)
class Illegible:
    """It cannot be read. `foreign`: a newer release wrote it, and it is left alone; else it is damaged."""

    foreign: bool = False


def of(
    about: Resource,
    whose: str,
    item: Pending,
    region: str,
    reply: Response | NoAnswer | None,
    settled: int,
    reason: str,
    tries: int,
) -> Letter:
    """The letter of a write whose last try got that reply."""
    tried = replace(item, sent=True, tries=tries, not_before=0, fingerprint="", by="", key="")
    letter = Letter(about.key, region, settled, reason, tried, target=about.target, whose=whose)
    if not isinstance(reply, Response):
        return letter
    header = reply.headers.without("set-cookie", "set-cookie2")
    answer, whole = reply.body[:MOST_ANSWER], len(reply.body)
    return replace(letter, status=reply.status, header=header, answer=answer, answer_bytes=whole)


def encode(letter: Letter) -> tuple[Octets, ...]:
    """The parts that make the letter's octets; bodies are not copied."""
    item = letter.item
    line = {
        "format": FORMAT,
        "id": item.id,
        "key": letter.key,
        "target": letter.target,
        "whose": letter.whose,
        "region": letter.region,
        "seq": item.seq,
        "accepted": item.accepted,
        "settled": letter.settled,
        "tries": item.tries,
        "reason": letter.reason,
        "request": {
            "method": item.method,
            "url": item.target,
            "header": list(item.header),
            "sealed": item.sealed,
            "body_bytes": len(item.body),
        },
        "response": {
            "status": letter.status,
            "header": list(letter.header),
            "body_bytes": len(letter.answer),
            "whole_bytes": letter.answer_bytes,
        },
    }
    text = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
    return (text.encode() + b"\n", *(body for body in (item.body, letter.answer) if len(body)))


def decode(octets: Octets) -> Letter | Illegible:
    """Read a letter; never raises."""
    try:
        head = bytes(octets)
        end = head.index(b"\n")
        line = json.loads(head[:end])
        if type(line["format"]) is int and not 1 <= line["format"] <= FORMAT:
            return Illegible(foreign=True)
        asked, given = line["request"], line["response"]
        sizes, rest = (asked["body_bytes"], given["body_bytes"]), octets[end + 1 :]
        if not _well_typed(line) or min(sizes) < 0 or sum(sizes) != len(rest):
            return Illegible()
        item = Pending(
            line["id"],
            line["seq"],
            line["accepted"],
            asked["method"],
            asked["url"],
            _fields(asked["header"]),
            rest[: sizes[0]],
            sent=True,
            tries=line["tries"],
            sealed=asked["sealed"],
        )
        return Letter(
            line["key"],
            line["region"],
            line["settled"],
            line["reason"],
            item,
            given["status"],
            _fields(given["header"]),
            rest[sizes[0] :],
            given["whole_bytes"],
            line["target"],
            line["whose"],
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Illegible()


def _well_typed(line: Any) -> bool:
    asked, given = line["request"], line["response"]
    numbers = (
        *(line[name] for name in ("format", "seq", "accepted", "settled", "tries")),
        asked["body_bytes"],
        given["body_bytes"],
        given["whole_bytes"],
        given["status"] or 0,
    )
    texts = (
        *(line[name] for name in ("id", "key", "region", "reason", "target", "whose")),
        *(asked[name] for name in ("method", "url", "sealed")),
        *(text for pair in (*asked["header"], *given["header"]) for text in pair),
    )
    return all(type(number) is int for number in numbers) and all(type(text) is str for text in texts)


def _fields(pairs: Any) -> Headers:
    return Headers((name, value) for name, value in pairs)
