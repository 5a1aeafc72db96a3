"""The seal of credentials over `cryptography`: what the workers do by WebCrypto."""

from __future__ import annotations

import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from homeport.ports import Unopened
from homeport.reading.whose import SealKeys
from homeport.writing.sealed import NONCE, from_text, to_text, unknown, unopened


class AesGcmSeal:
    """Implements `ports.Seal`."""

    def __init__(self, keys: SealKeys) -> None:
        """Take the keys, of which there is one at least: the first seals, all open."""
        self._keys, self._first = dict(keys), keys[0][0]

    async def seal(self, plaintext: bytes, tied_to: bytes, /) -> str:
        """Encrypt under the first key."""
        nonce = secrets.token_bytes(NONCE)
        sealed = AESGCM(self._keys[self._first]).encrypt(nonce, plaintext, tied_to)
        return to_text(self._first, nonce, sealed)

    async def open(self, sealed: str, tied_to: bytes, /) -> bytes | Unopened:
        """Decrypt under the key that the text names."""
        name, parts = sealed.partition(".")[0], from_text(sealed)
        if name not in self._keys:
            return unknown(name)
        if parts is None:
            return unopened(name)
        try:
            return AESGCM(self._keys[name]).decrypt(parts[1], parts[2], tied_to)
        except InvalidTag:
            return unopened(name)
