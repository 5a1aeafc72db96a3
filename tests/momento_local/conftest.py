"""Fixtures of the tests of the local Momento."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from local.momento_local.emulator import Emulator
from local.momento_local.settings import Settings
from tests.momento_local.momento_rig import Rig


@pytest.fixture
async def make_rig() -> AsyncIterator[Callable[..., Rig]]:
    """Start emulators in process: two regions, caches `a` and one named after the region, a clock set by hand."""
    async with AsyncExitStack() as stack:

        def make(**settings: Any) -> Rig:
            defaults: dict[str, Any] = {
                "regions": ("near", "far"),
                "caches": ("a", "homeport-{region}"),
                "manual_clock": True,
                "hold_ms": 20,
            }
            emulator = Emulator(Settings(**{**defaults, **settings}))
            client = httpx.AsyncClient(
                transport=httpx.ASGITransport(app=emulator.app), base_url="http://momento.test"
            )
            stack.push_async_callback(emulator.aclose)
            stack.push_async_callback(client.aclose)
            return Rig(emulator, client)

        yield make


@pytest.fixture
def rig(make_rig: Callable[..., Rig]) -> Rig:
    return make_rig()
