"""`python -m benchmarks`: what is written, and when it is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks import __main__ as bench
from benchmarks import results
from benchmarks.part import Effort, Part
from benchmarks.promises import PROMISES

GOOD = {name: promise.least or promise.most or 1.0 for name, promise in PROMISES.items()}
Measure = Callable[[Effort], Part]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(results, "FILE", tmp_path / "results.json")
    monkeypatch.setattr(bench, "end_on_sigterm", lambda: None)
    return results.FILE


def part_named(monkeypatch: pytest.MonkeyPatch, name: str, measure: Measure) -> None:
    module = ModuleType(f"benchmarks.{name}")
    module.measure = measure  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, module.__name__, module)


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> dict[str, Measure]:
    """Two parts, of which the first brings all ratios."""
    measured: dict[str, Measure] = {
        "one": lambda effort: Part("one", [{"what": "a", "quick": str(effort.quick)}], GOOD),
        "other": lambda _: Part("other", [{"what": "b"}], {}),
    }
    monkeypatch.setattr(bench, "PARTS", tuple(measured))
    for name, measure in measured.items():
        part_named(monkeypatch, name, measure)
    return measured


@pytest.mark.usefixtures("parts")
def test_a_whole_run_writes_the_file(file: Path) -> None:
    assert bench.main([]) == 0

    written = json.loads(file.read_text())
    assert written["ratios"] == GOOD
    assert written["parts"] == {"one": [{"what": "a", "quick": "False"}], "other": [{"what": "b"}]}
    assert written["machine"]["cores"] > 0


@pytest.mark.usefixtures("parts")
@pytest.mark.parametrize("arguments", [["--only", "one"], ["--only", "one,other"], ["--quick"]])
def test_a_part_of_a_run_prints_and_writes_nothing(
    arguments: list[str], file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert bench.main(arguments) == 0

    assert not file.exists()
    assert "hit_p99_vs_floor" in capsys.readouterr().out


@pytest.mark.usefixtures("parts")
def test_a_part_that_fails_stops_no_other_and_there_is_no_file(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fails(_: Effort) -> Part:
        raise RuntimeError("wrk is not installed")

    part_named(monkeypatch, "one", fails)

    assert bench.main([]) == 1
    assert not file.exists()
    said = capsys.readouterr().out
    assert "wrk is not installed" in said
    assert "Measuring other" in said


@pytest.mark.usefixtures("parts")
def test_a_ratio_beyond_its_limit_is_written_and_the_run_fails(
    file: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    part_named(monkeypatch, "one", lambda _: Part("one", [], {**GOOD, "own_code_kb": 251}))

    assert bench.main([]) == 1
    assert json.loads(file.read_text())["ratios"]["own_code_kb"] == 251
    assert "own_code_kb is 251: at most 250 was promised" in capsys.readouterr().out


@pytest.mark.usefixtures("parts", "file")
def test_a_part_that_is_not_known_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        bench.main(["--only", "one,third"])

    assert "third: there is one, other" in capsys.readouterr().err
