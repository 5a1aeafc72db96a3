"""Driver of checking JWTs of Cloudflare Access: the team's keys are fetched, and kept for an hour by each isolate."""

from __future__ import annotations

from typing import Protocol

from homeport.errors import problem
from homeport.messages import Response

from .assertion import Assertion, Jwk, keys, read
from .team import Team

KEPT_MS = 3_600_000
"""A key that the team has withdrawn admits nobody for longer than that."""

AGAIN_MS = 60_000
"""So often an unknown key is looked for: whoever invents names of keys must not have us ask for each."""

AFTER_FAILURE_MS = 5_000


class Signatures(Protocol):
    """What it takes of the runtime; implemented over `fetch` and WebCrypto in `runtime.signatures`."""

    async def certs(self, url: str, /) -> bytes | None:
        """What stands at that address; None where it cannot be had."""
        ...

    async def holds(self, key: Jwk, signed: bytes, signature: bytes, /) -> bool:
        """Whether the signature is one by RS256 (RFC 7518 section 3.3) under that key; False for a key that is none."""
        ...


class Assertions:
    """One per isolate."""

    __slots__ = ("_asked", "_failed", "_fetched", "_keys", "_signatures", "team")

    def __init__(self, team: Team, signatures: Signatures) -> None:
        self.team, self._signatures = team, signatures
        self._keys: dict[str, Jwk] = {}
        self._asked = self._fetched = -KEPT_MS
        self._failed = False

    async def check(self, token: str, now: int) -> Assertion | Response | None:
        """What a token asserts, None where it asserts nothing that counts; 503 where nobody can tell.

        `now` in ms since 1970.
        """
        said = read(token, self.team, now)
        if said is None:
            return None
        key = await self._key(said.kid, now)
        if isinstance(key, Response):
            return key
        held = key is not None and await self._signatures.holds(key, said.signed, said.signature)
        return said if held else None

    async def _key(self, kid: str, now: int) -> Jwk | Response | None:
        fresh = 0 <= now - self._fetched < KEPT_MS
        if fresh and kid in self._keys:
            return self._keys[kid]
        pause = AGAIN_MS if fresh else AFTER_FAILURE_MS
        if (fresh or self._failed) and 0 <= now - self._asked < pause:
            return _unknown() if self._failed else None
        self._asked = now
        document = await self._signatures.certs(self.team.certs)
        found = None if document is None else keys(document)
        self._failed = found is None
        if found is None:
            return _unknown()
        self._keys, self._fetched = found, now
        return found.get(kid)


def _unknown() -> Response:
    detail = "The keys of the Cloudflare Access team cannot be fetched, so that nobody is admitted by it. Try again."
    return problem(503, "Access not checked", detail, retry_after=AFTER_FAILURE_MS // 1000)
