"""What the guide to security points to is there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from homeport.settings import NAMES

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs/guides/security.md").read_text()
ROWS = [
    line.split("|")[1:-1] for line in GUIDE.partition("## What is not")[0].splitlines() if line[:2] == "| "
]


def named(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


@pytest.mark.parametrize("row", ROWS[1:], ids=lambda row: row[0].strip())
def test_each_threat_names_source_and_tests_that_are_there(row: list[str]) -> None:
    _, _, source, tests = map(named, row)
    assert source
    assert tests
    assert [name for name in source if not (ROOT / "src/homeport" / name).is_file()] == []
    assert [name for name in tests if not (ROOT / "tests/homeport" / name).is_file()] == []


def test_each_secret_that_is_read_has_its_row() -> None:
    rows = GUIDE.partition("## Secrets")[2].splitlines()
    listed = {named(line)[0] for line in rows if line.startswith("| `")}
    secret = re.compile(r".*(_KEY|_KEYS|_SECRETS|_TOKENS)")
    assert listed == {name for name in NAMES if secret.fullmatch(name)}


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", GUIDE):
        assert (ROOT / "docs/guides" / target).is_file(), target
    headings = {line.strip("# ").lower().replace(" ", "-") for line in GUIDE.splitlines() if line[:1] == "#"}
    assert {*re.findall(r"\]\(#([^)]+)\)", GUIDE)} <= headings
