"""Who answers a hit, and how each is started."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path

from benchmarks.rig.config import Worker
from benchmarks.rig.homeport import homeport
from benchmarks.rig.surroundings import KEY, Surroundings
from benchmarks.rig.workerd import Served, served, sources

PEERS = Path(__file__).parents[1] / "peers"
ROUTES = Path(__file__).with_name("routes.py")

Start = Callable[[Surroundings], AbstractContextManager[Served]]


def _variables(around: Surroundings) -> dict[str, str]:
    return {"CACHE": around.cache, "MOMENTO_API_KEY": KEY}


def _python(name: str) -> Start:
    @contextlib.contextmanager
    def start(around: Surroundings) -> Iterator[Served]:
        worker = Worker(sources(PEERS / name), _variables(around))
        with served(name, {"main": worker}, around.directory, "/hit/1000") as peer:
            yield peer

    return start


def _homeport(around: Surroundings) -> AbstractContextManager[Served]:
    return homeport(around, ROUTES)


CONTENDERS: Mapping[str, Start] = {
    "bare_python": _python("bare_python"),
    "homeport": _homeport,
    "sdk_python": _python("sdk_python"),
}
"""By name, the floor first."""
