"""Start everything, in order, and end it again."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import socket
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from . import node, run_directory
from .process import Process, StackError

REGIONS = ("us-east-1", "eu-central-1", "ap-northeast-1")
READY_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Plan:
    """What to start. `origin` is the URL of somebody's own, or None for the example one."""

    origin: str | None = None
    routes: Path | None = None
    port: int = 0
    regions: Sequence[str] = REGIONS
    seed: int = 20
    origin_latency_ms: int = 0
    variables: Mapping[str, str] = field(default_factory=dict)
    """Overrides of the workers' variables; an empty value leaves the variable out."""


@dataclass(slots=True)
class Stack:
    """A running stack: base URLs, and the processes behind them."""

    edge: str
    origin: str
    regions: Mapping[str, str]
    admin: str
    api_key: str
    database: Path
    directory: Path
    log: Path
    webhook_secret: str
    processes: dict[str, Process]
    keep_logs: bool = False


@contextlib.contextmanager
def running(plan: Plan, say: Callable[[str], None] = lambda _: None) -> Iterator[Stack]:
    """The stack, while the block runs. Logs are removed when it ends well, kept and named when it does not."""
    name = f"{os.getpid()}-{secrets.token_hex(3)}"
    logs = node.CACHE / "logs" / name
    logs.mkdir(parents=True)
    with contextlib.ExitStack() as processes:
        stack = _start(plan, name, logs, processes, say)
        yield stack
    shutil.rmtree(stack.directory, ignore_errors=True)
    if not stack.keep_logs:
        shutil.rmtree(logs, ignore_errors=True)


def _start(
    plan: Plan, name: str, logs: Path, processes: contextlib.ExitStack, say: Callable[[str], None]
) -> Stack:
    port = plan.port or free_port()
    edge = f"http://127.0.0.1:{port}"
    key, webhook_secret = secrets.token_hex(24), secrets.token_hex(24)
    database = logs / "items.sqlite"

    say("Starting the local Momento")
    momento = processes.enter_context(
        Process("momento_local", _momento(plan, edge, key, webhook_secret), logs / "momento_local.log")
    )
    cells = momento.first_line(READY_SECONDS)
    started = {"momento_local": momento}
    origin = plan.origin
    if origin is None:
        say("Starting the example origin")
        items = processes.enter_context(Process("items", _items(plan, database), logs / "items.log"))
        started["items"] = items
        origin = str(items.first_line(READY_SECONDS)["url"])
    variables = {
        "HOMEPORT_ORIGIN": origin,
        "HOMEPORT_REGIONS": " ".join(f"{region}={url}" for region, url in cells["regions"].items()),
        "MOMENTO_API_KEY": key,
        "MOMENTO_WEBHOOK_SECRETS": webhook_secret,
        **plan.variables,
    }
    run = run_directory.create(name, {k: v for k, v in variables.items() if v}, plan.routes)
    say("Starting both workers on workerd")
    log = logs / "wrangler.log"
    workers = processes.enter_context(_wrangler(run, port, log))
    started["wrangler"] = workers
    _await_ready(edge, workers)
    return Stack(
        edge, origin, cells["regions"], cells["admin"], key, database, run, log, webhook_secret, started
    )


def _momento(plan: Plan, edge: str, key: str, webhook_secret: str) -> list[str]:
    return [
        *(sys.executable, "-m", "local.momento_local"),
        *("--regions", ",".join(plan.regions), "--caches", "homeport-{region}", "--api-key", key),
        *("--webhook", f"*:cache_sync={edge}/.homeport/topics", "--webhook-secret", webhook_secret),
    ]


def _items(plan: Plan, database: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "local.origins.items", "--database", str(database)),
        *("--seed", str(plan.seed), "--latency-ms", str(plan.origin_latency_ms)),
    ]


def _wrangler(run: Path, port: int, log: Path) -> Process:
    command = [
        *(*node.wrangler(), "dev", "-c", "wrangler.toml", "-c", "wrangler.sync.toml", "--env", "local"),
        *("--ip", "127.0.0.1", "--port", str(port), "--inspector-port", str(free_port())),
    ]
    environment = {
        "MINIFLARE_WORKERD_PATH": str(node.workerd_with_bundle(run)),
        "XDG_CONFIG_HOME": str(run / "config"),
        "WRANGLER_SEND_METRICS": "false",
        "CLOUDFLARE_CF_FETCH_ENABLED": "false",
        "CI": "1",  # no keyboard shortcuts, no questions
        "NO_COLOR": "1",
    }
    return Process("wrangler", command, log, speaks=False, directory=run, environment=environment)


def _await_ready(edge: str, workers: Process) -> None:
    """Wait until the edge worker answers; any answer below 500 but for a missing setting's 503 will do."""
    until = time.monotonic() + READY_SECONDS
    while workers.alive() and time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            answer = httpx.get(f"{edge}/.homeport/where", timeout=10.0)
            if answer.headers.get("cache-status"):
                return
        time.sleep(0.1)  # there is no event to wait for: wrangler says nothing that could be awaited portably
    raise StackError(f"the workers did not start; see {workers.log}")


def free_port() -> int:
    """A loopback port that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
