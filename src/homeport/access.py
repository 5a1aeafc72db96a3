"""Who may operate: bearer tokens (RFC 6750) with a role each, and how often a wrong one may be tried. Pure.

But for the count of wrong tokens, which each isolate keeps for itself; the clock is an argument.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Literal

from .errors import problem
from .messages import Request, Response

Role = Literal["read", "operate"]
"""operate includes read."""

MOST_FAILURES, WINDOW_MS = 10, 60_000
"""So many wrong tokens in so long, and their sender is not listened to until the first of them is as old."""

MOST_SENDERS = 500
"""So many senders of wrong tokens are remembered: an isolate's memory is bounded, and the oldest goes first."""

_BEARER = re.compile(r"[Bb][Ee][Aa][Rr][Ee][Rr] +(\S+)")


class Attempts:
    """The wrong tokens of the last minute, by who sent them. One per isolate; isolates do not tell each other."""

    __slots__ = ("_failures",)

    def __init__(self) -> None:
        self._failures: dict[str, list[int]] = {}

    def wait(self, sender: str, now: int) -> int:
        """Seconds until a sender is listened to again, 0 if at once; `now` in ms since 1970."""
        failures = [at for at in self._failures.get(sender, ()) if 0 <= now - at < WINDOW_MS]
        if len(failures) < MOST_FAILURES:
            return 0
        return -(-(failures[0] + WINDOW_MS - now) // 1000)

    def failed(self, sender: str, now: int) -> None:
        """A sender showed a token that is nobody's."""
        kept = [at for at in self._failures.pop(sender, ()) if 0 <= now - at < WINDOW_MS]
        self._failures[sender] = [*kept, now]
        while len(self._failures) > MOST_SENDERS:
            del self._failures[next(iter(self._failures))]


class Access:
    """The tokens that open, and what opens to whom. Its repr shows none of them."""

    __slots__ = ("_attempts", "_tokens")

    def __init__(self, read: Sequence[str], operate: Sequence[str], attempts: Attempts | None = None) -> None:
        self._tokens: tuple[tuple[Role, Sequence[str]], ...] = (("operate", operate), ("read", read))
        self._attempts = attempts or Attempts()

    def opens(self, needs: Role) -> bool:
        """Whether anybody may do this; else its address does not exist."""
        return any(tokens for role, tokens in self._tokens if needs in ("read", role))

    def role(self, request: Request) -> Role | None:
        """What a request's bearer token allows, None where it has none of the tokens (RFC 6750 section 2.1)."""
        said = _said(request)
        digest = _digest(said)
        # Digests are of one length, and every token is compared: the time that takes tells nothing of them.
        found = [
            role
            for role, tokens in self._tokens
            if sum(hmac.compare_digest(digest, _digest(token)) for token in tokens)
        ]
        return found[0] if said and found else None

    def refusal(self, request: Request, needs: Role, now: int) -> Response | None:
        """The refusal of a request that may not do what it needs to (RFC 6750 section 3); `now` in ms since 1970.

        401 without one of the tokens, 403 with one for less, 429 after too many wrong ones (RFC 6585 section 4): to
        whoever is not listened to, the right one is refused, too.
        """
        sender, guesses = _sender(request), bool(_said(request))
        if guesses and (wait := self._attempts.wait(sender, now)):
            detail = f"There were {MOST_FAILURES} wrong tokens within a minute. Wait, and send the right one."
            return problem(429, "Too many wrong tokens", detail, retry_after=wait)
        role = self.role(request)
        if role is None:
            if guesses:
                self._attempts.failed(sender, now)
            detail = "Send one of the operators' tokens: `Authorization: Bearer …`."
            return _challenged(401, "Not authorised", detail, ', error="invalid_token"' if guesses else "")
        if role != "operate" and needs == "operate":
            detail = "This token may read only. Send one of HOMEPORT_OPERATE_TOKENS."
            return _challenged(403, "Not allowed", detail, ', error="insufficient_scope", scope="operate"')
        return None


def _challenged(status: int, title: str, detail: str, error: str) -> Response:
    refusal = problem(status, title, detail)
    challenge = ("www-authenticate", f'Bearer realm="Homeport"{error}')
    return replace(refusal, headers=refusal.headers.plus(challenge))


def _said(request: Request) -> str:
    found = _BEARER.fullmatch(request.headers.get("authorization") or "")
    return found[1] if found else ""


def _sender(request: Request) -> str:
    """The visitor's address as Cloudflare gives it; of IPv6 the network, for everybody has many addresses of one."""
    address = request.headers.get("cf-connecting-ip") or ""
    return ":".join(address.split(":")[:4])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
