"""`homeport writes`: what visitors were promised and the origin has yet to hear of."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

import typer

from homeport.entry import Pending
from homeport.writing.receipt import Receipt, address
from homeport_cli import pending
from homeport_cli.content import fields, text_of
from homeport_cli.house import House
from homeport_cli.options import AsJson, EnvFile, InLane, InRegion, RoutesFile, Yes, run, sure
from homeport_cli.pending import Waiting
from homeport_cli.stop import UNANSWERED, WRONG, Stop
from homeport_cli.telling import bar, details, duration, table, tell, without_query

app = typer.Typer(help="Writes that are accepted and wait for the origin.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="WRITE", help="Its id, KEY/ID, or its receipt's address.")]


@app.command()
def ls(
    region: InRegion = None,
    lane: InLane = None,
    limit: Annotated[int, typer.Option(min=1, help="So many of each region at most.")] = 100,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """List what waits: oldest first in each lane, queries left out."""

    async def work(house: House) -> tuple[list[Waiting], int]:
        found: list[Waiting] = []
        for name in house.chosen(region):
            with bar(name, None, as_json=as_json) as progress:
                count = 0
                async for each in pending.waiting(house, name, lane):
                    found.append(each)
                    progress.advance(progress.task_ids[0])
                    count += 1
                    if count == limit:
                        break
        return found, house.effects.now()

    found, now = run(env_file, routes, work)
    columns = ("region", "lane", "write", "method", "resource", "age", "state", "tries", "due in")
    rows = [
        (
            each.region,
            each.lane,
            f"{each.key}/{each.id}",
            each.item.method if each.item else "",
            without_query(each.target),
            duration(now - each.put),
            each.state,
            each.item.tries if each.item else "",
            _due(each.item, now),
        )
        for each in found
    ]
    tell([listed(each) for each in found], table(columns, rows), as_json=as_json)


def _due(item: Pending | None, now: int) -> str:
    return duration(item.not_before - now) if item and item.not_before > now else ""


def listed(each: Waiting) -> dict[str, Any]:
    """A waiting write as JSON lists it. Pure."""
    line = {"region": each.region, "lane": each.lane, "key": each.key, "id": each.id, "put": each.put}
    line |= {"state": each.state, "resource": without_query(each.target)}
    if each.item is not None:
        item = each.item
        line |= {"method": item.method, "seq": item.seq, "accepted": item.accepted, "octets": len(item.body)}
        line |= {"sent": item.sent, "tries": item.tries, "not_before": item.not_before}
    return line


@app.command()
def show(
    write: Name,
    region: InRegion = None,
    body: Annotated[bool, typer.Option("--body", help="Its body, too.")] = False,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Show one write: its request as it will be replayed, or its receipt."""

    async def work(house: House) -> dict[str, Any]:
        name, key, write_id = await pending.locate(house, write, region)
        seen = await pending.version(house, name, key)
        found: dict[str, Any] = {"region": name, "key": key, "id": write_id}
        if (item := pending.item_of(seen, write_id)) is not None:
            return found | {"state": "pending"} | requested(item, with_body=body)
        receipt = await pending.receipt_of(house, name, write_id)
        said = {"state": "unreadable"} if not isinstance(receipt, Receipt) else _said(receipt)
        return found | said

    found = run(env_file, routes, work)
    tell(found, details(found), as_json=as_json)


def _said(receipt: Receipt) -> dict[str, Any]:
    return {name: value for name, value in asdict(receipt).items() if value is not None}


def requested(item: Pending, *, with_body: bool) -> dict[str, Any]:
    """A write's request; its credentials are sealed, and named by the key they are sealed with. Pure."""
    found: dict[str, Any] = {"method": item.method, "target": item.target, "header": fields(item.header)}
    found |= {"octets": len(item.body), "accepted": item.accepted, "sent": item.sent, "tries": item.tries}
    found |= {"not_before": item.not_before, "seq": item.seq}
    if item.sealed:
        found["sealed_with"] = item.sealed.partition(".")[0]
    if item.by:
        found["superseded_by"] = item.by
    return found | ({"body": text_of(item.body)} if with_body else {})


@app.command()
def retry(
    write: Name,
    region: InRegion = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Make a write due now, and those of its resource before it; and wake its lane."""

    async def work(house: House) -> dict[str, Any]:
        name, key, write_id = await pending.locate(house, write, region)
        made = await pending.hasten(house, name, key, write_id)
        return {"region": name, "key": key, "id": write_id, "due": made}

    found = run(env_file, routes, work)
    more = len(found["due"]) - 1
    before = f", and {more} before it" if more else ""
    tell(found, f"Due now in {found['region']}{before}; its lane is woken.", as_json=as_json)


@app.command()
def drop(
    write: Name,
    region: InRegion = None,
    yes: Yes = False,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Never send a write: its receipt says dead, its request is kept as a dead letter."""

    async def find(house: House) -> tuple[str, str, str, Pending | None]:
        name, key, write_id = await pending.locate(house, write, region)
        seen = await pending.version(house, name, key)
        return name, key, write_id, pending.item_of(seen, write_id)

    name, key, write_id, item = run(env_file, routes, find)
    if item is None:
        raise Stop(
            WRONG, f"{name}: {write_id} is not pending. `homeport writes show` says what became of it."
        )
    maybe = " It was sent before: the origin may have it all the same." if item.sent else ""
    sure(f"Drop {item.method} {without_query(item.target)} of {name}?{maybe}", yes=yes)
    done, receipt = run(env_file, routes, lambda house: pending.drop(house, name, key, write_id))
    state = receipt.state if isinstance(receipt, Receipt) else "unreadable"
    found = {"region": name, "key": key, "id": write_id, "settled": done, "receipt": state}
    said = f"Dropped in {name}: {address(key, write_id)} says {state}."
    tell(found, said + (f" {_OWED}" if done == "owed" else ""), as_json=as_json)
    if done == "failed":
        raise Stop(UNANSWERED, f"{name}: it was not dropped to the end. Drop it again.")
    if state != "dead":
        raise Stop(WRONG, f"{name}: it had ended before: {state}. That stands.")


_OWED = "A region could not be told; a later drain tells it."
