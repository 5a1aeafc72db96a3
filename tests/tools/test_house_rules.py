"""The guard of the house finds what it is there to find."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import house_rules


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        ("homeport/reading/answer.py", "import js\n", "JavaScript stays in runtime/"),
        ("homeport/reading/answer.py", "from pyodide.ffi import to_js\n", "JavaScript stays in runtime/"),
        ("homeport/reading/answer.py", "import time\n", "a decision has no clock"),
        ("homeport/writing/commit.py", "def f():\n    import random\n", "a decision has no clock"),
        ("homeport/writing/commit.py", "async def f(): ...\n", "awaits"),
        ("homeport/edge.py", "from homeport.runtime import origin\n", "only the entry points"),
        ("homeport/edge.py", "from .runtime import origin\n", "only the entry points"),
        ("homeport/edge.py", "import local.stack\n", "never shipped"),
        ("momento_http_shim/client.py", "from homeport import keys\n", "knows nothing of it"),
        ("momento_http_shim/client.py", "import js\n", "JavaScript stays in runtime/"),
        ("entry.py", "x = 1\n" * 41, "at most 40"),
    ],
)
def test_a_breach_is_found(
    name: str, text: str, fault: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_rules, "SRC", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert any(fault in found for found in house_rules.breaches(path))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("homeport/runtime/origin.py", "import js\nimport time\n"),
        ("homeport/reading/serve.py", "import asyncio\nasync def f(): ...\n"),
        ("homeport/reading/answer.py", "from homeport.entry import Entry\nimport json\n"),
        ("entry.py", "from workers import WorkerEntrypoint\n"),
    ],
)
def test_what_is_allowed_is_not_found(
    name: str, text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(house_rules, "SRC", tmp_path)
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert list(house_rules.breaches(path)) == []


def test_a_module_beyond_the_limit_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(house_rules, "ROOT", tmp_path)
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "long.py").write_text("x = 1\n" * 301)
    assert list(house_rules.too_long()) == ["src/long.py: 301 lines, at most 300"]
