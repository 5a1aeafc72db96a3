"""Who may call: the key in the header or in the query, in any of the shapes Momento hands out. Pure."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable

from .refusals import Refusal, Status, invalid


class KeyRing:
    """The keys that are accepted; with none given, any key that is not empty."""

    def __init__(self, keys: Iterable[str] = ()) -> None:
        self._keys = {form for key in keys for form in (key, unwrapped(key))}

    def check(self, header: str | None, token: str | None = None) -> None:
        """Refuse both at once (400), none (401) and a wrong one (401).

        `header` is the value of `Authorization`, `token` that of the query parameter (HTTP API reference:
        "only one value must be set").
        """
        if header is not None and token is not None:
            raise invalid("only one value must be set: the Authorization header or the token parameter")
        key = header if header is not None else token
        if not key:
            raise Refusal(Status.UNAUTHENTICATED, "no API key: send it as Authorization header or as token")
        if key.startswith("Bearer "):
            raise Refusal(Status.UNAUTHENTICATED, "Momento takes the raw key, without Bearer")
        if self._keys and key not in self._keys and unwrapped(key) not in self._keys:
            raise Refusal(
                Status.UNAUTHENTICATED, "the API key is not one of those this local Momento accepts"
            )


def unwrapped(key: str) -> str:
    """Return the inner key of a v1 key, base64 of `{"endpoint", "api_key"}`; any other key as it is."""
    try:
        inner = json.loads(base64.b64decode(key, validate=True))
    except (ValueError, binascii.Error):
        return key
    return str(inner["api_key"]) if isinstance(inner, dict) and "api_key" in inner else key
