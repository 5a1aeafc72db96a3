"""An application as a process of its own: on 127.0.0.1, its first line says where, and it ends when it is told to."""

from __future__ import annotations

import argparse
import json
import os
import signal
import socket
import sys
import threading
from typing import NoReturn

import uvicorn
from starlette.types import ASGIApp

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Says where it listens, in the first line on stdout, once it accepts connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            sys.stdout.write(json.dumps({"url": url_of(sockets[0])}) + "\n")
            sys.stdout.flush()

    def exit_with_stdin(self) -> None:
        """Stop when stdin reaches its end: when the program that started this one is gone."""

        def read_to_the_end() -> None:
            # Not sys.stdin: its lock would be held by this thread when the interpreter shuts down.
            while os.read(0, 65536):
                pass
            self.should_exit = True

        threading.Thread(target=read_to_the_end, daemon=True).start()


def add_options(parser: argparse.ArgumentParser) -> None:
    """The options that every origin has."""
    parser.add_argument("--port", type=int, default=0, help=f"port on {HOST}; 0 (default) takes a free one")
    parser.add_argument(
        "--latency-ms", type=int, default=0, metavar="N", help="wait before serving each request"
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when stdin is closed")


def exit_on_signals() -> None:
    """Leave at SIGTERM and SIGINT, and close everything on the way: uvicorn raises them again after its shutdown."""

    def leave(*_: object) -> NoReturn:
        sys.exit(0)

    signal.signal(signal.SIGTERM, leave)
    signal.signal(signal.SIGINT, leave)


def bound(port: int) -> socket.socket:
    """A socket on a port, 0 for a free one; it accepts nothing before it is served."""
    # With the protocol named, asyncio turns Nagle's algorithm off; without it an answer may wait 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    return listener


def url_of(listener: socket.socket) -> str:
    """The base URL of what is served at a socket."""
    return f"http://{HOST}:{listener.getsockname()[1]}"


async def serve(
    application: ASGIApp, listener: socket.socket, *, exit_with_stdin: bool, date: bool = True
) -> None:
    """Serve until SIGTERM, SIGINT or, if asked, the end of stdin. Without `date` the application says Date itself."""
    config = uvicorn.Config(
        application,
        lifespan="off",
        ws="none",
        log_level="warning",
        access_log=False,
        date_header=date,
        timeout_keep_alive=75,  # seconds; longer than most clients, so that they are the ones to close
        timeout_graceful_shutdown=1,
    )
    server = _Server(config)
    if exit_with_stdin:
        server.exit_with_stdin()
    await server.serve([listener])
