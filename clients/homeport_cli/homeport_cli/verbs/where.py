"""`homeport where`: which region visitors of a place go to. It asks nobody."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

from homeport.regions.declared import declared
from homeport.regions.location import from_cf
from homeport.regions.where import where as located
from homeport_cli import environment
from homeport_cli.options import AsJson, EnvFile
from homeport_cli.stop import USAGE, Stop, misconfigured
from homeport_cli.telling import table, tell


def where(
    country: Annotated[str | None, typer.Option("--country", help="As DE: ISO 3166-1 alpha-2.")] = None,
    region_code: Annotated[str | None, typer.Option("--region-code", help="As CA: of ISO 3166-2.")] = None,
    continent: Annotated[str | None, typer.Option("--continent", help="As EU.")] = None,
    at: Annotated[str | None, typer.Option("--at", help="Degrees north and east, as 52.5/13.4.")] = None,
    timezone: Annotated[str | None, typer.Option("--timezone", help="As Europe/Berlin.")] = None,
    colo: Annotated[str | None, typer.Option("--colo", help="Cloudflare's data centre, as FRA.")] = None,
    env_file: EnvFile = None,
    as_json: AsJson = False,
) -> None:
    """Say which regions a visitor's requests go to, in their order, and why."""
    regions = declared(environment.variables(env_file).get("HOMEPORT_REGIONS", ""))
    if regions.faults:
        raise misconfigured([("HOMEPORT_REGIONS", fault) for fault in regions.faults])
    north, _, east = (at or "").partition("/")
    cf: dict[str, object] = {"country": country, "regionCode": region_code, "continent": continent}
    cf |= {"latitude": north, "longitude": east, "timezone": timezone, "colo": colo}
    if not any(cf.values()):
        raise Stop(USAGE, "Name a place: --country, --region-code, --continent, --at, --timezone or --colo.")
    answer = located(from_cf(cf), tuple(regions.endpoints), regions.added)
    found: dict[str, Any] = json.loads(bytes(answer.body))
    order, ms = [found["region"], *found["others"]], found["milliseconds"]
    because = f"by {found['because']}" + (f" {found['place']}" if found["place"] else "")
    rows = [(name, ms.get(name), because if name == found["region"] else "") for name in order]
    tell(found, table(("region", "round trip, ms", ""), rows), as_json=as_json)
