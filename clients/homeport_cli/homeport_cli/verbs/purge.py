"""`homeport purge`: what changed at the origin in another way is told to every region."""

from __future__ import annotations

import asyncio
import json
from typing import Annotated, Any

import typer

from homeport.messages import Response
from homeport.pushing import order as orders
from homeport.pushing.everywhere import more
from homeport.pushing.order import Order, Progress
from homeport.pushing.purge import Purge
from homeport_cli.house import House
from homeport_cli.options import AsJson, EnvFile, InRegion, RoutesFile, Yes, run, sure
from homeport_cli.stop import UNANSWERED, Stop, misconfigured
from homeport_cli.telling import bar, table, tell


def purge(
    urls: Annotated[
        list[str] | None, typer.Argument(metavar="[URL]...", help="Path, or the origin's URL.")
    ] = None,
    tags: Annotated[list[str] | None, typer.Option("--tag", help="All that bears it. Repeatable.")] = None,
    soft: Annotated[bool, typer.Option("--soft", help="Expired, in place of gone.")] = False,
    region: InRegion = None,
    yes: Yes = False,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Purge URLs, and all that bears tags, in every region."""
    named = [*(urls or ()), *(f"tag {tag}" for tag in tags or ())]

    async def work(house: House) -> dict[str, Progress]:
        order = ordered(house, urls or [], tags or [], soft=soft)
        chosen = house.chosen(region)
        if not soft:
            sure(f"Purge {', '.join(named)} in {', '.join(chosen)}?", yes=yes)
        with bar("entries", None, as_json=as_json) as progress:
            task = progress.task_ids[0]
            done = await asyncio.gather(
                *(_region(house, name, order, lambda n: progress.advance(task, n)) for name in chosen)
            )
        return dict(zip(chosen, done, strict=True))

    done = run(env_file, routes, work)
    found = {"regions": {name: {"purged": each.purged} | more(each) for name, each in done.items()}}
    rows = [(name, each.purged, each.owed, each.error) for name, each in done.items()]
    tell(found, table(("region", "purged", "owed", "error"), rows), as_json=as_json)
    if failed := [name for name, each in done.items() if each.error]:
        raise Stop(
            UNANSWERED, f"{', '.join(failed)} could not be told of everything: the same again is the repair."
        )


def ordered(house: House, urls: list[str], tags: list[str], *, soft: bool) -> Order:
    """The order; raises `Stop` with everything that is wrong with it."""
    said = json.dumps({"urls": urls, "tags": tags, "soft": soft}).encode()
    order = orders.read(said, house.site, house.effects.now())
    if not isinstance(order, Response):
        return order
    refused: dict[str, Any] = json.loads(bytes(order.body))
    faults = [(_named(each["name"], urls, tags), each["detail"]) for each in refused.get("errors", ())]
    raise misconfigured(faults or [(refused["title"], refused["detail"])])


def _named(name: str, urls: list[str], tags: list[str]) -> str:
    """What the operator wrote, in place of where it stands in the order: `urls[0]`."""
    kind, _, place = name.rstrip("]").partition("[")
    given = {"urls": urls, "tags": tags}.get(kind, [])
    return given[int(place)] if place.isdigit() and int(place) < len(given) else "URL or --tag"


async def _region(house: House, name: str, order: Order, advance: Any) -> Progress:
    """All of an order in one region, part by part as the workers' invocations do it."""
    keeper = next(iter(house.others(name)), None)
    total, rest = Progress(), order
    while True:
        part = Purge(rest, house.site.origin, house.region(name), keeper, house.effects)
        step = await part.run()
        advance(step.purged)
        total = Progress(total.purged + step.purged, total.owed + step.owed, total.error or step.error)
        if step.rest is None or step.error or (step.rest == rest and not step.purged):
            break
        rest = step.rest
    counts = {"tags": len(order.tags), "urls": len(order.targets), "entries": total.purged}
    house.effects.emit("purged", {"region": name, "soft": order.soft} | counts | more(total))
    return total
