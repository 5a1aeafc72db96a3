"""Who may call: the key in the header or in the query, in any of the shapes Momento hands out."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Sequence

from .clock import wall_ms
from .permissions import Pass, decide
from .refusals import Refusal, Status, invalid
from .tokens import Tokens


class KeyRing:
    """The keys that are accepted; with none given, any key that is not empty. And disposable tokens."""

    def __init__(self, keys: Iterable[str] = (), tokens: Tokens | None = None) -> None:
        self.tokens = tokens or Tokens(wall_ms)
        self._keys = {form for key in keys for form in (key, unwrapped(key))}

    def check(self, header: str | None, token: str | None = None, *, region: str = "") -> Pass | None:
        """Refuse both at once (400), none (401) and a wrong one (401); None is a key that may do everything.

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
        if key in self._keys:
            return None
        inner = unwrapped(key)
        found = self.tokens.find(inner, region)
        if found is None and self._keys and inner not in self._keys:
            raise Refusal(
                Status.UNAUTHENTICATED, "the API key is not one of those this local Momento accepts"
            )
        return found

    def permit(
        self, holder: Pass | None, region: str, method: str, cache: str, names: Sequence[bytes]
    ) -> None:
        """Refuse (403) what a disposable token, as `check` returned it, does not permit."""
        if holder is None:
            return
        refusal = decide(holder, self.tokens.now_ms(), region, method, cache, names)
        if refusal is not None:
            raise refusal


def unwrapped(key: str) -> str:
    """Return the inner key of a v1 key, base64 of `{"endpoint", "api_key"}`; any other key as it is."""
    try:
        inner = json.loads(base64.b64decode(key, validate=True))
    except (ValueError, binascii.Error):
        return key
    return str(inner["api_key"]) if isinstance(inner, dict) and "api_key" in inner else key
