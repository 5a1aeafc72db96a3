"""One local Momento of two regions for the tests of the command, and a house of its own for each of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.process import Process
from tests.clients.cli_world import AWAY, HOME, KEY, Bay


@pytest.fixture(scope="session")
def momento(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Any]]:
    log = tmp_path_factory.mktemp("cli") / "momento_local.log"
    options = ("--regions", f"{HOME},{AWAY}", "--api-key", KEY)
    with Process("momento_local", [sys.executable, "-m", "local.momento_local", *options], log) as process:
        yield process.first_line(30.0)


@pytest.fixture
def empty(tmp_path: Path, momento: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> Bay:
    """No cache is there yet."""
    monkeypatch.chdir(tmp_path)  # wrangler's configurations are read where the command runs
    return Bay(tmp_path, momento)


@pytest.fixture
def bay(empty: Bay) -> Bay:
    """Its caches are there."""
    assert empty.run("bootstrap").code == 0
    return empty
