"""A client's own Idempotency-Key (draft-ietf-httpapi-idempotency-key-header), and what a region remembers. Pure."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from homeport.errors import problem
from homeport.messages import Request, Response
from momento_http_shim.octets import Octets

FORMAT = 1
FIELD = "idempotency-key"
FREE = b"free"
"""What stands in place of a record whose attempt certainly took nothing: the next one may begin anew."""

# A string of RFC 9651 section 3.3.3, with parameters that mean nothing here; many clients send the bare key.
_STRING = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])+)"(?: *;.*)?')
_BARE = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z:/=@-]+")
LONGEST = 255

_COMPARED = ("content-type", "content-language", "if-match", "if-none-match")


@dataclass(frozen=True, slots=True)
class Record:
    """The first attempt under a key: the write's `id`, its resource's `key`, when it began, in ms since 1970.

    `again` counts the attempts that were opened after it, so that each of them changes the record.
    """

    id: str
    key: str
    fingerprint: str
    at: int
    again: int = 0


def read(field: str) -> str | None:
    """The key that the field carries, a string or bare; None where it is malformed, empty or too long."""
    field = field.strip()
    quoted = _STRING.fullmatch(field)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else field
    return key if (quoted or _BARE.fullmatch(key)) and len(key) <= LONGEST else None


def digest(key: str, principal: str) -> str:
    """What a key is remembered under: another one for each principal, so that nobody is told of another's write."""
    return hashlib.sha256(json.dumps([key, principal]).encode()).hexdigest()


def fingerprint(request: Request) -> str:
    """SHA-256, in hexadecimal, that two requests share only where they ask for the same (the draft's section 2.4).

    Of compact JSON of method, target, Content-Type, Content-Language, If-Match and If-None-Match, each null where it
    is not there, and the body's own SHA-256.
    """
    body = hashlib.sha256(bytes(request.body)).hexdigest()
    asked = [request.method, request.target, *(request.headers.get(name) for name in _COMPARED), body]
    return hashlib.sha256(json.dumps(asked, separators=(",", ":")).encode()).hexdigest()


def namer(field: str | None, principal: str, token: Callable[[], str]) -> Callable[[], str]:
    """What an item that a request makes is named by: a fresh token, or what follows from its author's key.

    So the same request sent again makes the same item.
    """
    key = read(field or "")
    return token if key is None else lambda: digest(f"item {key}", principal)[:32]


def encode(record: Record) -> bytes:
    """One line of JSON."""
    members = {name: getattr(record, name) for name in Record.__slots__}
    return json.dumps({"format": FORMAT} | members, separators=(",", ":")).encode()


def decode(octets: Octets) -> Record | None:
    """Read a record; None where it is damaged or of a newer release. Never raises."""
    try:
        members: dict[str, Any] = json.loads(bytes(octets))
        form = members.pop("format")
        record = Record(**members)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None
    texts, numbers = (record.id, record.key, record.fingerprint), (form, record.at, record.again)
    typed = all(type(text) is str for text in texts) and all(type(number) is int for number in numbers)
    return record if typed and 1 <= form <= FORMAT else None


def malformed() -> Response:
    """400 for a key that is none."""
    detail = f'Idempotency-Key is a string of 1 to {LONGEST} ASCII characters, such as "8e03978e-40d5"'
    return problem(400, "Malformed Idempotency-Key", f"{detail}; nothing was written.")


def reused() -> Response:
    """422: the key names another request (the draft's section 2.7)."""
    detail = "This Idempotency-Key was used for another request. Use a new key for a new request."
    return problem(422, "Idempotency-Key reused", detail)


def running(seconds: int) -> Response:
    """409: the first attempt may still be at work (the draft's section 2.7)."""
    detail = (
        "A request with this Idempotency-Key may still be at work. Send it again to learn what became of it."
    )
    return problem(409, "Request in progress", detail, retry_after=seconds)


def unknown(region: str) -> Response:
    """503: what stands under the key cannot be read, so that nobody can tell whether an attempt was made."""
    detail = f"The regional cache in {region} cannot tell what became of this Idempotency-Key."
    return problem(503, "Outcome unknown", f"{detail} Send the same request again.", retry_after=10)
