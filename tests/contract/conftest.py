"""One test body, run at every place that the contract holds for."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import secrets
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from local.stack.process import Process
from momento_http_shim import CacheClient, Limits
from tests.contract.backends import (
    CACHE,
    LOCAL,
    TWIN_LACKS,
    UNCHECKED,
    VARIABLES,
    Local,
    Place,
    blocking,
    missing_variables,
    over_aio,
    real,
    twin,
)

_counter = itertools.count()


def pytest_configure(config: pytest.Config) -> None:
    """Register the one mark of this folder."""
    config.addinivalue_line("markers", "uses(*methods): which methods beyond the twin's a test needs")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Collect a test for every place that has what it needs; for the real service only where it can be reached."""
    reachable = ("real",) if not missing_variables() else ()
    if "service" in metafunc.fixturenames:
        metafunc.parametrize("service", ["local", *reachable], indirect=True)
    if "place" in metafunc.fixturenames:
        needed = {name for mark in metafunc.definition.iter_markers("uses") for name in mark.args}
        beyond_twin = bool(needed & TWIN_LACKS) or "elsewhere" in metafunc.fixturenames
        names = [*(() if beyond_twin else ("twin",)), *LOCAL, *reachable]
        metafunc.parametrize("place", names, indirect=True)


def skip_without_variables() -> None:
    """Skip, naming what leads to the real service."""
    if missing := missing_variables():
        pytest.skip(
            f"the real Momento is asked only with {', '.join(VARIABLES)}; not set: {', '.join(missing)}"
        )


@pytest.fixture(scope="session")
def local(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Local]:
    """A local Momento, its clock moved by hand."""
    options = ("--regions", "a", "--caches", CACHE, "--hold-ms", "50", "--manual-clock")
    log: Path = tmp_path_factory.mktemp("contract") / "momento_local.log"
    with Process("momento_local", [sys.executable, "-m", "local.momento_local", *options], log) as process:
        told = process.first_line(30.0)
        yield Local(told["regions"]["a"], told["admin"])


@pytest.fixture
async def place(request: pytest.FixtureRequest) -> AsyncIterator[Place]:
    """Where this test is played."""
    name = request.param
    if name == "twin":
        yield twin()
        return
    if name == "real":
        places = real()
    elif name == "blocking":
        yield blocking(request.getfixturevalue("local"))
        return
    else:
        places = over_aio(request.getfixturevalue("local"), text_mode=name == "text")
    async with contextlib.aclosing(places):
        async for each in places:
            yield each


@pytest.fixture
def cache(place: Place) -> CacheClient:
    """A client of a cache that exists."""
    return place.client(Limits(), None)


@pytest.fixture
def unchecked(place: Place) -> CacheClient:
    """A client that refuses nothing by itself."""
    return place.client(UNCHECKED, None)


@pytest.fixture
def elsewhere(place: Place) -> CacheClient:
    """A client of a cache that does not exist."""
    return place.client(Limits(), "no-such-cache-anywhere")


@pytest.fixture
def elapse(place: Place) -> Callable[[float], Awaitable[None]]:
    """Let seconds pass for the items."""
    return place.elapse


@pytest.fixture
def key() -> str:
    """A key of the test's own, in this run and the next: the real service remembers."""
    return f"contract-{os.getpid()}-{next(_counter)}-{secrets.token_hex(4)}"


@pytest.fixture
def told(record_property: Callable[[str, object], None]) -> Callable[..., None]:
    """Write down what a service was seen to do: in the JUnit report, and on the screen with `-rP`."""

    def tell(**seen: Any) -> None:
        for name, value in seen.items():
            record_property(name, value)
            print(json.dumps({name: value}, default=repr))  # noqa: T201 - pytest shows it on request

    return tell
