"""A write's credentials as they stand in its entry: sealed. What is sealed, tied to what, and written how. Pure.

AES-256-GCM (NIST SP 800-38D) with a fresh nonce of 96 bits for each write. The text is `{key id}.{base64url of nonce
and ciphertext}`; the ciphertext ends in its tag of 128 bits.
"""

from __future__ import annotations

import json

from homeport.entry import Pending
from homeport.messages import Headers
from homeport.ports import Unopened
from momento_http_shim.octets import Octets

FORMAT = 1
NONCE = 12
"""Octets of a nonce."""

_TAG = 16


def tied_to(write_id: str, method: str, target: str) -> bytes:
    """The additional data: credentials that are moved to another write do not open."""
    return json.dumps(["homeport seal", FORMAT, write_id, method, target]).encode()


def tied_to_item(item: Pending) -> bytes:
    """The same of a write that is pending."""
    return tied_to(item.id, item.method, item.target)


def to_plaintext(fields: Headers) -> bytes:
    """Credential fields, to be sealed."""
    return json.dumps([*fields], separators=(",", ":")).encode()


def from_plaintext(octets: bytes) -> Headers:
    """The fields that were sealed."""
    return Headers((name, value) for name, value in json.loads(octets))


def to_text(key_id: str, nonce: bytes, ciphertext: Octets) -> str:
    """What stands in the entry."""
    from binascii import b2a_base64  # dear at a worker's start, and needed by few

    text = b2a_base64(nonce + bytes(ciphertext), newline=False).decode().rstrip("=")
    return f"{key_id}.{text.replace('+', '-').replace('/', '_')}"


def from_text(sealed: str) -> tuple[str, bytes, bytes] | None:
    """The key's id, nonce and ciphertext; None where it is damaged."""
    key_id, _, text = sealed.partition(".")
    octets = base64url(text)
    return (key_id, octets[:NONCE], octets[NONCE:]) if octets and len(octets) >= NONCE + _TAG else None


def base64url(text: str) -> bytes | None:
    """Decode (RFC 4648 section 5, padding or none); None for anything else."""
    from binascii import Error, a2b_base64

    plain = text.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return a2b_base64(plain + "=" * (-len(plain) % 4), strict_mode=True)
    except (Error, ValueError):
        return None


def unknown(key_id: str) -> Unopened:
    """No key of this id is configured here."""
    return Unopened(f"its credentials are sealed with the key {_named(key_id)}, which is not configured here")


def unopened(key_id: str) -> Unopened:
    """It is not what was sealed with the key of this id for this write."""
    return Unopened(f"its credentials do not open with the key {_named(key_id)}")


def _named(key_id: str) -> str:
    """Damage may stand where an id belongs: no more of it is shown than an id may have."""
    return repr(key_id[:32])
