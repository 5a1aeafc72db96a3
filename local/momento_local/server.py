"""The process: a socket on 127.0.0.1, one line of output, an end on a signal or with standard input."""

from __future__ import annotations

import asyncio
import contextlib
import json
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator

import uvicorn
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from .emulator import Emulator
from .exchange import TRANSPORT
from .settings import ADMIN, Settings


class Protocol(HttpToolsProtocol):
    """uvicorn's, with the connection left in the scope so that a fault can close it."""

    def on_message_begin(self) -> None:
        """Start a request's scope."""
        super().on_message_begin()
        self.scope["extensions"] = {TRANSPORT: self.transport}  # type: ignore[dict-item]


class Server(uvicorn.Server):
    """uvicorn's, announcing itself on standard output and leaving signals to `serve`."""

    announcement = ""
    before_shutdown: Callable[[], None] | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Accept connections, then say where."""
        await super().startup(sockets)
        sys.stdout.write(self.announcement + "\n")
        sys.stdout.flush()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End what waits for news, then as uvicorn does."""
        if self.before_shutdown is not None:
            self.before_shutdown()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Do nothing: `serve` installs handlers that end the process with status 0."""
        yield


def announce(settings: Settings, port: int) -> str:
    """Write the first line of output: where each region and the admin interface are."""
    base = f"http://127.0.0.1:{port}"
    regions = {name: f"{base}/{name}" for name in settings.regions}
    return json.dumps({"regions": regions, "admin": f"{base}/{ADMIN}"})


def listen(port: int) -> socket.socket:
    """Bind a socket of 127.0.0.1; port 0 takes a free one.

    With the protocol named, asyncio sets TCP_NODELAY on what it accepts. Without, an answer in two writes waits 40 ms
    for the client's delayed acknowledgement.
    """
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind(("127.0.0.1", port))
    return listener


async def serve(settings: Settings) -> None:
    """Run until SIGTERM, SIGINT or, if so set, until standard input is closed."""
    emulator = Emulator(settings)
    listener = listen(settings.port)
    config = uvicorn.Config(
        emulator.app,
        http=Protocol,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        proxy_headers=False,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=1,
        timeout_keep_alive=75,
        backlog=1024,
    )
    server = Server(config)
    server.announcement = announce(settings, listener.getsockname()[1])
    server.before_shutdown = emulator.end_waits
    _stop_on_demand(server, with_stdin=settings.exit_with_stdin)
    try:
        await server.serve(sockets=[listener])
    finally:
        await emulator.aclose()


def _stop_on_demand(server: Server, *, with_stdin: bool) -> None:
    loop = asyncio.get_running_loop()

    def stop() -> None:
        server.should_exit = True

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)

    def watch_stdin() -> None:
        while sys.stdin.buffer.read(4096):
            pass
        loop.call_soon_threadsafe(stop)

    if with_stdin:
        threading.Thread(target=watch_stdin, name="stdin", daemon=True).start()
