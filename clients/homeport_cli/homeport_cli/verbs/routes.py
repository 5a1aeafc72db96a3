"""`homeport routes`: what src/routes.py says, and what it means for a request. It asks nobody."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from homeport import keys
from homeport import settings as setting
from homeport.exposed import exposed
from homeport.pushing.changed import Site
from homeport.reading.key import resource, target_of
from homeport.routing import Match, Routes
from homeport.settings import Faults
from homeport_cli import environment
from homeport_cli.options import AsJson, EnvFile, RoutesFile
from homeport_cli.stop import USAGE, WRONG, Stop, misconfigured
from homeport_cli.telling import details, table, tell

app = typer.Typer(help="What src/routes.py says.", no_args_is_help=True)
_SAFE = ("GET", "HEAD")


@app.command()
def check(routes: RoutesFile = None, as_json: AsJson = False) -> None:
    """List the routes, and those whose writes an origin may apply late or twice: then the exit code is 1."""
    declared = _routes(routes)
    reasons = dict(exposed(declared))
    found = [
        {"path": each.path, "ttl": each.ttl, "write_behind": list(each.write_behind)}
        | {"exposed": reasons.get(each.path)}
        for each in declared
    ]
    rows = [
        (each.path, each.ttl, ", ".join(each.write_behind), reasons.get(each.path, "")) for each in declared
    ]
    tell(found, table(("path", "ttl, s", "written behind", "exposed"), rows), as_json=as_json)
    if reasons:
        raise Stop(WRONG, MEND)


MEND = (
    "Where the origin honours Idempotency-Key say deduplicates=True, where If-Match honours_if_match=True "
    "in src/routes.py."
)


@app.command()
def explain(
    url: Annotated[str, typer.Argument(metavar="URL")],
    method: Annotated[str, typer.Argument(metavar="METHOD")] = "GET",
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Say what becomes of a request: its route, its key and lane, what a write changes, and which lists show it."""
    origin = environment.variables(env_file).get("HOMEPORT_ORIGIN", "").rstrip("/")
    if isinstance(fault := setting.read({"HOMEPORT_ORIGIN": origin}), Faults):
        for name, what in fault.faults:
            if name == "HOMEPORT_ORIGIN":
                raise misconfigured([(name, what)])
    target = url.removeprefix(origin)
    if not target.startswith("/"):
        raise Stop(USAGE, f"{url}: a path, or a URL that begins with {origin}")
    found = explained(Site(origin, _routes(routes)), target, method.upper())
    tell(found, details(found), as_json=as_json)


def explained(site: Site, target: str, method: str) -> dict[str, Any]:
    """What becomes of a request. Pure."""
    match = site.routes.match(target.partition("?")[0])
    if match is None:
        return {
            "method": method,
            "route": None,
            "becomes": "no route covers it: it passes through to the origin",
        }
    about = resource(site.origin, target_of(target, match.route))
    found: dict[str, Any] = {
        "method": method,
        "route": match.route.path,
        "parameters": dict(match.parameters),
    }
    found |= {"becomes": _becomes(match, method)}
    if match.route.vary:
        found["key"] = f"one for each {', '.join(match.route.vary)}"
    else:
        found |= {"key": about.key, "entry": keys.entry(about.key), "lane": keys.lane_of(about.key)}
    if method in _SAFE:
        return found | {"ttl": match.route.ttl}
    found["changes"] = [each.target for each in site.changed(match, target)]
    found["shown_in"] = [each.target for each in site.lists(target)]
    if method in match.route.write_behind and (reason := dict(exposed(site.routes)).get(match.route.path)):
        found["exposed"] = reason
    return found


def _becomes(match: Match, method: str) -> str:
    route = match.route
    if method in _SAFE:
        return "read from the nearest region's cache, which asks the origin for what it lacks"
    if method not in route.write_behind:
        return "goes straight to the origin; then every region is told that it changed"
    if method == "POST" and route.collection_of:
        return f"accepted near the visitor as an item, {route.collection_of}; replayed later"
    return f"accepted near the visitor, answered {route.accepted_status}; replayed later"


def _routes(file: Any) -> Routes:
    found = environment.routes(file)
    if isinstance(found, Faults):
        raise misconfigured(found.faults)
    return found
