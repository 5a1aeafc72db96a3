"""That one key belongs to one family of calls."""

from __future__ import annotations

from collections.abc import Iterable

from .errors import InvalidArgument


class FamilyGuard:
    """A check for development: which family of writes each key has seen, for as long as the guard lives.

    Momento: "Do NOT use check-and-set APIs with scalar or non-CAS APIs such as Set or Delete. Doing so
    will result in undefined consistency behaviors."
    (https://docs.momentohq.com/cache/develop/api-reference)
    """

    def __init__(self) -> None:
        self._families: dict[tuple[str, bytes], str] = {}

    def wrote(self, cache: str, keys: Iterable[bytes], family: str) -> None:
        """Note that `keys` are about to be written; raise if one was written by the other family before."""
        for key in keys:
            seen = self._families.setdefault((cache, key), family)
            if seen != family:
                raise InvalidArgument(
                    f"the key {key[:64]!r} was written by {seen}, now by {family}: undefined at Momento"
                )
