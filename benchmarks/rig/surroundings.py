"""What stands around the workers: the local Momento, and the origin."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from local.stack import node
from local.stack.process import Process
from local.stack.stack import REGIONS
from local.stack.wrangler import READY_SECONDS

from .cores import Family

HOME = "ap-northeast-1"
VISITOR = {
    "MF-CF-Blob": '{"country":"JP","continent":"AS","latitude":"35.6","longitude":"139.7","colo":"NRT"}'
}
"""The field by which every request of a load comes from Japan."""

KEY = "key-of-the-benchmarks"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Base URLs: of each region, of the local Momento's admin interface, of the origin."""

    regions: dict[str, str]
    admin: str
    origin: str
    directory: Path
    momento: Family

    @property
    def cache(self) -> str:
        """The cache of the visitor's region over Momento's HTTP API."""
        return f"{self.regions[HOME]}/cache/homeport-{HOME}"

    def put(self, key: str, body: bytes) -> None:
        """Put an item there, for a day."""
        parameters = {"key": key, "ttl_seconds": "86400"}
        answer = httpx.put(self.cache, params=parameters, content=body, headers={"Authorization": KEY})
        answer.raise_for_status()

    def empty(self) -> None:
        """Forget all that the regions hold."""
        for region in self.regions:
            httpx.post(f"{self.admin}/regions/{region}/wipe").raise_for_status()

    def asked(self) -> int:
        """How many pages the origin has served so far."""
        return int(httpx.get(f"{self.origin}/asked").raise_for_status().text)

    def calls(self) -> dict[str, int]:
        """How often each of Momento's methods has been called in the visitor's region so far."""
        methods = httpx.get(f"{self.admin}/counters").raise_for_status().json()[HOME]["methods"]
        return {name.partition(":")[2]: tally["calls"] for name, tally in methods.items()}


@contextlib.contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Both, while the block runs; the logs stay where it does not end well."""
    directory = node.CACHE / "logs" / f"{os.getpid()}-{secrets.token_hex(3)}"
    directory.mkdir(parents=True)
    with contextlib.ExitStack() as processes:
        command = [sys.executable, "-m", "local.momento_local", "--regions", ",".join(REGIONS)]
        command += ["--caches", "homeport-{region}", "--api-key", KEY]
        momento = processes.enter_context(Process("momento_local", command, directory / "momento_local.log"))
        cells = momento.first_line(READY_SECONDS)
        command = [sys.executable, "-m", "benchmarks.rig.origin"]
        origin = processes.enter_context(Process("origin", command, directory / "origin.log"))
        url = origin.first_line(READY_SECONDS)["url"]
        yield Surroundings(cells["regions"], cells["admin"], url, directory, Family(momento.guard))
    shutil.rmtree(directory, ignore_errors=True)
