"""A Cloudflare Access team: its keys, its tokens signed by `cryptography`, and whoever checks them by it."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import (
    RSAPrivateKey,
    RSAPublicNumbers,
    generate_private_key,
)
from cryptography.hazmat.primitives.hashes import SHA256

from homeport.operating.assertion import Jwk
from homeport.operating.team import Team
from tests.homeport.homeport_world import NOON

OPERATE, READ = "a1" * 32, "b2" * 32
TEAM = Team("example", ((OPERATE, "operate"), (READ, "read")))
NOW = NOON // 1000
PERSON = "ada@example.com"


@cache
def private(kid: str) -> RSAPrivateKey:
    """The key of a name; made once, for that takes long."""
    assert kid
    return generate_private_key(65537, 2048)


def text(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def part(members: object) -> str:
    return text(json.dumps(members).encode())


def jwk(kid: str) -> dict[str, str]:
    """A public key as the team shows it."""
    numbers = private(kid).public_key().public_numbers()
    n, e = (text(number.to_bytes((number.bit_length() + 7) // 8, "big")) for number in (numbers.n, numbers.e))
    return {"kid": kid, "kty": "RSA", "alg": "RS256", "use": "sig", "n": n, "e": e}


def document(*kids: str) -> bytes:
    return json.dumps({"keys": [jwk(kid) for kid in kids], "public_cert": {}, "public_certs": []}).encode()


def claims(now: int = NOW, **changed: Any) -> dict[str, Any]:
    """What Cloudflare says of a person; a member that is changed to None is left out."""
    said = {
        "aud": [OPERATE],
        "email": PERSON,
        "exp": now + 3600,
        "iat": now,
        "nbf": now,
        "iss": "https://example.cloudflareaccess.com",
        "type": "app",
        "sub": "7335d417-61da-459d-899c-0a01c76a2f94",
    }
    return {name: value for name, value in (said | changed).items() if value is not None}


def program(now: int = NOW) -> dict[str, Any]:
    """What it says of a service token."""
    return claims(now, email=None, nbf=None, common_name="e367826f93b8d71185e03fe518aff3b4.access", sub="")


def signed(said: object, kid: str = "one", header: Mapping[str, object] | None = None, by: str = "") -> str:
    """A token; `by` names the key that signs it, where that is another than the one it names."""
    head = {"alg": "RS256", "kid": kid, "typ": "JWT"} if header is None else header
    content = f"{part(head)}.{part(said)}"
    return f"{content}.{text(private(by or kid).sign(content.encode(), PKCS1v15(), SHA256()))}"


@dataclass
class Cloudflare:
    """Implements `Signatures`: the team's keys, as it shows them now, and signatures by `cryptography`."""

    kids: list[str] = field(default_factory=lambda: ["one"])
    shown: bytes | None = None
    """Something else than the keys."""
    down: bool = False
    asked: list[str] = field(default_factory=list)
    checked: int = 0

    async def certs(self, url: str, /) -> bytes | None:
        self.asked.append(url)
        return None if self.down else self.shown or document(*self.kids)

    async def holds(self, key: Jwk, signed: bytes, signature: bytes, /) -> bool:
        self.checked += 1
        e, n = (int.from_bytes(base64.urlsafe_b64decode(key[name] + "=="), "big") for name in "en")
        try:
            RSAPublicNumbers(e, n).public_key().verify(signature, signed, PKCS1v15(), SHA256())
        except (InvalidSignature, ValueError):
            return False
        return True
