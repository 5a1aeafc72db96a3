"""The seal of credentials over WebCrypto: AES-256-GCM by the runtime, whose keys cannot be read back."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Any

import js
from pyodide.ffi import JsException, to_js

from homeport.ports import Unopened
from homeport.reading.whose import SealKeys
from homeport.writing.sealed import NONCE, from_text, to_text, unknown, unopened


class WebCryptoSeal:
    """Implements `ports.Seal`; one per isolate, which imports each key once."""

    def __init__(self, keys: SealKeys, octets: Callable[[int], bytes] = secrets.token_bytes) -> None:
        self._keys, self._octets, self._first = dict(keys), octets, keys[0][0]
        self._imported: dict[str, Any] = {}

    async def seal(self, plaintext: bytes, tied_to: bytes, /) -> str:
        """Encrypt under the first key."""
        nonce, key = self._octets(NONCE), await self._key(self._first)
        sealed = await js.crypto.subtle.encrypt(_how(nonce, tied_to), key, to_js(plaintext))
        return to_text(self._first, nonce, _octets(sealed))

    async def open(self, sealed: str, tied_to: bytes, /) -> bytes | Unopened:
        """Decrypt under the key that the text names."""
        parts = from_text(sealed)
        name = sealed.partition(".")[0]
        if name not in self._keys:
            return unknown(name)
        if parts is None:
            return unopened(name)
        _, nonce, ciphertext = parts
        try:
            key = await self._key(name)
            return _octets(await js.crypto.subtle.decrypt(_how(nonce, tied_to), key, to_js(ciphertext)))
        except JsException:
            return unopened(name)

    async def _key(self, name: str) -> Any:
        if name not in self._imported:
            uses = to_js(["encrypt", "decrypt"])
            self._imported[name] = await js.crypto.subtle.importKey(
                "raw", to_js(self._keys[name]), "AES-GCM", False, uses
            )
        return self._imported[name]


def _how(nonce: bytes, tied_to: bytes) -> Any:
    fields = [["name", "AES-GCM"], ["iv", to_js(nonce)], ["additionalData", to_js(tied_to)]]
    return js.Object.fromEntries(to_js(fields))


def _octets(buffer: Any) -> bytes:
    return bytes(js.Uint8Array.new(buffer).to_bytes())
