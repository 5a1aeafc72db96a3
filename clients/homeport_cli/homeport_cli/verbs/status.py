"""`homeport status`: what waits in every lane of every region, and who holds it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Annotated

import typer
from rich.console import Group, RenderableType
from rich.live import Live
from rich.text import Text

from homeport import keys
from homeport.settings import Settings
from homeport_cli.house import House, lanes, together
from homeport_cli.lanes import Lane, look
from homeport_cli.options import AsJson, EnvFile, InRegion, RoutesFile, run
from homeport_cli.stop import UNANSWERED, WRONG, Stop, unanswered
from homeport_cli.telling import duration, octets, out, table, tell
from momento_http_shim.outcomes import Failed, Number


@dataclass(frozen=True, slots=True)
class State:
    """One region: its lanes and how many dead letters it keeps, or why it does not say."""

    region: str
    lanes: tuple[Lane, ...] = ()
    dead: int | None = None
    error: str | None = None


def status(
    region: InRegion = None,
    watch: Annotated[bool, typer.Option("--watch", help="Look again every 2 s, until Ctrl-C.")] = False,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """What waits in each lane: writes, their octets, the oldest's age; who holds it; dead letters."""

    async def once(house: House) -> tuple[list[State], Settings]:
        states = await asyncio.gather(*(state(house, name) for name in house.chosen(region)))
        return list(states), house.settings

    states, settings = run(env_file, routes, once)
    if watch and as_json:
        while True:
            tell([asdict(each) for each in states], "", as_json=True)
            time.sleep(2)
            states, settings = run(env_file, routes, once)
    if watch:
        with Live(shown(states), console=out(), screen=True) as live:
            while True:
                time.sleep(2)
                live.update(shown(run(env_file, routes, once)[0]))
    tell([asdict(each) for each in states], shown(states), as_json=as_json)
    if any(each.error for each in states):
        raise Stop(UNANSWERED, *(each.error for each in states if each.error))
    if found := [*alarms(states, settings)]:
        raise Stop(WRONG, *found)


async def state(house: House, region: str) -> State:
    """What a region says of itself."""
    try:
        dead = await dead_letters(house, region)
        seen = await together(look(house, region, lane) for lane in lanes(None))
    except Stop as stop:
        return State(region, error=stop.lines[0])
    return State(region, tuple(seen), dead)


async def dead_letters(house: House, region: str) -> int:
    """How many dead letters a region lists. Raises `Stop`."""
    length = await house.caches[region].sorted_set_length(keys.DEAD)
    if isinstance(length, Failed):
        raise unanswered(region, length)
    return length.value if isinstance(length, Number) else 0


def alarms(states: Sequence[State], settings: Settings) -> Iterator[str]:
    """What an operator has to look at: dead letters, and what waits for longer than HOMEPORT_ALARM_SECONDS. Pure."""
    for each in states:
        if each.dead:
            yield f"{each.region}: dead letters: {each.dead}. `homeport dead ls` lists them."
        for lane in each.lanes:
            if (lane.oldest or 0) > settings.alarm_seconds * 1000:
                yield f"{each.region} lane {lane.lane}: the oldest member waits for {duration(lane.oldest)}."


def shown(states: Sequence[State]) -> RenderableType:
    """The states as a table: a row for each lane that has something to say, else one for the region. Pure."""
    rows = [row for each in states for row in _rows(each)]
    columns = ("region", "lane", "waiting", "octets", "oldest", "newest", "lease", "for", "pauses", "dead")
    return Group(table(columns, rows), Text("Octets are an estimate by the last drain's note.", style="dim"))


def _rows(of: State) -> Iterator[tuple[object, ...]]:
    if of.error:
        yield of.region, "", of.error
        return
    busy = [lane for lane in of.lanes if lane.waiting or lane.holder != "free" or lane.pauses]
    if not busy:
        yield of.region, "all", 0, octets(0), "", "", "free", "", 0, of.dead
    for number, lane in enumerate(busy):
        yield (
            of.region,
            lane.lane,
            lane.waiting,
            octets(lane.octets),
            duration(lane.oldest),
            duration(lane.newest),
            lane.holder,
            duration(lane.held_for),
            lane.pauses,
            of.dead if number == 0 else "",
        )
