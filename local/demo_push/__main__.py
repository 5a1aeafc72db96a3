"""`make demo-push`: what readers cost the origin, and what they are shown, under four ways of caching one page.

Exits 0 if push kept what it promises; else non-zero, with the reason. Writes the chart to .local/push.svg.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import httpx
from rich.console import Console
from rich.table import Table

from local.origins.inventory.caching import WAYS, Way
from local.stack.node import CACHE
from local.stack.process import StackError, end_on_sigterm
from local.stack.stack import Plan, Stack, running
from local.stack.wrangler import free_port
from tools import push_chart

from .counting import Counts, count, faults
from .playing import NotAsToldError, play
from .shop import ROUTES, serving
from .story import MINUTES, PURCHASES, SCALE, TTL_SECONDS, VISITS, story

ORIGIN_MS = 50
CHART = CACHE / "push.svg"
_INTRODUCTION = f"""
{VISITS} visits from three continents, {PURCHASES} purchases, in {MINUTES} minutes.
The story runs {SCALE} times faster than life: its TTL of {TTL_SECONDS} s is {TTL_SECONDS // SCALE} s here.
Latencies are not scaled: the origin answers {ORIGIN_MS} ms late, the regions at once.
"""


def played(stack: Stack, way: Way) -> Counts:
    """The story in one way, counted."""
    with serving(stack, way, ttl=TTL_SECONDS // SCALE, latency_ms=ORIGIN_MS) as shop:
        scene, minutes = asyncio.run(play(stack, shop, story()))
        return count(
            way,
            scene.seen,
            shop.changes(),
            purchases=scene.purchases,
            renders=shop.renders(),
            requests=shop.requests(),
            minutes=minutes,
        )


def table(results: Sequence[Counts]) -> Table:
    """The numbers side by side."""
    shown = Table(*push_chart.HEADINGS, box=None, pad_edge=False)
    shown.columns[0].no_wrap = True
    for column in shown.columns[1:]:
        column.justify = "right"
    for row in push_chart.rows([each.as_json() for each in results]):
        shown.add_row(*row)
    return shown


def told(results: Sequence[Counts]) -> list[str]:
    """What has to be known about the numbers."""
    push = next(each for each in results if each.way == "push")
    sentences = [
        f"The look changed {push.changes} times. Push: {push.renders} renders, {push.reader_renders} for readers; "
        f"{push.stale_meanwhile} visits that began while a change was being pushed saw the page of before."
    ]
    late = [f"{each.way} {each.minutes:.1f}" for each in results if each.late]
    if late:
        sentences.append(f"This machine could not follow; minutes that the story took: {', '.join(late)}.")
    return sentences


def main(arguments: list[str]) -> int:
    """Start the stack, play the story four times, show and draw the numbers; 0 if push kept its promises."""
    parser = argparse.ArgumentParser(prog="make demo-push", description=__doc__)
    parser.add_argument("--record", type=Path, help="a file to write the numbers to, as JSON")
    options = parser.parse_args(arguments)
    end_on_sigterm()
    console = Console(width=max(Console().width, 118), highlight=False)
    try:
        plan = Plan(origin=f"http://127.0.0.1:{free_port()}", routes=ROUTES)
        with running(plan, lambda text: console.print(f"{text} …")) as stack:
            console.print(_INTRODUCTION, soft_wrap=True)
            results = []
            for way in WAYS:
                console.print(f"Playing: {push_chart.NAMES[way]} …")
                results.append(played(stack, way))
    except (NotAsToldError, StackError, httpx.HTTPError, ExceptionGroup) as error:
        console.print(f"[red]Not as told:[/red] {_first(error)!r}")
        return 1
    except KeyboardInterrupt:
        console.print("Ended.")
        return 130
    return _conclude(console, results, options.record)


def _conclude(console: Console, results: Sequence[Counts], record: Path | None) -> int:
    console.print()
    console.print(table(results))
    console.print()
    for sentence in told(results):
        console.print(sentence, soft_wrap=True)
    recorded = [each.as_json() for each in results]
    CHART.write_text(push_chart.render(recorded))
    console.print(f"Chart: {CHART}", soft_wrap=True)
    wrong = [fault for each in results for fault in faults(each)]
    if record is not None and any(each.late for each in results):
        wrong.append(
            "the machine could not follow, so nothing is recorded: try again while it has nothing else to do"
        )
    elif record is not None:
        record.write_text(json.dumps(recorded, indent=1) + "\n")
    for fault in wrong:
        console.print(f"[red]Not as told:[/red] {fault}")
    if not wrong:
        console.print("Push kept its promises; everything is ended.")
    return int(bool(wrong))


def _first(error: BaseException) -> BaseException:
    return _first(error.exceptions[0]) if isinstance(error, BaseExceptionGroup) else error


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
