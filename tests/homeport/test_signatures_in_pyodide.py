"""JWTs that `cryptography` signed, checked by WebCrypto as the workers do."""

from __future__ import annotations

import asyncio
import json
import shutil
from pathlib import Path

import pytest

from tests.homeport.access_world import PERSON, TEAM, claims, document, jwk, part, signed
from tests.homeport.homeport_world import NOON

ROOT = Path(__file__).parents[2]


async def test_webcrypto_admits_what_the_teams_key_signed_and_nothing_else() -> None:
    node = shutil.which("node")
    if node is None or not (ROOT / "node_modules/pyodide/pyodide.mjs").exists():
        pytest.skip("needs node and npm's pyodide: run `npm install`")
    good = signed(claims())
    head, content, signature = good.split(".")
    tokens = {
        "good": good,
        "other key": signed(claims(), "two", by="two"),
        "wrong key": signed(claims(), "one", by="two"),
        "unknown key": signed(claims(), "three", by="one"),
        "other content": f"{head}.{part(claims(email='eve@example.com'))}.{signature}",
        "short": f"{head}.{content}.{signature[:-4]}",
        "empty": f"{head}.{content}.AAAA",
    }
    given = {
        "tokens": tokens,
        "audiences": TEAM.audiences,
        "document": document("one", "two").decode(),
        "now": NOON,
    }
    program = Path(__file__).with_name("signatures_in_pyodide.mjs")
    process = await asyncio.create_subprocess_exec(
        node, str(program), str(ROOT), json.dumps(given), stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    seen = json.loads(output.splitlines()[-1])
    assert seen.pop("good") == seen.pop("other key") == PERSON
    assert seen.pop("damaged key") is False
    assert seen == dict.fromkeys(("wrong key", "unknown key", "other content", "short", "empty"))
    assert jwk("one") != jwk("two")
