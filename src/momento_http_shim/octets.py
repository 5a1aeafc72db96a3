"""Octets that may live outside Python.

In a Worker a body is a JavaScript buffer; copying it into Python costs time and memory that most requests
need not pay. `bytes` satisfies this protocol as it is; `runtime.workers` has the other implementation.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Protocol

# A bytes part up to this size is copied into its neighbours: cheaper than one more piece to send.
_OWN_PART = 32 * 1024


class Octets(Protocol):
    """An immutable run of octets: `bytes`, or a view on a JavaScript buffer."""

    def __len__(self) -> int:
        """Give the length in octets."""
        ...

    def __getitem__(self, part: slice, /) -> Octets:
        """Give a part of it, uncopied where the implementation can; only steps of 1 are supported."""
        ...

    def __bytes__(self) -> bytes:
        """Copy all of it into Python: the only operation that copies out of JavaScript."""
        ...


class Joined:
    """Several runs of octets one after the other, not copied until somebody asks for `bytes`.

    The codec sends each part by itself, so that one in JavaScript stays there.
    """

    __slots__ = ("_length", "parts")

    def __init__(self, parts: tuple[Octets, ...]) -> None:
        self.parts = parts
        self._length = sum(map(len, parts))

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, part: slice, /) -> bytes:
        return bytes(self)[part]

    def __bytes__(self) -> bytes:
        return b"".join(map(bytes, self.parts))


Parts = tuple[Octets, ...]


def joined(parts: Iterable[Octets]) -> Parts:
    """Join neighbouring small `bytes` into one part each; leave everything else where it is."""
    result: list[Octets] = []
    small: list[bytes] = []
    for part in _pieces(parts):
        if isinstance(part, bytes) and len(part) <= _OWN_PART:
            small.append(part)
            continue
        if small:
            result.append(b"".join(small))
            small = []
        result.append(part)
    if small:
        result.append(b"".join(small))
    return tuple(result)


def _pieces(parts: Iterable[Octets]) -> Iterator[Octets]:
    for part in parts:
        if isinstance(part, Joined):
            yield from _pieces(part.parts)
        else:
            yield part
