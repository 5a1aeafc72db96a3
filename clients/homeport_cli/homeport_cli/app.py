"""The command line: all verbs, and the exit codes by which they end."""

from __future__ import annotations

import sys
from typing import Any

import typer
from typer.core import TyperGroup

from .stop import Stop
from .telling import plain
from .verbs import bootstrap, dead, doctor, drain, pause, purge, push, routes, status, where, writes


class Verbs(TyperGroup):
    """A group whose verbs may end by `Stop`, which becomes lines on standard error and the exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run a verb."""
        try:
            return super().invoke(ctx)
        except Stop as stop:
            for line in stop.lines:
                sys.stderr.write(plain(line) + "\n")
            raise typer.Exit(stop.code) from None


app = typer.Typer(
    cls=Verbs,
    name="homeport",
    help="Operate Homeport. Exit codes: 0 fine, 1 something is wrong, 2 the command or a setting is, "
    "3 a region did not answer.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,  # a traceback with local variables would show secrets
)
for verb in (
    doctor.doctor,
    bootstrap.bootstrap,
    status.status,
    drain.drain,
    pause.pause,
    pause.resume,
    purge.purge,
    push.push,
    where.where,
):
    app.command()(verb)
app.add_typer(writes.app, name="writes")
app.add_typer(dead.app, name="dead")
app.add_typer(routes.app, name="routes")


def main() -> None:
    """The program."""
    app()
