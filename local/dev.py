"""`make dev`: the stack, to try things by hand, in front of the example origin or of one's own."""

from __future__ import annotations

import argparse
import sys
import threading
from pathlib import Path

from rich.console import Console

from .stack.process import StackError, end_on_sigterm
from .stack.stack import Plan, Stack, running

PORT = 8787


def main(arguments: list[str]) -> int:
    """Start the stack and stay until Ctrl-C, or until a part of it ends by itself."""
    parser = argparse.ArgumentParser(prog="make dev", description=__doc__)
    parser.add_argument("--origin", help="the URL of an origin; without it, the example one is started")
    parser.add_argument("--routes", type=Path, help="a routes file to use instead of src/routes.py")
    parser.add_argument("--port", type=int, default=PORT, help=f"of the edge worker, {PORT} by default")
    options = parser.parse_args(arguments)
    if options.routes is not None and not options.routes.is_file():
        parser.error(f"ROUTES={options.routes}: there is no such file")
    if options.origin is not None and not options.origin.startswith(("http://", "https://")):
        parser.error(f"ORIGIN={options.origin}: a URL, for example http://127.0.0.1:9000")
    end_on_sigterm()
    console = Console()
    try:
        plan = Plan(origin=options.origin, routes=options.routes, port=options.port)
        with running(plan, lambda text: console.print(f"{text} …")) as stack:
            console.print(_welcome(stack, plan), soft_wrap=True, markup=False, highlight=False)
            ended = _stay(stack)
            stack.keep_logs = True
            console.print(f"{ended} ended by itself; see {stack.log.parent}")
            return 1
    except StackError as error:
        console.print(f"[red]{error}[/red]")
        return 1
    except KeyboardInterrupt:
        console.print("\nEnded.")
        return 0


def _welcome(stack: Stack, plan: Plan) -> str:
    jp = """-H 'MF-CF-Blob: {"country":"JP","clientAcceptEncoding":""}'"""
    items = (
        f"  curl -i {jp} {stack.edge}/api/items/item-1",
        f"  curl -i {jp} -X PUT -H 'Content-Type: application/json' \\",
        f"""       -d '{{"id":"item-1","name":"New","quantity":1}}' {stack.edge}/api/items/item-1""",
    )
    routes = f" --routes {plan.routes}" if plan.routes else ""
    lines = [
        "",
        f"Edge worker    {stack.edge}",
        f"Origin         {stack.origin}",
        f"Local Momento  {stack.admin}   a page of keys, queues and counters",
        f"Log            {stack.log}",
        "",
        "Try, as a visitor in Japan:",
        *(items if plan.origin is None and plan.routes is None else ()),
        f"  curl -i {jp} {stack.edge}/.homeport/where",
        "",
        "Operate it (pip install -e ./clients/homeport_cli, in .venv):",
        f"  homeport status --env-file .local/runs/{stack.log.parent.name}/.dev.vars.local{routes}",
        "",
        "Ctrl-C ends everything.",
    ]
    return "\n".join(lines)


def _stay(stack: Stack) -> str:
    """The name of the first process that ends by itself."""
    first: list[str] = []
    ended = threading.Event()

    def watch(name: str) -> None:
        stack.processes[name].wait()
        first.append(name)
        ended.set()

    for name in stack.processes:
        threading.Thread(target=watch, args=(name,), daemon=True).start()
    ended.wait()
    return first[0]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
