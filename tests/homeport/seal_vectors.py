"""AES-256-GCM with nonces of 96 bits: test cases 13 to 16 of McGrew and Viega's specification, as submitted to NIST."""

from __future__ import annotations

from dataclasses import dataclass

_KEY = "feffe9928665731c6d6a8f9467308308" * 2
_NONCE = "cafebabefacedbaddecaf888"
_PLAIN = (
    "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
    "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b391aafd255"
)
_CIPHER = (
    "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
    "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662898015ad"
)


@dataclass(frozen=True)
class Vector:
    """All in hexadecimal; the tag is at the ciphertext's end."""

    name: str
    key: str
    nonce: str
    plaintext: str
    tied_to: str
    ciphertext: str


VECTORS = (
    Vector("13", "00" * 32, "00" * 12, "", "", "530f8afbc74536b9a963b4f1c4cb738b"),
    Vector(
        "14",
        "00" * 32,
        "00" * 12,
        "00" * 16,
        "",
        "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
    ),
    Vector("15", _KEY, _NONCE, _PLAIN, "", _CIPHER + "b094dac5d93471bdec1a502270e3cc6c"),
    Vector(
        "16",
        _KEY,
        _NONCE,
        _PLAIN[:120],
        "feedfacedeadbeeffeedfacedeadbeefabaddad2",
        _CIPHER[:120] + "76fc6ece0f4e1768cddf8853bb2d551b",
    ),
)
