"""`homeport push`: a page from a file, put into every region."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from homeport.entry import Push
from homeport.messages import Headers, Response
from homeport.pushing.deliver import Told, deliver_everywhere
from homeport.pushing.page import Page, page_of
from homeport_cli.house import House
from homeport_cli.options import AsJson, EnvFile, InRegion, RoutesFile, run
from homeport_cli.stop import UNANSWERED, USAGE, Stop, misconfigured
from homeport_cli.telling import table, tell


def push(
    url: Annotated[str, typer.Argument(metavar="URL", help="Path, or the origin's URL.")],
    file: Annotated[Path, typer.Option("--file", "-f", help="The page; - for standard input.")],
    content_type: Annotated[str, typer.Option("--content-type")] = "text/html; charset=utf-8",
    header: Annotated[
        list[str] | None, typer.Option("--header", "-H", help="Name: value. Repeatable.")
    ] = None,
    version: Annotated[
        int | None, typer.Option("--version", help="The origin's own: larger is later.")
    ] = None,
    region: InRegion = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Push a page that shows what is true now into every region, before anybody asks."""
    body, headers = _read(file), Headers([("content-type", content_type), *map(_field, header or ())])

    async def work(house: House) -> dict[str, Told]:
        now = house.effects.now()
        said = Push("", version, house.effects.token(), 1)
        page = page_of(url, Response(200, headers, body), (now, now), said, house.site)
        if not isinstance(page, Page):
            raise misconfigured(page)
        chosen = [house.region(name) for name in house.chosen(region)]
        return await deliver_everywhere(page, chosen, house.effects)

    told = run(env_file, routes, work)
    found = {name: {"state": each.state, "error": each.error} for name, each in told.items()}
    rows = [(name, each.state, each.error) for name, each in told.items()]
    tell({"url": url, "regions": found}, table(("region", "state", "error"), rows), as_json=as_json)
    if failed := [name for name, each in told.items() if each.state == "failed"]:
        raise Stop(UNANSWERED, f"{', '.join(failed)} could not be told: the same again is the repair.")


def _read(file: Path) -> bytes:
    try:
        return sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    except OSError as error:
        raise Stop(USAGE, f"--file {file}: it cannot be read: {type(error).__name__}") from None


def _field(text: str) -> tuple[str, str]:
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise Stop(USAGE, f"--header {name!r}: write it as Name: value")
    return name.strip().lower(), value.strip()
