"""Run the application: `python -m local.origins.items --port 0 --database items.db`."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from contextlib import closing
from pathlib import Path

from local.origins import serving

from .app import create_app
from .database import open_database
from .rows import seed


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.origins.items", description=__doc__)
    serving.add_options(parser)
    parser.add_argument(
        "--database", type=Path, help="SQLite file; default: a new one that is removed at the end"
    )
    parser.add_argument("--seed", type=int, default=0, metavar="N", help="create the items item-1 to item-N")
    return parser.parse_args()


def _serve(options: argparse.Namespace, database: Path) -> None:
    with closing(open_database(database)) as connection, serving.bound(options.port) as listener:
        seed(connection, options.seed, time.time())
        application = create_app(connection, latency_seconds=options.latency_ms / 1000)
        asyncio.run(serving.serve(application, listener, exit_with_stdin=options.exit_with_stdin))


def main() -> None:
    """Serve until SIGTERM, SIGINT or, if asked, the end of stdin."""
    serving.exit_on_signals()
    options = _options()
    if options.database:
        _serve(options, options.database)
        return
    with tempfile.TemporaryDirectory(prefix="items-") as folder:
        _serve(options, Path(folder) / "items.db")


if __name__ == "__main__":
    main()
