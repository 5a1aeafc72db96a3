"""Start a local Momento and the worker on workerd; end them again."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx

from local.stack import node, run_directory
from local.stack.process import ROOT, Process
from local.stack.wrangler import READY_SECONDS, await_ready, dev, free_port

CACHE = "ships"
HOLD_MS = 400
_HERE = "local/shim_on_workerd"


@dataclass(frozen=True, slots=True)
class Running:
    """Base URLs of what runs: the worker, the local Momento's one region, and its admin pages."""

    worker: str
    region: str
    admin: str

    def ask(self, path: str, **arguments: str | int) -> Any:
        """Have the worker call a function, and give its answer."""
        # Not GET: wrangler's proxy sends that twice where it thinks that the worker is being reloaded.
        answer = httpx.post(f"{self.worker}/{path}", params=arguments, timeout=60.0)
        if answer.status_code != 200:
            raise RuntimeError(f"the worker failed at {path}: {answer.text}")
        return answer.json()


@contextlib.contextmanager
def running() -> Iterator[Running]:
    """Both, while the block runs; the logs stay, and are named, where it does not end well."""
    name = f"{os.getpid()}-{secrets.token_hex(3)}"
    logs = node.CACHE / "logs" / name
    logs.mkdir(parents=True)
    with contextlib.ExitStack() as processes:
        momento = processes.enter_context(Process("momento_local", _momento(), logs / "momento_local.log"))
        told = momento.first_line(READY_SECONDS)
        region = told["regions"]["a"]
        run = run_directory.lay_out(
            name, _links(), {"MOMENTO_API_KEY": "any-key", "MOMENTO_ENDPOINT": region}
        )
        port = free_port()
        worker = f"http://127.0.0.1:{port}"
        workers = processes.enter_context(dev(run, ("wrangler.toml",), port, logs / "wrangler.log"))
        await_ready(worker, workers, lambda answer: answer.text == "ready")
        yield Running(worker, region, told["admin"])
    shutil.rmtree(run, ignore_errors=True)
    shutil.rmtree(logs, ignore_errors=True)


def _momento() -> list[str]:
    regions = ("--regions", "a", "--caches", CACHE, "--hold-ms", str(HOLD_MS))
    return [sys.executable, "-m", "local.momento_local", *regions]


def _links() -> dict[str, Any]:
    """The client, this package beside it, and the Workers SDK."""
    client = run_directory.linked("src/momento_http_shim", "python_modules")
    package = {
        f"src/{path}": source for path, source in run_directory.linked(_HERE).items() if path.endswith(".py")
    }
    return {
        **client,
        **package,
        "src/local/__init__.py": ROOT / "local" / "__init__.py",
        "src/entry.py": ROOT / _HERE / "entry.py",
        "wrangler.toml": ROOT / _HERE / "wrangler.toml",
    }
