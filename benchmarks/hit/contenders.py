"""Who answers a hit, and how each is started."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.peers.proxies import nginx, varnish
from benchmarks.rig.config import PYTHON, PYTHON_FUNCTION, Worker
from benchmarks.rig.homeport import homeport
from benchmarks.rig.surroundings import KEY, Surroundings
from benchmarks.rig.workerd import Served, served, sources
from local.stack import node
from local.stack.process import ROOT, StackError

PEERS = Path(__file__).parents[1] / "peers"
ROUTES = Path(__file__).with_name("routes.py")
READY = "/hit/1000"

Start = Callable[[Surroundings], AbstractContextManager[Served]]


def _python(name: str, flags: Sequence[str] = PYTHON) -> Start:
    @contextlib.contextmanager
    def start(around: Surroundings) -> Iterator[Served]:
        variables = {"CACHE": around.cache, "MOMENTO_API_KEY": KEY}
        worker = Worker(sources(PEERS / name), variables, flags=flags)
        with served(name, {"main": worker}, around.directory, READY) as peer:
            yield peer

    return start


def _homeport(around: Surroundings) -> AbstractContextManager[Served]:
    return homeport(around, ROUTES)


def _cache_api(around: Surroundings) -> AbstractContextManager[Served]:
    folder = PEERS / "cache_api"
    worker = Worker(sources(folder), {"ORIGIN": around.origin}, cache="store")
    store = Worker({"store.js": str(folder / "store.js")}, flags=())
    return served("cache_api", {"main": worker, "store": store}, around.directory, READY)


def _hono(around: Surroundings) -> AbstractContextManager[Served]:
    # As wrangler would: it bundles with the same esbuild.
    bundled = around.directory / "hono.js"
    esbuild = ROOT / "node_modules" / "esbuild" / "bin" / "esbuild"
    command = [str(node.node()), str(esbuild), str(PEERS / "hono" / "worker.ts"), "--bundle", "--format=esm"]
    run = subprocess.run([*command, f"--outfile={bundled}"], capture_output=True, text=True, check=False)
    if run.returncode:
        raise StackError(f"esbuild cannot bundle the peer of Hono: {run.stderr}")
    regions = around.regions["us-east-1"].replace("us-east-1", "{region}")
    variables = {
        "ORIGIN": around.origin,
        "REGIONS": f"{regions}/cache/homeport-{{region}}",
        "MOMENTO_API_KEY": KEY,
    }
    worker = Worker({"worker.js": str(bundled)}, variables, flags=("nodejs_compat",))
    return served("hono", {"main": worker}, around.directory, READY)


CONTENDERS: Mapping[str, Start] = {
    "bare_python": _python("bare_python"),
    "homeport": _homeport,
    "bare_function": _python("bare_function", PYTHON_FUNCTION),
    "sdk_python": _python("sdk_python"),
    "cache_api": _cache_api,
    "hono": _hono,
    "nginx": nginx,
    "varnish": varnish,
}
"""By name, the floor first."""
