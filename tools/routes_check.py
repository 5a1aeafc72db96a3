"""The routes of `src/routes.py`, and which of them are exposed: `python -m tools.routes_check [FILE]`.

Exit code 2 where routes are faulty, each fault in a line of its own.
"""

from __future__ import annotations

import runpy
import sys
from collections.abc import Iterator
from pathlib import Path

from homeport.exposed import exposed
from homeport.routing import Route, RouteError, Routes

ROUTES = Path(__file__).parents[1] / "src" / "routes.py"
_ASKED = ("deduplicates", "honours_if_match")


def lines(routes: Routes) -> Iterator[str]:
    """A line for each route, then one for each that is exposed."""
    for route in routes:
        yield f"{route.path}  {_written(route)}"
    found = exposed(routes)
    for path, reason in found:
        yield f"exposed: {path}: {reason}"
    if found:
        yield "Where the origin honours Idempotency-Key say deduplicates=True, where If-Match honours_if_match=True."


def _written(route: Route) -> str:
    if not route.write_behind:
        return "written straight to the origin"
    said = [name for name in _ASKED if getattr(route, name)]
    return " ".join(["written behind:", ", ".join(route.write_behind), *(f"({name})" for name in said)])


def main(arguments: list[str]) -> int:
    """Print the routes of a file, of `src/routes.py` if none is named."""
    try:
        routes = runpy.run_path(arguments[0] if arguments else str(ROUTES))["ROUTES"]
    except RouteError as error:
        for path, fault in error.faults:
            print(f"{path}: {fault}")
        return 2
    print("\n".join(lines(routes)))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
