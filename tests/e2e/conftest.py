"""One stack for all tests that only use it; a test that breaks settings or routes starts its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.stack.stack import Plan, Stack, running


@pytest.fixture(scope="session")
def stack() -> Iterator[Stack]:
    """The whole system on the real workerd."""
    with running(Plan(seed=50, routes=Path(__file__).with_name("e2e_routes.py"))) as stack:
        yield stack
