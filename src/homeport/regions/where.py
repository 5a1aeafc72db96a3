"""`GET /.homeport/where`: which regions a visitor goes to, and why. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence

from homeport import VERSION
from homeport.errors import problem
from homeport.messages import Headers, Response

from .cells import Added
from .choose import explain
from .location import Location, from_cf

MEMBERS = ("country", "regionCode", "continent", "latitude", "longitude", "timezone", "colo")
"""The members of `request.cf` by which regions are chosen."""


def where(location: Location, regions: Sequence[str], added: Sequence[Added], asked: str = "") -> Response:
    """The visitor's regions in JSON; those of somebody at another place where `asked`, a query, names its MEMBERS."""
    if asked.strip("?"):
        # Imported here, because only a question on a developer's machine has a query that is read.
        from urllib.parse import parse_qs

        named = {name: values[-1] for name, values in parse_qs(asked[1:], keep_blank_values=True).items()}
        if named.keys().isdisjoint(MEMBERS):
            return problem(400, "Unknown place", f"Name a place by one of these: {', '.join(MEMBERS)}.")
        location = from_cf({name: named.get(name) for name in MEMBERS})
    choice = explain(location, regions, added)
    body = {
        "version": VERSION,
        "country": location.country,
        "city": location.city,
        "continent": location.continent,
        "colo": location.colo,
        "region": choice.order[0],
        "home": choice.because == "home",
        "others": choice.order[1:],
        "because": choice.because,
        "place": choice.place,
        "milliseconds": dict(zip(choice.order, map(round, choice.milliseconds), strict=False)),
    }
    fields = (("content-type", "application/json"), ("cache-control", "no-store"))
    return Response(200, Headers(fields), json.dumps(body).encode())
