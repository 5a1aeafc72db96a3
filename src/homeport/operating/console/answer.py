"""Driver of the console: it looks at all regions, and has the operators' addresses do what its forms ask for."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import json
from dataclasses import dataclass

from homeport import VERSION, history
from homeport.errors import not_found
from homeport.messages import Headers, Request, Response
from homeport.operating.address import CONSOLE, wishes
from homeport.operating.look import Seen, look
from homeport.operating.operator import Operator
from homeport.operating.surface import Surface
from homeport.regions.breaker import OPENED
from homeport.regions.cells import CELLS
from homeport.writing.look_up import look_up
from homeport.writing.receipt import Receipt
from momento_http_shim.outcomes import Failed

from . import details
from .page import page
from .script import SCRIPT
from .style import STYLE
from .view import View

LETTERS = 10
"""Of a region on a page; each is read whole."""

_DONE = {"retry": "retried", "drop": "dropped", "drain": "woken"}


def _digest(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


POLICY = (
    f"default-src 'none'; style-src 'sha256-{_digest(STYLE)}'; script-src 'sha256-{_digest(SCRIPT)}'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
"""Content Security Policy Level 3: what is on the page is ours, or it does not run."""

FIELDS = (
    ("content-type", "text/html; charset=utf-8"),
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "same-origin"),
    ("cache-control", "no-store"),
)


@dataclass(frozen=True, slots=True)
class Console:
    """The operators' addresses, for somebody in a browser."""

    surface: Surface

    async def answer(self, request: Request, operator: Operator) -> Response:
        """The answer to somebody whom `access` has let pass, and whose form, if it is one, is theirs."""
        wished = wishes(request.query)
        match request.path.removeprefix(CONSOLE).split("/")[1:]:
            case []:
                return await self._page(request, wished, operator)
            case ["receipt", write_id]:
                return await self._receipt(write_id, wished.get("region", ""), operator)
            case ["dead", write_id]:
                return await self._letter(request, write_id, operator)
            case ["drain"] | ["dead", _, ("retry" | "drop")]:
                return await self._act(request, wished, operator)
        return not_found("There is nothing at this address.")

    async def _page(self, request: Request, wished: dict[str, str], operator: Operator) -> Response:
        surface, now = self.surface, self.surface.effects.now()
        regions = [*surface.regions.values()]
        number = wished.get("page", "0")
        number = number if number.isascii() and number.isdigit() and len(number) <= 6 else "0"
        budget = surface.drain.budget
        seen: list[Seen] = await asyncio.gather(*(look(region, budget) for region in regions))
        # After the look: where calls are few, that comes first.
        past, letters = await asyncio.gather(
            asyncio.gather(*(history.read(each, now) for each in regions if budget.fits(3 * len(regions)))),
            surface.letters(regions, int(number), LETTERS),
        )
        names = [region.name for region in regions]
        places = {name: CELLS[name][2:] for name in names if name in CELLS}
        places |= {each.region: (each.latitude, each.longitude) for each in surface.added}
        opened = (request.headers.get(OPENED) or "").replace(" ", "").split(",")
        view = View(
            surface.drain.site.origin,
            VERSION,
            now,
            operator,
            seen,
            letters,
            dict(zip(names, past, strict=False)),
            places,
            opened,
            surface.alarm_seconds,
            int(number),
            wished,
        )
        return _shown(page(view))

    async def _act(self, request: Request, wished: dict[str, str], operator: Operator) -> Response:
        """As the operators' address of the same name does it; then the page says what came of it."""
        target = "/.homeport" + request.target.removeprefix(CONSOLE)
        done = await self.surface.answer(Request("POST", target), operator)
        told, well = json.loads(bytes(done.body)), done.status < 300
        if well:
            word = _DONE[request.path.split("/")[-1]]
        else:
            word = told.get("type", told.get("title", "failed")).split("/")[-1].lower().replace(" ", "-")
        if "regions" in told and not well:
            word = "not-woken"
        said = {"told": word, "region": wished.get("region"), "id": told.get("id")}
        query = "&".join(f"{name}={value}" for name, value in said.items() if value)
        return Response(303, Headers((("location", f"{CONSOLE}?{query}"), ("cache-control", "no-store"))))

    async def _letter(self, request: Request, write_id: str, operator: Operator) -> Response:
        target = f"/.homeport/dead/{write_id}{request.query}"
        found = await self.surface.answer(Request("GET", target), operator)
        told = json.loads(bytes(found.body))
        if found.status != 200:
            return _shown(details.nothing(told["title"], told["detail"], operator), found.status)
        return _shown(details.letter(told, self.surface.effects.now(), operator))

    async def _receipt(self, write_id: str, region: str, operator: Operator) -> Response:
        if region not in self.surface.regions:
            return _shown(
                details.nothing("Unknown region", "No configured region has this name.", operator), 404
            )
        found = await look_up(write_id, self.surface.regions[region])
        if isinstance(found, Receipt):
            return _shown(details.receipt(found, region, self.surface.effects.now(), operator))
        if isinstance(found, Failed):
            title, detail = "A region does not answer", f"{region} says {found.error.code}. Ask again."
            return _shown(details.nothing(title, detail, operator), 502)
        detail = "The write still waits, or its receipt is older than a day, or of a newer release."
        return _shown(
            details.nothing("No receipt", f"{region} has none of this write. {detail}", operator), 404
        )


def _shown(body: bytes, status: int = 200) -> Response:
    return Response(status, Headers(FIELDS), body)
