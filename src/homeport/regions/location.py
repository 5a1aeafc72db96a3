"""What Cloudflare says of where a visitor is. Anything in it can be missing or silly.

https://developers.cloudflare.com/workers/runtime-apis/request/#incomingrequestcfproperties
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

_NO_COUNTRY = frozenset(("", "XX", "ZZ", "T1", "A1", "A2", "EU", "AP"))
"""Codes that name no country: unknown, user-assigned, Tor, proxies, satellites, and two regions of the world."""

_TOR = "T1"


READ_OF_CF = (
    "country",
    "regionCode",
    "city",
    "continent",
    "latitude",
    "longitude",
    "colo",
    "timezone",
)
"""The members of `request.cf` that say where a visitor is."""


@dataclass(frozen=True, slots=True)
class Location:
    """A visitor's place; None where nothing usable is known. Codes in upper case, position in degrees.

    `continent` and `position` of a Tor exit are not the visitor's and are left out; its `colo`, the data centre the
    connection comes in by, is kept. `home` is the region that took the visitor's last write, where they say so.
    """

    country: str | None = None
    subdivision: str | None = None
    city: str | None = None
    continent: str | None = None
    position: tuple[float, float] | None = None
    colo: str | None = None
    timezone: str | None = None
    home: str | None = None


def from_cf(cf: Mapping[str, object] | None) -> Location:
    """Read `request.cf`; never raises, whatever it holds."""
    cf = cf or {}
    country = (_text(cf.get("country")) or "").upper()
    colo = _text(cf.get("colo"))
    if country == _TOR:
        return Location(colo=colo and colo.upper())
    subdivision, continent = _text(cf.get("regionCode")), _text(cf.get("continent"))
    return Location(
        country=None if country in _NO_COUNTRY else country,
        subdivision=subdivision and subdivision.upper(),
        city=_text(cf.get("city")),
        continent=continent and continent.upper(),
        position=_position(cf.get("latitude"), cf.get("longitude")),
        colo=colo and colo.upper(),
        timezone=_text(cf.get("timezone")),
    )


def _text(value: object) -> str | None:
    return value.strip() or None if isinstance(value, str) else None


def _position(latitude: object, longitude: object) -> tuple[float, float] | None:
    try:
        position = float(str(latitude)), float(str(longitude))
    except ValueError:
        return None
    if not all(map(math.isfinite, position)) or position == (0.0, 0.0):
        return None
    return position if abs(position[0]) <= 90 and abs(position[1]) <= 180 else None
