"""The part of a representation that a visitor asks for by Range, in octets (RFC 9110 section 14). Pure."""

from __future__ import annotations

import re
from dataclasses import replace

from homeport.errors import problem
from homeport.messages import Response

# One range-spec of the unit bytes, among empty elements of the list (sections 14.1.1 and 5.6.1.2). The space after the
# equals sign is not in the grammar, but in the example of section 14.1.2. Python converts no more than 4300 digits.
_ONE = re.compile(r"bytes=[ \t,]*([0-9]{0,4000})-([0-9]{0,4000})[ \t,]*", re.ASCII | re.IGNORECASE)

_OF_THE_WHOLE = ("content-digest", "content-length", "content-md5", "content-range")
"""Fields that describe the content of the message, which is another one in a part (sections 8.6 and 14.4, RFC 9530)."""

_KNOWN = ("content-encoding", "content-language", "content-type", "last-modified", "repr-digest")
"""Representation fields that a visitor who says If-Range has already (section 15.3.7)."""


def requested(field: str, length: int) -> range | None:
    """The positions that a Range field asks for in a representation of `length` octets.

    Empty where the range is unsatisfiable (section 14.1.2). None where the field is to be ignored, as section 14.2
    permits: several ranges, another unit, not valid, or nothing to take a part of.
    """
    found = _ONE.fullmatch(field)
    if found is None or not length:
        return None
    first, last = found.groups()
    if not first:
        return range(max(0, length - int(last)), length) if last else None
    if last and int(last) < int(first):
        return None
    return range(int(first), min(int(last) + 1, length) if last else length)


def partial(whole: Response, field: str, *, known: bool) -> Response:
    """206 with the part, 416 where there is none, or the whole response where the Range field is to be ignored.

    `known`: the visitor proved by If-Range that they have the fields of the representation. The body is sliced, not
    copied.
    """
    length = len(whole.body)
    part = requested(field, length)
    if part is None:
        return whole
    if not part:
        detail = f"The representation has {length} octets. Ask for a range that begins within them, or for the whole."
        refusal = problem(416, "Range not satisfiable", detail)
        return replace(refusal, headers=refusal.headers.plus(("content-range", f"bytes */{length}")))
    headers = whole.headers.without(*_OF_THE_WHOLE, *(_KNOWN if known else ()))
    span = ("content-range", f"bytes {part.start}-{part.stop - 1}/{length}")
    return Response(206, headers.plus(span), whole.body[part.start : part.stop])
