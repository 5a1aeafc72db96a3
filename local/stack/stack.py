"""Start everything, in order, and end it again."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from . import node, run_directory
from .process import Process
from .wrangler import READY_SECONDS, await_ready, dev, free_port, wanted_port

DAY_SECONDS = 24 * 60 * 60
"""How long the logs of a run that ended badly are kept."""

REGIONS = ("us-east-1", "eu-central-1", "ap-northeast-1")


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
    log: Path
    webhook_secret: str
    home_secret: str
    operate_token: str
    push_secret: str
    processes: dict[str, Process]
    keep_logs: bool = False
    read_token: str = ""


@contextlib.contextmanager
def running(plan: Plan, say: Callable[[str], None] = lambda _: None) -> Iterator[Stack]:
    """The stack, while the block runs.

    Logs are kept where something went wrong, and removed where it went well or was ended by hand.
    """
    name = f"{os.getpid()}-{secrets.token_hex(3)}"
    logs = node.CACHE / "logs" / name
    logs.mkdir(parents=True)
    run_directory.sweep(logs.parent, unless_younger_than=DAY_SECONDS)
    keep = True
    try:
        with contextlib.ExitStack() as processes:
            stack = _start(plan, name, logs, processes, say)
            yield stack
        keep = stack.keep_logs
    except KeyboardInterrupt:
        keep = False
        raise
    finally:
        shutil.rmtree(node.CACHE / "runs" / name, ignore_errors=True)
        if not keep:
            shutil.rmtree(logs, ignore_errors=True)


def _start(
    plan: Plan, name: str, logs: Path, processes: contextlib.ExitStack, say: Callable[[str], None]
) -> Stack:
    port = wanted_port(plan.port) if plan.port else free_port()
    edge = f"http://127.0.0.1:{port}"
    key, webhook_secret, home_secret, operate_token, push_secret = (secrets.token_hex(24) for _ in range(5))
    read_token = secrets.token_hex(24)
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
        "HOMEPORT_HOME_SECRETS": home_secret,
        "HOMEPORT_OPERATE_TOKENS": operate_token,
        "HOMEPORT_READ_TOKENS": read_token,
        "HOMEPORT_PUSH_SECRETS": push_secret,
        "HOMEPORT_LOCAL": "1",
        "HOMEPORT_LOG_REQUESTS": "1",
        **plan.variables,
    }
    run = run_directory.create(name, {k: v for k, v in variables.items() if v}, plan.routes)
    say("Starting both workers on workerd")
    log = logs / "wrangler.log"
    workers = processes.enter_context(dev(run, ("wrangler.toml", "wrangler.sync.toml"), port, log))
    started["wrangler"] = workers
    # Any answer of the edge worker's will do, even one about a missing setting.
    await_ready(f"{edge}/.homeport/where", workers, lambda answer: "cache-status" in answer.headers)
    return Stack(
        edge,
        origin,
        cells["regions"],
        cells["admin"],
        key,
        database,
        log,
        webhook_secret,
        home_secret,
        operate_token,
        push_secret,
        started,
        read_token=read_token,
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
