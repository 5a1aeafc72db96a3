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

    @property
    def tokens(self) -> tuple[tuple[Role, Sequence[str]], ...]:
        """Those of each role."""
        return self._tokens

    def role(self, said: str) -> Role | None:
        """What a token allows, None where it is none of the tokens."""
        digest = _digest(said)
        # Digests are of one length, and every token is compared: the time that takes tells nothing of them.
        found = [
            role
            for role, tokens in self._tokens
            if sum(hmac.compare_digest(digest, _digest(token)) for token in tokens)
        ]
        return found[0] if said and found else None

    def tried(self, said: str, request: Request, now: int) -> Role | Response | None:
        """What a token that a request shows allows; None: it is none, which counts. `now` in ms since 1970.

        429 after too many wrong ones (RFC 6585 section 4): who is not listened to is refused with the right one, too.
        """
        sender = _sender(request)
        if said and (wait := self._attempts.wait(sender, now)):
            detail = f"There were {MOST_FAILURES} wrong tokens within a minute. Wait, and send the right one."
            return problem(429, "Too many wrong tokens", detail, retry_after=wait)
        role = self.role(said)
        if role is None and said:
            self._attempts.failed(sender, now)
        return role

    def admit(self, request: Request, needs: Role, now: int) -> Role | Response:
        """What a request's bearer token allows, or why it may not do what it needs to (RFC 6750).

        401 without one of the tokens, 403 with one for less, 429 after too many wrong ones.
        """
        token = said(request)
        role = self.tried(token, request, now)
        if role is None:
            return unknown(', error="invalid_token"' if token else "")
        if role == "read" and needs == "operate":
            return too_little()
        return role


def unknown(error: str = "") -> Response:
    """401: this is no operator (RFC 6750 section 3)."""
    detail = "Send one of the operators' tokens, `Authorization: Bearer …`, or come by Cloudflare Access."
    return _challenged(401, "Not authorised", detail, error)


def too_little() -> Response:
    """403: whoever may read does not operate."""
    detail = "Who is admitted so may read only. Send one of HOMEPORT_OPERATE_TOKENS."
    return _challenged(403, "Not allowed", detail, ', error="insufficient_scope", scope="operate"')


def _challenged(status: int, title: str, detail: str, error: str) -> Response:
    refusal = problem(status, title, detail)
    challenge = ("www-authenticate", f'Bearer realm="Homeport"{error}')
    return replace(refusal, headers=refusal.headers.plus(challenge))


def said(request: Request) -> str:
    """The bearer token that a request shows, right or wrong; nothing where it shows none."""
    found = _BEARER.fullmatch(request.headers.get("authorization") or "")
    return found[1] if found else ""


def _sender(request: Request) -> str:
    """The visitor's address as Cloudflare gives it; of IPv6 the network, for everybody has many addresses of one."""
    address = request.headers.get("cf-connecting-ip") or ""
    return ":".join(address.split(":")[:4])


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
