"""What a JWT of Cloudflare Access says, and whether it says it to us and now; its signature is checked elsewhere. Pure.

RFC 7519, RFC 7515; Cloudflare, "Validate JWTs" and "Application token". One algorithm is known, RS256: what the token
itself says of how to check it is compared, not followed.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from homeport.access import Role
from homeport.writing.sealed import base64url

from .team import Team

SKEW_SECONDS = 60
"""How far clocks may differ."""

LONGEST = 16 * 1024
"""Characters; a header of Cloudflare's has at most so many."""

Jwk = Mapping[str, str]
"""A public RSA key (RFC 7517): `n` and `e`."""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What is true if `signature` is that of `signed` under the key `kid`."""

    kid: str
    role: Role
    name: str
    service: bool
    """A service token's: of a program, not of a person."""
    signed: bytes = field(repr=False)
    signature: bytes = field(repr=False)


def read(token: str, team: Team, now: int) -> Assertion | None:
    """The assertion, None where it is malformed, not from this team, not for these applications, or not for now.

    `now` in ms since 1970.
    """
    parts = token.split(".")
    if len(parts) != 3 or len(token) > LONGEST or "=" in token:
        return None
    header, claims, signature = _object(parts[0]), _object(parts[1]), base64url(parts[2])
    if not signature or header.get("alg") != "RS256" or "crit" in header:
        return None
    kid, tags = header.get("kid"), claims.get("aud")
    role = team.role(tags if isinstance(tags, list) else [tags])
    if type(kid) is not str or role is None or claims.get("iss") != team.issuer:
        return None
    if claims.get("type", "app") != "app" or not _current(claims, now):
        return None
    email, program = (claims.get(name) for name in ("email", "common_name"))
    name = next((each for each in (email, program) if each and type(each) is str), "Cloudflare Access")
    signed = f"{parts[0]}.{parts[1]}".encode()
    return Assertion(kid, role, name, not email and not claims.get("sub"), signed, signature)


def keys(document: bytes) -> dict[str, Jwk] | None:
    """The keys of a team by their ids; None where this is no set of keys (RFC 7517 section 5)."""
    try:
        listed = json.loads(document)["keys"]
        return {each["kid"]: {"n": each["n"], "e": each["e"]} for each in listed if _signs(each)}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None


def _signs(key: Any) -> bool:
    texts = all(type(key.get(name)) is str for name in ("kid", "n", "e"))
    return (
        texts
        and key.get("kty") == "RSA"
        and key.get("alg", "RS256") == "RS256"
        and key.get("use", "sig") == "sig"
    )


def _current(claims: Mapping[str, Any], now: int) -> bool:
    """Between its beginning, where it has one, and its end, which it must have."""
    begins, ends = claims.get("nbf", 0), claims.get("exp")
    if type(begins) is not int or type(ends) is not int:
        return False
    return begins - SKEW_SECONDS <= now / 1000 < ends + SKEW_SECONDS


def _object(part: str) -> dict[str, Any]:
    try:
        found = json.loads(base64url(part) or b"")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
