"""JWTs' signatures over WebCrypto, and the keys of a Cloudflare Access team over `fetch`."""

from __future__ import annotations

import asyncio
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from homeport.operating.assertion import Jwk

_PATIENCE_SECONDS = 5
_MOST = 64 * 1024
"""Octets of a set of keys."""

_RS256 = "RSASSA-PKCS1-v1_5"


class WebCryptoSignatures:
    """Implements `operating.assertions.Signatures`."""

    async def certs(self, url: str, /) -> bytes | None:
        """What stands at that address, which answers by itself: no redirect is followed."""
        try:
            return await asyncio.wait_for(_fetched(url), _PATIENCE_SECONDS)
        except (JsException, TimeoutError):
            return None

    async def holds(self, key: Jwk, signed: bytes, signature: bytes, /) -> bool:
        """By RSASSA-PKCS1-v1_5 with SHA-256 alone, whatever the token or the key say."""
        how = _object({"name": _RS256, "hash": "SHA-256"})
        jwk = _object({"kty": "RSA", "alg": "RS256", "n": key["n"], "e": key["e"]})
        subtle = js.crypto.subtle
        try:
            imported = await subtle.importKey("jwk", jwk, how, False, to_js(["verify"]))
            return bool(await subtle.verify(_RS256, imported, to_js(signature), to_js(signed)))
        except JsException:
            return False


async def _fetched(url: str) -> bytes | None:
    answer = await js.fetch(url, redirect="manual")
    if answer.status != 200:
        return None
    octets = js.Uint8Array.new(await answer.arrayBuffer())
    return bytes(octets.to_bytes()) if octets.length <= _MOST else None


def _object(members: dict[str, str]) -> Any:
    return js.Object.fromEntries(to_js([list(pair) for pair in members.items()]))
