"""`homeport doctor`: what is wrong, and the line that mends it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import typer
from rich.text import Text

from homeport import settings as setting
from homeport.regions.declared import declared as declared_regions
from homeport.routing import Routes
from homeport.settings import Faults, Settings
from homeport_cli import environment, examining, findings
from homeport_cli.findings import Finding
from homeport_cli.house import House, connected
from homeport_cli.options import AsJson, EnvFile, RoutesFile
from homeport_cli.stop import WRONG
from homeport_cli.telling import bar, plain, tell

_SIGNS = {"fine": ("ok", "green"), "note": ("note", "yellow"), "wrong": ("WRONG", "bold red")}


def doctor(env_file: EnvFile = None, routes: RoutesFile = None, as_json: AsJson = False) -> None:
    """Look at settings, secrets, the key, routes, regions, caches, webhooks and the origin. Nothing is changed."""
    variables, found_routes = environment.variables(env_file), environment.routes(routes)
    found = [
        *findings.of_variables(variables),
        *findings.of_configurations(
            *(environment.declared(Path(each)) for each in environment.CONFIGURATIONS)
        ),
        *findings.of_routes(found_routes),
        *findings.of_key(
            variables.get("MOMENTO_API_KEY", ""),
            [*declared_regions(variables.get("HOMEPORT_REGIONS", "")).endpoints.values()],
            time.time_ns() // 1_000_000,
        ),
    ]
    settings = setting.read(variables)
    key_is_none = any(each.level == "wrong" and each.what == "MOMENTO_API_KEY" for each in found)
    if isinstance(settings, Settings) and not key_is_none:
        # Regions can be asked although routes are wrong: no question to them needs any.
        asked = Routes() if isinstance(found_routes, Faults) else found_routes
        found += asyncio.run(examined(settings, asked, as_json=as_json))
    else:
        found.append(Finding("note", "regions", "not asked: the settings come first"))
    tell([asdict(each) for each in found], shown(found), as_json=as_json)
    if any(each.level == "wrong" for each in found):
        raise typer.Exit(WRONG)


async def examined(settings: Settings, routes: Routes, *, as_json: bool) -> list[Finding]:
    """What regions and the origin say, all asked at once."""
    async with connected(settings, routes) as house:
        with bar("regions", len(house.caches), as_json=as_json) as progress:

            async def one(name: str) -> list[Finding]:
                found = [each async for each in examining.region(house, name)]
                progress.advance(progress.task_ids[0])
                return found

            answers = await asyncio.gather(_origin(house), *(one(name) for name in house.caches))
    return [each for found in answers for each in found]


async def _origin(house: House) -> list[Finding]:
    return [await examining.origin(house)]


def shown(found: Sequence[Finding]) -> Text:
    """A line for each finding, what is wrong last, and below it the line that mends it. Pure."""
    order, text = list(_SIGNS), Text()
    for each in sorted(found, key=lambda one: order.index(one.level)):
        sign, style = _SIGNS[each.level]
        text.append(f"{sign:6}", style).append(plain(f"{each.what}: {each.says}\n"))
        if each.mend:
            text.append(plain(f"         {each.mend}\n"), "dim")
    wrong = sum(each.level == "wrong" for each in found)
    return text.append(f"{wrong} wrong." if wrong else "Nothing is wrong.")
