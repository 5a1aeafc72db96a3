"""The options that all verbs share, and how a verb's work is run."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from homeport import keys
from homeport import settings as setting
from homeport.settings import Faults

from . import environment
from .house import House, connected
from .stop import WRONG, Stop, misconfigured

T = TypeVar("T")

EnvFile = Annotated[
    Path | None,
    typer.Option("--env-file", envvar="HOMEPORT_ENV_FILE", help="Settings and secrets, as in .dev.vars."),
]
RoutesFile = Annotated[
    Path | None, typer.Option("--routes", envvar="HOMEPORT_ROUTES", help="In place of src/routes.py.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Say it in JSON.")]
InRegion = Annotated[str | None, typer.Option("--region", help="One region alone.")]
InLane = Annotated[int | None, typer.Option("--lane", min=0, max=keys.LANES - 1, help="One lane alone.")]
Yes = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]


def run(env_file: Path | None, routes: Path | None, work: Callable[[House], Awaitable[T]]) -> T:
    """Do a verb's work with every region at hand; raises `Stop` with every fault of settings and routes."""
    settings, found = setting.read(environment.variables(env_file)), environment.routes(routes)
    if isinstance(settings, Faults) or isinstance(found, Faults):
        parts = (settings, found)
        raise misconfigured([each for part in parts if isinstance(part, Faults) for each in part.faults])

    async def within() -> T:
        async with connected(settings, found) as house:
            return await work(house)

    return asyncio.run(within())


def sure(question: str, *, yes: bool) -> None:
    """Ask before something is destroyed; raises `Stop` where it is not to be."""
    if not yes and not typer.confirm(question, err=True):
        raise Stop(WRONG, "Nothing was done.")
