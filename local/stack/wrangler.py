"""`wrangler dev` of a run's directory, on the real workerd, offline and apart from every other run."""

from __future__ import annotations

import contextlib
import random
import socket
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

from . import node
from .process import Process, StackError

READY_SECONDS = 90.0


def dev(run: Path, configurations: Sequence[str], port: int, log: Path) -> Process:
    """Start the workers of some configurations; the first one of them answers at `port`."""
    command = [
        *(*node.wrangler(), "dev"),
        *(word for configuration in configurations for word in ("-c", configuration)),
        *("--env", "local", "--ip", "127.0.0.1", "--port", str(port), "--inspector-port", str(free_port())),
    ]
    environment = {
        **node.on_path(),
        "MINIFLARE_WORKERD_PATH": str(node.workerd_with_bundle(run)),
        "XDG_CONFIG_HOME": str(run / "config"),
        "WRANGLER_SEND_METRICS": "false",
        "CLOUDFLARE_CF_FETCH_ENABLED": "false",
        "CI": "1",  # no keyboard shortcuts, no questions
        "NO_COLOR": "1",
    }
    return Process("wrangler", command, log, speaks=False, directory=run, environment=environment)


def await_ready(url: str, workers: Process, is_ready: Callable[[httpx.Response], bool]) -> None:
    """Wait until `url` gives an answer that is one of the worker's own; wrangler itself answers earlier."""
    until = time.monotonic() + READY_SECONDS
    while workers.alive() and time.monotonic() < until:
        with contextlib.suppress(httpx.TransportError):
            if is_ready(httpx.get(url, timeout=10.0)):
                return
        time.sleep(0.1)  # there is no event to wait for: wrangler says nothing that could be awaited portably
    raise StackError(f"the workers did not start; see {workers.log}")


def wanted_port(port: int) -> int:
    """That loopback port; raises `StackError` where something answers there already."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StackError(f"port {port} is not free ({error.strerror}): make dev PORT=…") from error
    return port


def free_port() -> int:
    """A loopback port that is free, and stays so while nobody listens there.

    Clients' ends of connections are given ports from 32768 on (Linux) or 49152 on (RFC 6335 section 6).
    """
    for port in random.sample(range(20_000, 32_000), 100):
        with contextlib.suppress(StackError):
            return wanted_port(port)
    raise StackError("of 100 ports of 127.0.0.1 between 20000 and 32000 none is free")
