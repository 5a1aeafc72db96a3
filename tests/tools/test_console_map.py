"""The console's map is what its tool makes of the coasts, and small."""

from __future__ import annotations

from pathlib import Path

import pytest

from homeport.operating.console.world import LAND, NORTH, SCALE, SOUTH
from tools import console_map


def test_the_map_is_what_the_tool_generates() -> None:
    assert console_map.main(["--check"]) == 0


def test_a_map_that_is_another_is_said_and_written_anew(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "world.py"
    monkeypatch.setattr(console_map, "TARGET", target)
    assert console_map.main(["--check"]) == 1
    assert "make generate" in capsys.readouterr().out
    assert console_map.main([]) == 0
    assert console_map.main(["--check"]) == 0
    assert (SCALE, NORTH, SOUTH) == (console_map.SCALE, console_map.NORTH, console_map.SOUTH)


def test_a_page_carries_no_more_than_six_kilobytes_of_it() -> None:
    assert 3_000 < len(LAND) < 6_000
    assert set(LAND) <= set("Mlz 0123456789-")
