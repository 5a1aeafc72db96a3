"""What the test of the workers' seal does inside Pyodide; it reports what it saw as JSON."""

from __future__ import annotations

import json

import js

from homeport.ports import Unopened
from homeport.runtime.seal import WebCryptoSeal
from tests.homeport.seal_vectors import VECTORS


async def report(by_oracle: str) -> str:
    """Seal every vector, and open what was sealed elsewhere."""
    key = ("a", bytes(range(32)))
    seal = WebCryptoSeal((key, ("b", bytes(32))))
    one, two = await seal.seal(b"plain", b"tied"), await seal.seal(b"plain", b"tied")
    seen = {
        "vectors": [await _vector(each) for each in VECTORS],
        "elsewhere": _shown(await seal.open(by_oracle, b"tied")),
        "opened": _shown(await seal.open(one, b"tied")),
        "differ": one != two,
        "here": one,
        "tied": _shown(await seal.open(one, b"tied elsewhere")),
        "damaged": _shown(await seal.open(one[:-3], b"tied")),
        "empty": _shown(await seal.open("a.", b"tied")),
        "other": _shown(await seal.open("b" + one[1:], b"tied")),
        "unknown": _shown(await seal.open("c" + one[1:], b"tied")),
        "readable": await _readable(seal),
    }
    return json.dumps(seen)


async def _vector(vector: object) -> list[object]:
    key = bytes.fromhex(getattr(vector, "key", ""))
    nonce, plain, tied = (bytes.fromhex(getattr(vector, name)) for name in ("nonce", "plaintext", "tied_to"))
    seal = WebCryptoSeal((("v", key),), lambda length: nonce[:length])
    text = await seal.seal(plain, tied)
    return [text, _shown(await seal.open(text, tied))]


async def _readable(seal: WebCryptoSeal) -> bool:
    """Whether the runtime would give a key's octets out."""
    keys = seal._imported  # noqa: SLF001
    try:
        await js.crypto.subtle.exportKey("raw", keys["a"])
    except Exception:  # noqa: BLE001 - a JsException, which only Pyodide knows
        return False
    return True


def _shown(outcome: bytes | Unopened) -> str:
    return outcome.reason if isinstance(outcome, Unopened) else outcome.hex()
