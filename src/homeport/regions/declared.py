"""The words of HOMEPORT_REGIONS: which regions there are, where they are reached and where they stand. Pure.

us-east-1                                   a region of CELLS
us-east-1=http://127.0.0.1:4001             the same, reached elsewhere: a local Momento
sao-paulo=cell-1-sa-east-1-1@-23.5/-46.6    one of your own: its cell, endpoint or URL, and degrees north/east
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .cells import CELLS, MOMENTO, Added

# A regular expression, because importing urllib.parse alone costs a worker tens of milliseconds at its start.
URL = re.compile(r"https?://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(:[0-9]{1,5})?(/[^\s?#@]*)?")
_NO_TLS = re.compile(r"http://(?!(127\.0\.0\.1|localhost|\[::1\])(:|/|$))")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,31}")
_CELL_OR_HOST = re.compile(r"cell-[a-z0-9-]{1,60}|[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+")
_POSITION = re.compile(r"(-?\d{1,2}(?:\.\d+)?)/(-?\d{1,3}(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Declared:
    """Endpoints by region, the default first: a host name suffix or a base URL; and where those of your own stand."""

    endpoints: dict[str, str]
    added: tuple[Added, ...]
    faults: tuple[str, ...]


def declared(value: str) -> Declared:
    """Read all words. A fault names a word by its place: what it is might be a secret gone astray."""
    endpoints: dict[str, str] = {}
    added: list[Added] = []
    faults: list[str] = []
    for place, word in enumerate(value.replace(",", " ").split(), start=1):
        name, endpoint, at = _parts(word)
        position = _position(at)
        if fault := _fault(name, endpoint, at, position):
            faults.append(f"word {place} {fault}")
        elif name in endpoints:
            faults.append(f"{name} stands twice")
        else:
            endpoints[name] = _endpoint(name, endpoint)
            if position:
                added.append(Added(name, *position))
    if not endpoints and not faults:
        faults.append(f"at least one of {', '.join(CELLS)}, the default first")
    return Declared(endpoints, tuple(added), tuple(faults))


def _parts(word: str) -> tuple[str, str, str]:
    rest, _, at = word.partition("@")
    name, _, endpoint = rest.partition("=")
    return name, endpoint, at


def _fault(name: str, endpoint: str, at: str, position: tuple[float, float] | None) -> str:
    if at and position is None:
        return "has no position after its at sign: degrees north and east, as in @-23.5/-46.6"
    if name not in CELLS and not (_NAME.fullmatch(name) and endpoint and at):
        return f"is not a Momento region: {', '.join(CELLS)}; one of your own is name=cell@north/east"
    if "://" in endpoint:
        if not URL.fullmatch(endpoint) or _NO_TLS.match(endpoint):
            return "is reached by a URL that must be https unless it is on this machine"
    elif endpoint and not _CELL_OR_HOST.fullmatch(endpoint):
        return "has no cell, endpoint or URL after its equals sign"
    return ""


def _position(at: str) -> tuple[float, float] | None:
    found = _POSITION.fullmatch(at)
    if not found:
        return None
    north, east = float(found[1]), float(found[2])
    return (north, east) if abs(north) <= 90 and abs(east) <= 180 else None


def _endpoint(name: str, endpoint: str) -> str:
    if not endpoint:
        return CELLS[name].endpoint
    return endpoint.rstrip("/") if "." in endpoint or "://" in endpoint else endpoint + MOMENTO
