"""The kinds of item a cache holds, and one item with its expiry."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TypeAlias

from .scored import Scored


class Kind(IntEnum):
    """Momento's item types, numbered as in `_ItemGetTypeResponse.ItemType`."""

    SCALAR = 0
    DICTIONARY = 1
    SET = 2
    LIST = 3
    SORTED_SET = 4


# A scalar is bytes, a set is a Python set of bytes, and so on: the content's own type says its kind.
Content: TypeAlias = "bytes | dict[bytes, bytes] | set[bytes] | list[bytes] | Scored"

KINDS: dict[type, Kind] = {
    bytes: Kind.SCALAR,
    dict: Kind.DICTIONARY,
    set: Kind.SET,
    list: Kind.LIST,
    Scored: Kind.SORTED_SET,
}


@dataclass(slots=True)
class Item:
    """Content and the moment, in milliseconds of the store's clock, at which it is gone."""

    content: Content
    expires_at: int

    @property
    def kind(self) -> Kind:
        """What kind of item this is."""
        return KINDS[type(self.content)]

    @property
    def octets(self) -> int:
        """Size of the content in bytes, without the key; 8 bytes are counted for each score."""
        content = self.content
        if isinstance(content, bytes):
            return len(content)
        if isinstance(content, Scored):
            return content.octets
        if isinstance(content, dict):
            return sum(len(field) + len(value) for field, value in content.items())
        return sum(map(len, content))


def name_of(kind: type) -> str:
    """Name a kind for people: `sorted set` for `Scored`."""
    return KINDS[kind].name.lower().replace("_", " ")
