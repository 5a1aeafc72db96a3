"""JSON Pointer (RFC 6901): the places a JSON Patch speaks of."""

from __future__ import annotations

import re
from typing import Any

from .answers import Problem

_TOKENS = re.compile(r"(?:/(?:[^~/]|~[01])*)*")
_INDEX = re.compile(r"0|[1-9][0-9]*", re.ASCII)

Tokens = tuple[str, ...]
"""The steps from the root to a place; the empty tuple is the whole document."""


def parse(pointer: object) -> Tokens:
    """Split a pointer into its unescaped tokens; raises 400 when it is no JSON Pointer (section 3)."""
    if not isinstance(pointer, str) or not _TOKENS.fullmatch(pointer):
        raise Problem(400, "path and from must be JSON Pointers (RFC 6901).")
    # Section 4: ~1 first, so that ~01 becomes ~1 and not /.
    return tuple(token.replace("~1", "/").replace("~0", "~") for token in pointer.split("/")[1:])


def find(document: Any, tokens: Tokens) -> Any:
    """Give the value at a place; raises 409 when the document has no such place (section 4)."""
    for token in tokens:
        document = document[existing(document, token)]
    return document


def existing(container: Any, token: str) -> Any:
    """Give the member name or index that `token` means in `container`; raises 409 when there is none."""
    if isinstance(container, dict) and token in container:
        return token
    if isinstance(container, list):
        return index(token, len(container))
    raise missing(token)


def index(token: str, size: int) -> int:
    """Read an array index below `size`; raises 409 otherwise. No leading zeros, no sign (section 4)."""
    # A longer number than the size has is out of range, and may exceed Python's limit of digits.
    if _INDEX.fullmatch(token) and len(token) <= len(str(size)) and int(token) < size:
        return int(token)
    raise missing(token)


def missing(token: str) -> Problem:
    """Say that the item has no place `token` (RFC 5789, section 2.2: conflicting state)."""
    return Problem(409, f"The item has no place {token!r} where the patch looks for it.")
