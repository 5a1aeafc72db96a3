"""Keys, names and values as callers give them, turned into what goes over the wire or refused."""

from __future__ import annotations

from .errors import InvalidArgument
from .octets import Octets

Key = str | bytes
Value = Octets | str


def checked_key(key: Key) -> Key:
    """Give the key as it is; Momento's SDKs refuse an empty one, and so does this."""
    if not key:
        raise InvalidArgument("a key, a name or an element is not empty")
    return key


def key_octets(key: Key) -> bytes:
    """Give a key, or the name of a collection, as octets."""
    key = checked_key(key)
    return key.encode() if isinstance(key, str) else key


def value_octets(value: Value) -> Octets:
    """Give a value as octets, wherever they live."""
    return value.encode() if isinstance(value, str) else value


def checked_cache(name: str) -> str:
    """Give a cache's name; it travels in a header too, so it is printable ASCII."""
    if not name or not name.isascii() or not name.isprintable() or name != name.strip():
        raise InvalidArgument(f"not a cache's name: {name!r}")
    return name
