"""Homeport's edge worker as it is deployed, with routes of its own; the sync worker drains nothing."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping
from pathlib import Path

from .config import PYTHON_FUNCTION, Worker
from .deployed import deployed
from .surroundings import KEY, Surroundings
from .workerd import Served, served

SYNC = Worker({"sync.js": str(Path(__file__).with_name("sync.js"))}, flags=())
"""In the sync worker's place."""


@contextlib.contextmanager
def homeport(
    around: Surroundings, routes: Path, name: str = "homeport", instead: Mapping[str, str] | None = None
) -> Iterator[Served]:
    """The edge worker, while the block runs; `instead` are other modules of it, or more: paths by name."""
    texts = {
        "HOMEPORT_ORIGIN": around.origin,
        "HOMEPORT_REGIONS": " ".join(f"{name}={url}" for name, url in around.regions.items()),
        "HOMEPORT_HOME_SECRETS": "the-benchmarks-own-secret-of-homes",
        "MOMENTO_API_KEY": KEY,
        # A hiccup of the machine is to be measured, not answered by the origin.
        "HOMEPORT_STORE_TIMEOUT_MS": "5000",
    }
    modules = deployed("entry", routes, around.directory / f"{name}-modules") | dict(instead or {})
    workers = {"main": Worker(modules, texts, {"SYNC": "sync"}, flags=PYTHON_FUNCTION), "sync": SYNC}
    with served(name, workers, around.directory, "/.homeport/where") as edge:
        yield edge
