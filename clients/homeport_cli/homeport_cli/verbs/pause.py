"""`homeport pause` and `homeport resume`: nobody drains a lane while an operator holds its lease."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.table import Table

from homeport_cli import lanes
from homeport_cli.house import House, together
from homeport_cli.house import lanes as numbers
from homeport_cli.options import AsJson, EnvFile, InLane, RoutesFile, run
from homeport_cli.stop import USAGE, WRONG, Stop
from homeport_cli.telling import duration, table, tell

LONGEST_SECONDS = 12 * 3600
"""What waits in a lane lives for a day, and is renewed by drains alone."""

_FOR = re.compile(r"([0-9]{1,6})(s|m|min|h)")
_SECONDS = {"s": 1, "m": 60, "min": 60, "h": 3600}
Name = Annotated[str, typer.Argument(metavar="REGION")]


def pause(
    region: Name,
    lane: InLane = None,
    how_long: Annotated[str, typer.Option("--for", help="As 30s, 10m, 2h; 12h at most.")] = "10m",
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Let nobody drain a region's lanes for a while. Writes are accepted on, and wait."""
    seconds = parsed(how_long)

    async def work(house: House) -> list[dict[str, object]]:
        (name,) = house.chosen(region)
        under_way = await together(lanes.pause(house, name, each, seconds) for each in numbers(lane))
        return [
            {"region": name, "lane": each, "paused_for_seconds": seconds, "drain_ends_within_ms": ms}
            for each, ms in zip(numbers(lane), under_way, strict=True)
        ]

    found = run(env_file, routes, work)
    tell(found, _shown(found), as_json=as_json)


def _shown(found: Sequence[dict[str, object]]) -> Table:
    rows = []
    for each in found:
        ms = each["drain_ends_within_ms"]
        ends = f"a drain was under way: it ends within {duration(float(str(ms)))}" if ms else ""
        rows.append(
            (each["region"], each["lane"], duration(float(str(each["paused_for_seconds"])) * 1000), ends)
        )
    return table(("region", "lane", "paused for", ""), rows)


def resume(
    region: Name,
    lane: InLane = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Free lanes that an operator, or the origin's failures, have paused; and wake their drain."""

    async def work(house: House) -> list[dict[str, object]]:
        (name,) = house.chosen(region)
        freed = await together(lanes.resume(house, name, each) for each in numbers(lane))
        for each, ms in zip(numbers(lane), freed, strict=True):
            if ms == 0:
                await house.wake(name, each)
        return [
            {"region": name, "lane": each, "resumed": ms is not None, "in_ms": ms}
            for each, ms in zip(numbers(lane), freed, strict=True)
        ]

    found = run(env_file, routes, work)
    rows = [(each["region"], each["lane"], _said(each["in_ms"])) for each in found]
    tell(found, table(("region", "lane", ""), rows), as_json=as_json)
    if not any(each["resumed"] for each in found):
        raise Stop(WRONG, f"{region}: nothing is paused.")


def _said(ms: object) -> str:
    if ms is None:
        return "is not paused"
    return "resumed" if not ms else f"resumes in {duration(float(str(ms)))}, when a drain under way has ended"


def parsed(how_long: str) -> int:
    """Seconds of a time as 10m; raises `Stop`. Pure."""
    found = _FOR.fullmatch(how_long)
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    if not 1 <= seconds <= LONGEST_SECONDS:
        raise Stop(USAGE, f"--for {how_long}: a time as 30s, 10m or 2h, from 1s to 12h")
    return seconds
