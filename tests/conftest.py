"""Which tests stay together when pytest-xdist runs several workers: a file's, and those of one costly start."""

from __future__ import annotations

from pathlib import Path

import pytest

E2E = Path(__file__).parent / "e2e"
COSTLY = ("stack", "conversation")
"""Fixtures that start something once for several files."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give every test its group; everything below e2e runs on workerd and is marked so."""
    for item in items:
        if E2E in item.path.parents:
            item.add_marker(pytest.mark.e2e)
        costly = [name for name in COSTLY if name in getattr(item, "fixturenames", ())]
        item.add_marker(pytest.mark.xdist_group(costly[0] if costly else item.path.name))
