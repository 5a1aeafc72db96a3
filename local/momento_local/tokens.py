"""Disposable tokens: made by `token.Token/GenerateDisposableToken`, kept until they expire.

Limits: https://docs.momentohq.com/platform/limits.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from .permissions import Grant, Pass, grants_of, out_of_place
from .refusals import Refusal, Status, invalid
from .rpc import Handler

if TYPE_CHECKING:
    from .credentials import KeyRing

PREFIX = "momento-local-disposable-"
"""Tells a token from a key that is merely unknown: where any key will do, an expired token must not."""

LONGEST_SECONDS, MOST_STATEMENTS, LONGEST_ID = 25 * 3600, 20, 64


class Tokens:
    """The tokens that were made and have not expired. `now_ms` is the stores' clock."""

    def __init__(self, now_ms: Callable[[], int], new_secret: Callable[[], str] = secrets.token_hex) -> None:
        self.now_ms = now_ms
        self._new_secret = new_secret
        self._passes: dict[str, Pass] = {}

    def make(self, region: str, grants: tuple[Grant, ...], seconds: int) -> tuple[str, Pass]:
        """Make a token; its key and what it stands for."""
        now = self.now_ms()
        self._passes = {key: each for key, each in self._passes.items() if now < each.expires_ms}
        key, made = PREFIX + self._new_secret(), Pass(region, grants, now + seconds * 1000)
        self._passes[key] = made
        return key, made

    def find(self, key: str, region: str) -> Pass | None:
        """Look up an inner key: None if it is no disposable token; UNAUTHENTICATED if it is no longer one."""
        if not key.startswith(PREFIX):
            return None
        found = self._passes.get(key)
        if found is None:
            raise Refusal(Status.UNAUTHENTICATED, "the disposable token is unknown, or has expired")
        if (refusal := out_of_place(found, self.now_ms(), region)) is not None:
            raise refusal
        return found


class Issuer(NamedTuple):
    """What the token service works on: the keys, and the region by name and base URL."""

    keys: KeyRing
    region: str
    endpoint: str


def generate(issuer: Issuer, request: Any, answer: Any) -> None:
    """GenerateDisposableToken, for the owner of `auth_token`, which must not be disposable itself."""
    if issuer.keys.check(request.auth_token, region=issuer.region) is not None:
        raise Refusal(Status.PERMISSION_DENIED, "a disposable token cannot make another")
    seconds = request.expires.valid_for_seconds
    if not 0 < seconds <= LONGEST_SECONDS:
        raise invalid(f"a disposable token must expire, in 1 to {LONGEST_SECONDS} seconds")
    if len(request.token_id) > LONGEST_ID:
        raise invalid(f"a token id has at most {LONGEST_ID} characters")
    if request.permissions.WhichOneof("kind") != "explicit":
        raise invalid("a disposable token needs explicit permissions, and cannot be a super user")
    statements = request.permissions.explicit.permissions
    if not 0 < len(statements) <= MOST_STATEMENTS:
        raise invalid(f"a disposable token has 1 to {MOST_STATEMENTS} permissions")
    answer.api_key, made = issuer.keys.tokens.make(issuer.region, grants_of(statements), seconds)
    answer.endpoint, answer.valid_until = issuer.endpoint, made.expires_ms // 1000


TOKEN: dict[str, Handler] = {"GenerateDisposableToken": generate}
