"""Octets that may live outside Python.

In a Worker a body is a JavaScript buffer; copying it into Python costs time and memory that most requests
need not pay. `bytes` satisfies this protocol as it is; `runtime.workers` has the other implementation.
"""

from __future__ import annotations

from typing import Protocol


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
