"""Programs that are not on a machine: a peer is skipped by name, the load is not."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest

from benchmarks import hit
from benchmarks.peers import proxies
from benchmarks.rig.cores import Family
from benchmarks.rig.load import Load
from benchmarks.rig.surroundings import Surroundings
from local.stack.process import StackError


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.which", lambda *_, **__: None)


def test_peers_that_are_not_installed_have_a_line_that_says_so(tmp_path: Path) -> None:
    around = Surroundings({}, "", "http://127.0.0.1:1", tmp_path, Family(0))

    with contextlib.ExitStack() as up:
        peers, rows = hit.start(("nginx", "varnish"), around, up)

    assert peers == {}
    assert rows == [
        {"contender": "nginx", "note": "nginx is not installed"},
        {"contender": "varnish", "note": "varnishd is not installed"},
    ]


def test_what_is_not_installed_has_no_version() -> None:
    assert proxies.version("nginx", "-v") == ""


def test_without_a_load_nothing_is_measured_and_the_error_says_what_to_install() -> None:
    with pytest.raises(StackError, match="apt install wrk"):
        Load("http://127.0.0.1:1/", 1, 1, {}).run()
