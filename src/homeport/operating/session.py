"""A console session: a cookie that only whoever has an operator's token could have made. Pure.

The value is `v1.{expires}.{nonce}.{mac}`: seconds since 1970, 128 random bits, and an HMAC-SHA-256 (RFC 2104) over a
label of its purpose and what comes before it, under the token itself, in hexadecimal. Nobody keeps it: it ends with its
time, or when its token is no longer configured.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from homeport.access import Role
from homeport.messages import Headers

COOKIE = "__Secure-homeport-operator"
"""Browsers take a name that begins so only with Secure (RFC 6265bis section 4.1.3)."""

ACCESS_FIELD, ACCESS_COOKIE = "cf-access-jwt-assertion", "CF_Authorization"
"""Where Cloudflare Access puts its token; a browser has it as a cookie, too."""

LIFE_SECONDS = 12 * 3600

MOST_VALUES = 4
"""So many cookies of the name are looked at: a browser has one, and to check each costs time."""

# Below this path everything is ours: no request to the origin bears the cookie (RFC 6265 section 5.1.4).
_ATTRIBUTES = "Path=/.homeport/; HttpOnly; Secure; SameSite=Strict"
_LABEL = "homeport session 1\n"
_VALUE = re.compile(r"(v1\.([0-9]{1,12})\.[0-9a-f]{32})\.([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Session:
    """A session that counts; `csrf` is what its forms carry."""

    role: Role
    csrf: str = field(repr=False)


def begin(token: str, now: int, nonce: str) -> str:
    """The value of a new session of whoever said this token; `now` in ms since 1970, `nonce` 32 hexadecimal digits."""
    signed = f"v1.{now // 1000 + LIFE_SECONDS}.{nonce}"
    return f"{signed}.{mac(token.encode(), _LABEL + signed)}"


def find(headers: Headers, tokens: Iterable[tuple[Role, Sequence[str]]], now: int) -> Session | None:
    """The session that a request bears; None where it is forged, has ended, or its token is not one of these."""
    for value in [*cookies(headers, COOKIE)][:MOST_VALUES]:
        parts = _VALUE.fullmatch(value)
        if parts is None or int(parts[2]) * 1000 <= now:
            continue
        # Every token is tried: the time that takes tells nothing of them.
        made = [
            (role, token)
            for role, each in tokens
            for token in each
            if hmac.compare_digest(mac(token.encode(), _LABEL + parts[1]), parts[3])
        ]
        if made:
            role, token = made[0]
            return Session(role, csrf(token.encode(), value))
    return None


def csrf(key: bytes, session: str) -> str:
    """What the forms of a session carry, so that no other site can send one."""
    return mac(key, f"homeport csrf 1\n{session}")


def mac(key: bytes, text: str) -> str:
    """HMAC-SHA-256 in hexadecimal."""
    return hmac.digest(key, text.encode(), "sha256").hex()


def begun(value: str) -> tuple[str, str]:
    """The field that gives a browser its session."""
    return ("set-cookie", f"{COOKIE}={value}; Max-Age={LIFE_SECONDS}; {_ATTRIBUTES}")


def ended() -> tuple[str, str]:
    """The field that takes it away."""
    return ("set-cookie", f"{COOKIE}=; Max-Age=0; {_ATTRIBUTES}")


def without(headers: Headers) -> Headers:
    """The same fields without the cookie: it is nobody's business but the console's."""
    if COOKIE not in (headers.get("cookie") or ""):
        return headers
    left = ((name, _left(value) if name == "cookie" else value) for name, value in headers)
    return Headers((name, value) for name, value in left if value or name != "cookie")


def may_operate(headers: Headers) -> bool:
    """Whether a browser brings along what might make it an operator's."""
    cookie = headers.get("cookie") or ""
    return ACCESS_FIELD in headers or COOKIE in cookie or ACCESS_COOKIE in cookie


def _left(value: str) -> str:
    return ";".join(each for each in value.split(";") if each.partition("=")[0].strip() != COOKIE).strip()


def cookies(headers: Headers, wanted: str) -> Iterator[str]:
    """The values of all cookies of a name."""
    for each in (headers.get("cookie") or "").replace(",", ";").split(";"):
        name, _, value = each.partition("=")
        if name.strip() == wanted:
            yield value.strip()
