from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.conformance import __main__ as command
from tests.conformance.judge import Result
from tests.conformance.suite import PACKAGE


@pytest.fixture
def played(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Sequence[str], Path]]:
    """What is played: the tests named, and the suite's folder."""
    runs = []

    def run(logs: Path, only: Sequence[str], suite: Path) -> dict[str, Result]:
        runs.append((only, suite))
        return {"age": Result("Age", "age", "Age is a number", "required")}

    monkeypatch.setattr(command, "run", run)
    monkeypatch.setattr(command, "end_on_sigterm", lambda: None)
    return runs


def test_npm_s_version_is_played_where_no_folder_is_named(
    played: list[tuple[Sequence[str], Path]], capsys: pytest.CaptureFixture[str]
) -> None:
    assert command.main(["age"]) == 0
    assert played == [(["age"], PACKAGE.resolve())]
    assert "required     1 pass    0 fail    0 unjudged" in capsys.readouterr().out


def test_a_clone_of_its_repository_is_played_where_that_is_named(
    played: list[tuple[Sequence[str], Path]], tmp_path: Path
) -> None:
    assert command.main(["--suite", str(tmp_path)]) == 0
    assert played == [([], tmp_path)]
