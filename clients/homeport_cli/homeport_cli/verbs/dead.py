"""`homeport dead`: what the origin refused, kept for an operator to judge."""

from __future__ import annotations

import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Annotated, Any

import typer

from homeport.draining.letter import Letter
from homeport_cli import dead_letters
from homeport_cli.content import body_members, fields, text_of
from homeport_cli.dead_letters import Kept
from homeport_cli.house import House
from homeport_cli.options import AsJson, EnvFile, InRegion, RoutesFile, Yes, run, sure
from homeport_cli.stop import USAGE, WRONG, Stop
from homeport_cli.telling import bar, details, duration, table, tell, without_query

app = typer.Typer(help="Writes that the origin refused.", no_args_is_help=True)
Names = Annotated[list[str] | None, typer.Argument(metavar="[WRITE]...", help="Ids, or KEY/ID.")]
All = Annotated[bool, typer.Option("--all", help="Every one, of --region or of all.")]


@app.command()
def ls(
    region: InRegion = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """List dead letters, queries left out."""

    async def work(house: House) -> tuple[list[Kept], int]:
        return await dead_letters.every(house, region), house.effects.now()

    found, now = run(env_file, routes, work)
    columns = ("region", "write", "method", "resource", "status", "reason", "tries", "died")
    tell(
        [listed(each) for each in found], table(columns, [_row(each, now) for each in found]), as_json=as_json
    )


def _row(each: Kept, now: int) -> tuple[object, ...]:
    of = each.letter
    if not isinstance(of, Letter):
        return each.region, f"{each.key}/{each.id}", "", "", "", "unreadable", "", ""
    where, ago = without_query(of.item.target), f"{duration(now - of.settled)} ago"
    name = f"{each.key}/{each.id}"
    return each.region, name, of.item.method, where, of.status, of.reason, of.item.tries, ago


def listed(each: Kept) -> dict[str, Any]:
    """A letter as JSON lists it. Pure."""
    line: dict[str, Any] = {"region": each.region, "key": each.key, "id": each.id}
    of = each.letter
    if not isinstance(of, Letter):
        return line | {"readable": False}
    line |= {"method": of.item.method, "resource": without_query(of.item.target), "status": of.status}
    return line | {
        "reason": of.reason,
        "tries": of.item.tries,
        "accepted": of.item.accepted,
        "died": of.settled,
    }


@app.command()
def show(
    write: Annotated[str, typer.Argument(metavar="WRITE")],
    region: InRegion = None,
    body: Annotated[bool, typer.Option("--body", help="Both bodies, too.")] = False,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Show one letter: the request, the origin's answer, the reason."""
    each = run(env_file, routes, lambda house: dead_letters.find(house, write, region))
    if not isinstance(each.letter, Letter):
        raise Stop(WRONG, f"{each.region}: its letter is damaged, or of a newer release.")
    of = each.letter
    found = listed(each) | {"target": of.item.target, "header": fields(of.item.header)}
    found |= {
        "octets": len(of.item.body),
        "answer_header": fields(of.header),
        "answer_octets": of.answer_bytes,
    }
    if of.item.sealed:
        found["sealed_with"] = of.item.sealed.partition(".")[0]
    if body:
        found |= {"body": text_of(of.item.body), "answer": text_of(of.answer)}
    tell(found, details(found), as_json=as_json)


@app.command()
def retry(
    writes: Names = None,
    every: All = False,
    region: InRegion = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Send letters again, as new writes behind all that waits for their resources; what is taken leaves the list."""
    told = run(
        env_file,
        routes,
        lambda house: _each(house, writes, every, region, dead_letters.retry, as_json=as_json),
    )
    rows = [(each.region, each.id, why or "sent again") for each, why in told]
    found = [{"region": each.region, "id": each.id, "accepted": not why, "why": why} for each, why in told]
    tell(found, table(("region", "write", ""), rows), as_json=as_json)
    if any(why for _, why in told):
        raise Stop(WRONG, "Some were not taken: their letters stay.")


@app.command()
def drop(
    writes: Names = None,
    every: All = False,
    region: InRegion = None,
    yes: Yes = False,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Remove letters for good; their receipts stay."""
    what = "all dead letters" if every else f"{len(writes or ())} dead letters"
    sure(f"Remove {what} of {region or 'all regions'} for good?", yes=yes)

    async def work(house: House, each: Kept) -> str:
        await dead_letters.drop(house, each)
        return ""

    told = run(env_file, routes, lambda house: _each(house, writes, every, region, work, as_json=as_json))
    tell(
        [{"region": each.region, "id": each.id, "dropped": True} for each, _ in told],
        table(("region", "write", ""), [(each.region, each.id, "dropped") for each, _ in told]),
        as_json=as_json,
    )


async def _each(
    house: House,
    writes: Sequence[str] | None,
    every: bool,
    region: str | None,
    work: Callable[[House, Kept], Awaitable[str]],
    *,
    as_json: bool,
) -> list[tuple[Kept, str]]:
    if every == bool(writes):
        raise Stop(USAGE, "Name writes, or --all.")
    chosen = [await dead_letters.find(house, name, region) for name in writes or ()]
    chosen = chosen or await dead_letters.every(house, region)
    told = []
    with bar("letters", len(chosen), as_json=as_json) as progress:
        for each in chosen:
            told.append((each, await work(house, each)))
            progress.advance(progress.task_ids[0])
    return told


@app.command()
def export(
    file: Annotated[Path | None, typer.Option("--file", "-o", help="Standard output without it.")] = None,
    region: InRegion = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,  # noqa: ARG001 - lines of JSON are what this verb says in any case
) -> None:
    """Write every letter whole, bodies included, as lines of JSON; sealed credentials are left out."""

    async def work(house: House) -> None:
        with _opened(file) as output, bar("letters", None, as_json=file is None) as progress:
            for name in house.chosen(region):
                async for each in dead_letters.kept(house, name):
                    output.write(json.dumps(whole(each), ensure_ascii=False) + "\n")
                    progress.advance(progress.task_ids[0])

    run(env_file, routes, work)


@contextmanager
def _opened(file: Path | None) -> Iterator[IO[str]]:
    if file is None:
        yield sys.stdout
        return
    # It holds what visitors sent: it is nobody else's.
    file.touch(mode=0o600)
    with file.open("w", encoding="utf-8") as output:
        yield output


def whole(each: Kept) -> dict[str, Any]:
    """A letter with all that is in it but its sealed credentials. Pure."""
    of = each.letter
    if not isinstance(of, Letter):
        return listed(each)
    request = {"method": of.item.method, "target": of.item.target, "header": fields(of.item.header)}
    answer = {"status": of.status, "header": fields(of.header), "octets": of.answer_bytes}
    return listed(each) | {
        "request": request | body_members(of.item.body),
        "answer": answer | body_members(of.answer),
        "sealed_with": of.item.sealed.partition(".")[0] or None,
    }
