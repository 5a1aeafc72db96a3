"""The seal of credentials: published vectors and one another's texts, against `cryptography` and on WebCrypto."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.messages import Headers
from homeport.ports import Unopened
from homeport.writing.sealed import base64url, from_plaintext, from_text, tied_to, to_plaintext, to_text
from tests.homeport.seal_vectors import VECTORS, Vector
from tests.homeport.seal_world import AesGcmSeal

ROOT = Path(__file__).parents[2]
KEY = ("a", bytes(range(32)))


def text_of(vector: Vector) -> str:
    return to_text("v", bytes.fromhex(vector.nonce), bytes.fromhex(vector.ciphertext))


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What seal_in_pyodide.py reported, given a text that `cryptography` sealed."""
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/pyodide/pyodide.mjs").exists():
        pytest.skip("needs node and npm's pyodide: run `npm install`")

    async def run() -> dict[str, Any]:
        sealed = await AesGcmSeal((KEY,)).seal(b"from elsewhere", b"tied")
        program = Path(__file__).with_name("seal_in_pyodide.mjs")
        process = await asyncio.create_subprocess_exec(
            node, str(program), str(ROOT), sealed, stdout=asyncio.subprocess.PIPE
        )
        output, _ = await process.communicate()
        assert process.returncode == 0
        report: dict[str, Any] = json.loads(output.splitlines()[-1])
        return report

    return asyncio.run(run())


@pytest.mark.parametrize("vector", VECTORS, ids=lambda each: each.name)
async def test_cryptography_agrees_with_the_published_vectors(vector: Vector) -> None:
    nonce, tied = bytes.fromhex(vector.nonce), bytes.fromhex(vector.tied_to)
    seal = AesGcmSeal((("v", bytes.fromhex(vector.key)),), lambda _: nonce)
    assert await seal.seal(bytes.fromhex(vector.plaintext), tied) == text_of(vector)
    assert await seal.open(text_of(vector), tied) == bytes.fromhex(vector.plaintext)


def test_webcrypto_agrees_with_the_published_vectors(seen: dict[str, Any]) -> None:
    assert seen["vectors"] == [[text_of(each), each.plaintext] for each in VECTORS]


async def test_what_one_seals_the_other_opens(seen: dict[str, Any]) -> None:
    assert bytes.fromhex(seen["elsewhere"]) == b"from elsewhere"
    assert await AesGcmSeal((KEY,)).open(seen["here"], b"tied") == b"plain"


def test_webcrypto_opens_what_it_sealed_under_a_fresh_nonce_each_time(seen: dict[str, Any]) -> None:
    assert (bytes.fromhex(seen["opened"]), seen["differ"]) == (b"plain", True)


def test_webcrypto_opens_nothing_else_and_names_the_key_alone(seen: dict[str, Any]) -> None:
    no = "its credentials do not open with the key 'a'"
    assert [seen[name] for name in ("tied", "damaged", "empty")] == [no] * 3
    assert seen["other"] == "its credentials do not open with the key 'b'"
    assert seen["unknown"] == "its credentials are sealed with the key 'c', which is not configured here"


def test_no_key_can_be_read_back(seen: dict[str, Any]) -> None:
    assert seen["readable"] is False


async def test_each_octet_that_changes_keeps_it_shut() -> None:
    seal = AesGcmSeal((KEY,))
    text = await seal.seal(b"plain", b"tied")
    parts = from_text(text)
    assert parts is not None
    name, nonce, ciphertext = parts
    for at in range(len(ciphertext)):
        changed = ciphertext[:at] + bytes((ciphertext[at] ^ 1,)) + ciphertext[at + 1 :]
        assert isinstance(await seal.open(to_text(name, nonce, changed), b"tied"), Unopened)


def test_it_is_tied_to_write_method_target_and_format() -> None:
    tied = {
        tied_to("i", "PUT", "/a"),
        tied_to("j", "PUT", "/a"),
        tied_to("i", "DELETE", "/a"),
        tied_to("i", "PUT", "/b"),
    }
    assert len(tied) == 4
    assert tied_to('i","PUT', "", "/a") != tied_to("i", "PUT", "/a")
    assert b"1" in tied_to("i", "PUT", "/a")


@given(st.lists(st.tuples(st.sampled_from(("cookie", "authorization")), st.text(max_size=20))))
def test_fields_come_out_as_they_went_in(pairs: list[tuple[str, str]]) -> None:
    assert from_plaintext(to_plaintext(Headers(pairs))) == Headers(pairs)


@given(st.binary(min_size=28, max_size=60))
def test_texts_come_out_as_they_went_in(octets: bytes) -> None:
    assert from_text(to_text("k", octets[:12], octets[12:])) == ("k", octets[:12], octets[12:])


@pytest.mark.parametrize("text", ["", "k", "k.", "k.AAAA", "k.!" + "A" * 43, "k.é" + "A" * 43])
def test_what_is_no_text_of_ours_is_nothing(text: str) -> None:
    assert from_text(text) is None


def test_base64url_takes_padding_or_none() -> None:
    assert base64url("_-8") == base64url("_-8=") == b"\xff\xef"
    assert base64url("A") is None
