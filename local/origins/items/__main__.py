"""Run the application: `python -m local.origins.items --port 0 --database items.db`."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from contextlib import closing
from pathlib import Path
from typing import NoReturn

import uvicorn

from .app import create_app
from .database import open_database
from .rows import seed

HOST = "127.0.0.1"


class _Server(uvicorn.Server):
    """Says where it listens, in the first line on stdout, once it accepts connections."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if sockets and self.started:
            sys.stdout.write(json.dumps({"url": f"http://{HOST}:{sockets[0].getsockname()[1]}"}) + "\n")
            sys.stdout.flush()

    def exit_with_stdin(self) -> None:
        """Stop when stdin reaches its end: when the program that started this one is gone."""

        def read_to_the_end() -> None:
            # Not sys.stdin: its lock would be held by this thread when the interpreter shuts down.
            while os.read(0, 65536):
                pass
            self.should_exit = True

        threading.Thread(target=read_to_the_end, daemon=True).start()


def _exit(*_: object) -> NoReturn:
    # uvicorn raises a signal again after it has shut down: leave, and close the database on the way.
    sys.exit(0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.origins.items", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help=f"port on {HOST}; 0 (default) takes a free one")
    parser.add_argument(
        "--database", type=Path, help="SQLite file; default: a new one that is removed at the end"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="create the items item-1 to item-N")
    parser.add_argument(
        "--latency-ms", type=int, default=0, metavar="N", help="wait before serving each request"
    )
    parser.add_argument("--exit-with-stdin", action="store_true", help="stop when stdin is closed")
    return parser.parse_args()


def _serve(options: argparse.Namespace, database: Path) -> None:
    # With the protocol named, asyncio turns Nagle's algorithm off; without it an answer may wait 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with closing(open_database(database)) as connection, listener as listening:
        seed(connection, options.seed, time.time())
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((HOST, options.port))
        config = uvicorn.Config(
            create_app(connection, latency_seconds=options.latency_ms / 1000),
            lifespan="off",
            ws="none",
            log_level="warning",
            access_log=False,
            timeout_keep_alive=75,  # seconds; longer than most clients, so that they are the ones to close
            timeout_graceful_shutdown=1,
        )
        server = _Server(config)
        if options.exit_with_stdin:
            server.exit_with_stdin()
        asyncio.run(server.serve([listening]))


def main() -> None:
    """Serve until SIGTERM, SIGINT or, if asked, the end of stdin."""
    signal.signal(signal.SIGTERM, _exit)
    signal.signal(signal.SIGINT, _exit)
    options = _options()
    if options.database:
        _serve(options, options.database)
        return
    with tempfile.TemporaryDirectory(prefix="items-") as folder:
        _serve(options, Path(folder) / "items.db")


if __name__ == "__main__":
    main()
