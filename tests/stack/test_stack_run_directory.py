"""A run's own directory: links to the source, its own routes, its own secrets."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack import run_directory
from local.stack.node import CACHE
from local.stack.process import ROOT


@pytest.fixture
def name() -> Iterator[str]:
    name = f"{os.getpid()}-test"
    yield name
    shutil.rmtree(CACHE / "runs" / name, ignore_errors=True)


def test_an_edit_of_the_source_is_an_edit_of_the_run(name: str) -> None:
    run = run_directory.create(name, {})
    assert (run / "src/entry.py").resolve() == ROOT / "src/entry.py"
    assert (run / "wrangler.sync.toml").resolve() == ROOT / "wrangler.sync.toml"
    assert (run / "python_modules/workers/__init__.py").exists()


def test_any_routes_file_can_stand_in(name: str, tmp_path: Path) -> None:
    mine = tmp_path / "mine.py"
    mine.write_text("ROUTES = None\n")
    run = run_directory.create(name, {}, mine)
    assert (run / "src/routes.py").resolve() == mine
    assert (ROOT / "src/routes.py").read_text() != mine.read_text()


def test_secrets_are_readable_by_their_owner_alone(name: str) -> None:
    run = run_directory.create(name, {"MOMENTO_API_KEY": "k"})
    secrets = run / ".dev.vars.local"
    assert secrets.read_text() == 'MOMENTO_API_KEY="k"\n'
    assert stat.S_IMODE(secrets.stat().st_mode) == 0o600


def test_what_a_dead_run_left_behind_is_removed(name: str) -> None:
    # Process numbers end far below this one.
    left = CACHE / "runs" / "999999999-dead"
    left.mkdir(parents=True)
    run_directory.create(name, {})
    assert not left.exists()


def test_any_files_can_be_laid_out(name: str, tmp_path: Path) -> None:
    entry = tmp_path / "some_entry.py"
    entry.touch()
    links = {**run_directory.linked("src/momento_http_shim"), "src/entry.py": entry}
    run = run_directory.lay_out(name, links, {})
    assert (run / "src/entry.py").resolve() == entry
    assert (run / "src/momento_http_shim/client.py").resolve() == ROOT / "src/momento_http_shim/client.py"
    assert not (run / "src/homeport").exists()
    assert not [path for path in run.rglob("*") if "__pycache__" in path.parts]
