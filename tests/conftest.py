"""Which tests stay together when pytest-xdist runs several workers: a file's, and those of one costly start."""

from __future__ import annotations

from pathlib import Path

import pytest
from xdist.scheduler import LoadScopeScheduling

E2E = Path(__file__).parent / "e2e"
TOGETHER = ("tests/e2e/test_e2e_with_", "tests/momento_sdk_web/")
"""Beginnings of the names of files that share something which is started once."""


class ByCostlyStart(LoadScopeScheduling):  # type: ignore[misc]  # xdist's schedulers have no types
    """Hands a file to one worker, and files that share a costly start to the same one."""

    def _split_scope(self, nodeid: str) -> str:
        return next((name for name in TOGETHER if nodeid.startswith(name)), nodeid.partition("::")[0])


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> LoadScopeScheduling:
    """Take the scheduler above instead of one of xdist's own."""
    return ByCostlyStart(config, log)


def pytest_itemcollected(item: pytest.Item) -> None:
    """Everything below e2e runs on workerd, and is marked so."""
    if E2E in item.path.parents:
        item.add_marker(pytest.mark.e2e)
