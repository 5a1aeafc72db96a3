"""`make demo`: the main job, played from four countries on the real workerd.

Exits 0 if every step went as told; else non-zero, with the reason and where the logs are.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeVar

import httpx
from rich.console import Console
from rich.table import Table

from .stack import observer
from .stack.process import StackError, end_on_sigterm
from .stack.stack import Plan, Stack, running

COUNTRIES = {"JP": "Japan", "DE": "Germany", "US": "United States", "BR": "Brazil"}
ORIGIN_MS = 150
ITEM = "/api/items/item-1"
DRAIN_SECONDS = 20.0

T = TypeVar("T")


class NotAsToldError(AssertionError):
    """A step of the main job went differently."""


@dataclass(slots=True)
class Play:
    """The visitors' requests, checked and written down as they are made."""

    stack: Stack
    table: Table
    _regions: dict[str, str] = field(default_factory=dict)

    def region(self, country: str) -> str:
        """The region that the edge worker chooses for a country."""
        if country not in self._regions:
            with observer.visitor(self.stack, country) as visitor:
                self._regions[country] = visitor.get("/.homeport/where").json()["region"]
        return self._regions[country]

    def request(
        self, country: str, method: str, path: str, *, status: int, says: str, body: object = None
    ) -> httpx.Response:
        """One request; `says` is what Cache-Status must contain."""
        region = self.region(country)
        with observer.visitor(self.stack, country) as visitor:
            began = time.perf_counter()
            answer = visitor.request(method, path, json=body) if body else visitor.request(method, path)
            took = (time.perf_counter() - began) * 1000
        said = answer.headers.get("cache-status", "none")
        shown = path if len(path) <= 20 else f"{path[:17]}…"
        row = (COUNTRIES[country], region, f"{method} {shown}", str(answer.status_code), said, f"{took:.0f}")
        self.table.add_row(*row)
        if answer.status_code != status or says not in said or region not in said:
            wanted = f"{status} with Cache-Status saying {says!r} and {region}"
            raise NotAsToldError(f"{' '.join(row)}: expected {wanted}; the answer was {answer.text[:300]}")
        return answer


def play(stack: Stack, table: Table) -> list[str]:
    """The main job; what happened to the queue and at the origin, in sentences."""
    scene = Play(stack, table)
    for country in COUNTRIES:
        if country != "BR":  # Brazil's nearest region is the one that has served the United States
            scene.request(country, "GET", ITEM, status=200, says="fwd=uri-miss")
            _await_fill(stack, country)
        scene.request(country, "GET", ITEM, status=200, says="hit")
    table.add_section()
    new = {"id": "item-1", "name": "Item 1, as Japan wants it", "quantity": 99}
    accepted = scene.request("JP", "PUT", ITEM, status=202, says="accepted", body=new)
    dirty = scene.request("JP", "GET", ITEM, status=200, says="dirty")
    before = observer.depth(stack, "ap-northeast-1")
    receipt = _await_receipt(stack, accepted.headers["location"])
    after = _await_empty(stack, "ap-northeast-1")
    wakers = _poll("Momento's webhook", lambda: observer.woken_by(stack), lambda found: "webhook" in found)
    table.add_section()
    reads = [
        scene.request(country, "GET", ITEM, status=200, says="fwd=stale") for country in ("JP", "DE", "US")
    ]
    _check(stack, new, [dirty, *reads], before)
    row, revision = observer.row(stack, "item-1") or ("none", 0)
    return [
        f"Queue in ap-northeast-1: {before} write waiting after the PUT, {after} after the drain.",
        f"The sync worker was woken by: {', '.join(sorted(wakers, reverse=True))}.",
        f"Receipt of the write: {receipt['state']}, the origin answered {receipt['origin_status']}.",
        f"The origin's own row, in its revision {revision}: {row}",
    ]


def _check(stack: Stack, new: dict[str, object], reads: list[httpx.Response], before: int) -> None:
    if before != 1:
        raise NotAsToldError(f"{before} writes waited after one PUT")
    for read in reads:
        if read.json() != new:
            raise NotAsToldError(f"a visitor read {read.text}")
    if observer.asked(stack, "PUT", ITEM) != 1:
        raise NotAsToldError(f"the origin was asked to PUT {observer.asked(stack, 'PUT', ITEM)} times")


def _await_fill(stack: Stack, country: str) -> None:
    """Until the fill behind the answer has landed, and the same visitor's next look is a hit."""
    with observer.visitor(stack, country) as visitor:
        _poll("the fill", lambda: visitor.get(ITEM).headers["cache-status"], lambda said: "; hit" in said)


def _await_receipt(stack: Stack, address: str) -> dict[str, object]:
    with observer.visitor(stack, "JP") as visitor:
        return _poll(
            "the receipt", lambda: visitor.get(address).json(), lambda body: body["state"] == "applied"
        )


def _await_empty(stack: Stack, region: str) -> int:
    return _poll("the queue", lambda: observer.depth(stack, region), lambda depth: depth == 0)


def _poll(what: str, look: Callable[[], T], enough: Callable[[T], bool]) -> T:
    """Look until it is enough; what is awaited happens in other processes, which tell nobody."""
    until = time.monotonic() + DRAIN_SECONDS
    while not enough(found := look()):
        if time.monotonic() > until:
            raise NotAsToldError(f"waited {DRAIN_SECONDS:.0f} s for {what}, which is still {found}")
        time.sleep(0.05)
    return found


def main() -> int:
    """Start the stack, play, show the table; 0 if everything went as told."""
    end_on_sigterm()
    console = Console(width=max(Console().width, 118))
    table = Table("country", "region", "request", "status", "Cache-Status", "ms", box=None, pad_edge=False)
    try:
        with running(Plan(origin_latency_ms=ORIGIN_MS), lambda text: console.print(f"{text} …")) as stack:
            console.print(
                f"Playing the main job; the origin answers {ORIGIN_MS} ms late, as if an ocean away\n"
            )
            try:
                told = play(stack, table)
            except (NotAsToldError, httpx.HTTPError):
                console.print(table)
                console.print(f"[red]Logs:[/red] {stack.log.parent}")
                raise
            console.print(table)
            console.print()
            for sentence in told:
                console.print(sentence, highlight=False, soft_wrap=True)
    except (NotAsToldError, StackError, httpx.HTTPError) as error:
        console.print(f"[red]Not as told:[/red] {error}")
        return 1
    except KeyboardInterrupt:
        console.print("Ended.")
        return 130
    console.print("All as told; everything is ended.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
