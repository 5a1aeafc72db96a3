"""A local Momento and an origin in this process, the sync worker on workerd beside it, without wrangler.

Writes are accepted by the product's own driver straight into the local Momento's store: ten thousand in seconds.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import secrets
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from benchmarks.processes import workerd_below
from benchmarks.rig.config import Worker
from benchmarks.rig.deployed import deployed
from benchmarks.rig.workerd import Served, served
from homeport import keys
from homeport.messages import Headers, NoAnswer, Request
from homeport.ports import Effects, Region
from homeport.reading.key import resource
from homeport.writing.accept import Accepted, accept
from homeport.writing.write import Write
from local.momento_local import sorted_sets
from local.momento_local.emulator import Emulator
from local.momento_local.in_memory import InMemoryCache
from local.momento_local.server import listen
from local.momento_local.settings import Settings
from local.momento_local.store import Store
from local.stack import node

_CRON = ("service_binding_extra_handlers",)
"""By which a worker may fire another's cron."""

REGION = "us-east-1"
CACHE = f"homeport-{REGION}"
BODY = json.dumps({"name": "a drained item", "note": "x" * 200}).encode()

HEAP_MB = 96
"""What V8 may use. Cloudflare's isolates have 128 MB, of which Pyodide's memory, outside of V8's heap, takes 32."""


@dataclass(slots=True)
class SlowOrigin:
    """Takes every write, so many ms late: an ASGI application."""

    latency_ms: int = 0

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer 204, or to `/operations` that each was taken."""
        body, more = b"", True
        while more:
            message = await receive()
            body, more = body + message.get("body", b""), message.get("more_body", False)
        await asyncio.sleep(self.latency_ms / 1000)
        status, answer = 204, b""
        if scope["path"] == "/operations":
            taken = [{"id": each["id"], "status": 204} for each in json.loads(body)["operations"]]
            status, answer = 200, json.dumps({"results": taken}).encode()
        fields = [(b"content-type", b"application/json")] if answer else []
        await send({"type": "http.response.start", "status": status, "headers": fields})
        await send({"type": "http.response.body", "body": answer})


@dataclass(slots=True)
class World:
    """What runs."""

    origin_url: str
    origin: SlowOrigin
    emulator: Emulator
    sync: Served
    log: Path
    _cache: InMemoryCache = field(init=False)

    def __post_init__(self) -> None:
        self._cache = InMemoryCache(_now)
        self._cache.store = self.store

    @property
    def store(self) -> Store:
        """Of the one region's cache."""
        return self.emulator.regions[REGION].caches[CACHE].store

    def waiting(self) -> int:
        """How many writes wait, over all lanes."""
        queues = (keys.queue(lane).encode() for lane in range(keys.LANES))
        return sum(sorted_sets.length(self.store, queue) or 0 for queue in queues)

    async def fill(self, path: str, count: int) -> None:
        """Accept so many PUTs, each of a resource of its own; nobody is woken."""
        effects = Effects(_now, lambda: secrets.token_hex(16), asyncio.sleep, lambda: 0.5, _close, _silent)
        region = Region(REGION, self._cache)
        header = Headers([("content-type", "application/json")])
        for number in range(count):
            target = f"{path}{number}"
            write = Write(
                secrets.token_hex(16), resource(self.origin_url, target), Request("PUT", target, header, BODY)
            )
            outcome = await accept(write, region, _NeverAsked(), effects)
            if outcome != Accepted():
                raise RuntimeError(f"the local Momento did not take a write: {outcome}")

    async def wake(self) -> None:
        """Fire the sync worker's cron."""
        async with httpx.AsyncClient(timeout=120.0) as client:
            fired = await client.post(self.sync.url)
        if fired.text != "ok":
            raise RuntimeError(f"the sync worker's cron failed: {fired.text}; see {self.log}")

    async def empty(self) -> None:
        """Forget all that waits, and let the drains find that out."""
        self.store.clear()
        calls = -1
        while calls != (calls := self.calls()):  # noqa: ASYNC110 - nobody tells that a drain has ended
            await asyncio.sleep(1.0)

    def calls(self) -> int:
        """How many calls the local Momento has answered."""
        calls: int = self.emulator.regions[REGION].counters.show()["calls"]
        return calls

    def rss_mb(self) -> float:
        """What workerd holds in memory, in MB of 10^6."""
        octets = 0
        for number in workerd_below(self.sync.family.head):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                pages = int(Path(f"/proc/{number}/statm").read_text().split()[1])
                octets += pages * os.sysconf("SC_PAGE_SIZE")
        return octets / 1e6


@contextlib.asynccontextmanager
async def running() -> AsyncIterator[World]:
    """All of it, while the block runs."""
    directory = node.CACHE / "logs" / f"{os.getpid()}-{secrets.token_hex(3)}"
    directory.mkdir(parents=True)
    emulator, origin = Emulator(Settings((REGION,), (CACHE,))), SlowOrigin()
    async with _served(emulator.app) as momento_url, _served(origin) as origin_url:
        variables = {
            "HOMEPORT_ORIGIN": origin_url,
            "HOMEPORT_REGIONS": f"{REGION}={momento_url}/{REGION}",
            "MOMENTO_API_KEY": "any-key",
        }
        modules = deployed("entry_sync", _beside("drain_routes.py"), directory / "modules")
        workers = {
            "main": Worker({"cron.js": str(_beside("cron.js"))}, services={"SYNC": "sync"}, flags=_CRON),
            "sync": Worker(modules, variables, {"SELF": "sync"}),
        }
        limit = (f"--max-heap-size={HEAP_MB}",)
        with served("drain", workers, directory, "/", limit) as sync:
            yield World(origin_url, origin, emulator, sync, directory / "drain" / "log")
    await emulator.aclose()
    shutil.rmtree(directory, ignore_errors=True)


def _beside(name: str) -> Path:
    return Path(__file__).with_name(name)


@contextlib.asynccontextmanager
async def _served(application: Any) -> AsyncIterator[str]:
    listener = listen(0)
    config = uvicorn.Config(
        application, http="httptools", ws="none", lifespan="off", log_level="warning", access_log=False
    )
    server = _Server(config)
    serving = asyncio.create_task(server.serve([listener]))
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await serving


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leave signals to whoever runs the benchmark."""
        yield


class _NeverAsked:
    async def ask(self, request: Request, /) -> NoAnswer:
        raise AssertionError(f"a PUT does not need the origin: {request.target}")

    async def open(self, request: Request, /) -> NoAnswer:
        return await self.ask(request)


def _now() -> int:
    return int(time.time() * 1000)


def _silent(_name: str, _fields: object) -> None:
    pass


def _close(work: Any) -> None:
    work.close()
