"""Run the shop: `python -m local.origins.inventory --way push`."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from contextlib import AsyncExitStack, closing
from pathlib import Path

from homeport_origin import Misconfigured, Publisher
from local.origins import serving

from .app import create_app
from .caching import WAYS
from .routes import ROUTES
from .stock import open_stock


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.origins.inventory", description=__doc__)
    serving.add_options(parser)
    parser.add_argument(
        "--database", type=Path, help="SQLite file; default: a new one that is removed at the end"
    )
    parser.add_argument(
        "--way", choices=WAYS, default="push", help="how caches may keep the product page; push by default"
    )
    parser.add_argument("--ttl", type=int, default=60, metavar="SECONDS", help="of the ways ttl and swr; 60")
    return parser.parse_args()


def _publisher(own: str) -> Publisher | None:
    """By the workers' settings, in the environment; None where there are none. This process alone sells."""
    if not os.environ.get("HOMEPORT_REGIONS"):
        return None
    try:
        return Publisher.from_settings(ROUTES, {"HOMEPORT_ORIGIN": own, **os.environ}, sole=True)
    except Misconfigured as error:
        raise SystemExit(f"The shop cannot publish: {error}") from None


async def _serve(options: argparse.Namespace, database: Path) -> None:
    async with AsyncExitStack() as opened:
        connection = opened.enter_context(closing(open_stock(database)))
        listener = opened.enter_context(serving.bound(options.port))
        publisher = _publisher(serving.url_of(listener)) if options.way == "push" else None
        if publisher is not None:
            await opened.enter_async_context(publisher)
        application = create_app(
            connection,
            way=options.way,
            ttl=options.ttl,
            publisher=publisher,
            latency_seconds=options.latency_ms / 1000,
        )
        await serving.serve(application, listener, exit_with_stdin=options.exit_with_stdin, date=False)


def main() -> None:
    """Serve until SIGTERM, SIGINT or, if asked, the end of stdin."""
    serving.exit_on_signals()
    options = _options()
    if options.database:
        asyncio.run(_serve(options, options.database))
        return
    with tempfile.TemporaryDirectory(prefix="inventory-") as folder:
        asyncio.run(_serve(options, Path(folder) / "inventory.db"))


if __name__ == "__main__":
    main()
