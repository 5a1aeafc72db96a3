"""Driver of the operators' addresses: what waits, what is dead, and what they have done about it."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from homeport import VERSION, keys
from homeport.access import Role
from homeport.draining import dead_letter
from homeport.draining.drain import Drain
from homeport.draining.letter import Illegible, Letter
from homeport.errors import method_not_allowed, not_found, problem
from homeport.messages import Headers, Request, Response
from homeport.ports import Effects, Region, Sync
from homeport.regions.breaker import OPENED
from homeport.regions.cells import Added
from homeport.writing.accept import Accepted, Refused, Straight
from homeport.writing.receipt import Receipt, address
from homeport.writing.status import find as receipt_of
from homeport.writing.status import operates
from momento_http_shim.outcomes import Failed

from . import login
from .address import LOGIN, Address, find, wishes
from .admission import Door
from .letters import listed, shown
from .look import Seen, look
from .operator import Operator
from .shown import metrics, status

LARGEST_BODY = 1024
"""Octets: a form's, and what a client may send that these addresses do not read."""

AT_ONCE = 6
"""Letters read side by side: a Worker has six connections."""

_JSON, _TEXT = "application/json", "text/plain; version=0.0.4; charset=utf-8"


async def admit(request: Request, door: Door, now: int) -> Operator | Response | None:
    """Who operates, or the refusal of a request that is not for an operator's address, or not from one who may.

    None: whoever signs in is nobody yet. `now` in ms since 1970.
    """
    at = find(request.path)
    signs_in = request.path == LOGIN and door.access.opens("read")
    if not signs_in and (at is None or not door.opens(at.needs)):
        return not_found("There is nothing at this address.")
    if at and request.method not in at.methods:
        return method_not_allowed("This address does something else.", ", ".join(at.methods))
    length = request.headers.get("content-length") or "0"
    if len(length) > 9 or not length.isdecimal() or int(length) > LARGEST_BODY:
        return problem(413, "Content Too Large", f"A body has at most {LARGEST_BODY} octets here.")
    if at is None:
        return login.refusal(request, local=door.local)
    admitted = await door.admit(request, at.needs, now)
    if at.what == "logout" and isinstance(admitted, Response) and admitted.status in (303, 401):
        return login.left(request)  # there is nothing to end, or it has ended by itself
    return admitted


@dataclass(frozen=True, slots=True)
class Surface:
    """What an operator's request needs. `itself` is the binding by which lanes are woken."""

    regions: Mapping[str, Region]
    drain: Drain
    itself: Sync
    effects: Effects
    added: Sequence[Added] = ()
    """Where regions stand that are the user's own."""
    alarm_seconds: int = 3_600
    """What waits for longer is trouble."""

    async def answer(self, request: Request, operator: Operator) -> Response:
        """The answer to a request that `admit` has let pass, its body read."""
        at, wished = find(request.path), wishes(request.query)
        name = wished.get("region")
        if name is not None and name not in self.regions:
            return problem(422, "Unknown region", f"The configured regions are {', '.join(self.regions)}.")
        regions = [self.regions[name]] if name else [*self.regions.values()]
        match at:
            case Address("status" | "metrics" as what):
                return await self._looked(what, regions, request)
            case Address("dead"):
                return await self._dead(regions, wished.get("page", "0"))
            case Address("drain"):
                return await self._drain(regions)
            case Address("receipt", _, write_id, key):
                return await self._receipt(key, write_id, regions)
            case Address("console" | "logout" as what):
                return login.left(request) if what == "logout" else await self._console(request, operator)
            case Address(what, _, write_id):
                return await self._one(what, write_id, regions, operator.role)
            case None:
                return not_found("There is nothing at this address.")

    async def _looked(self, what: str, regions: list[Region], request: Request) -> Response:
        budget, now = self.drain.budget, self.effects.now()
        seen: list[Seen] = await asyncio.gather(*(look(region, budget) for region in regions))
        said = request.headers.get(OPENED)
        opened = None if said is None else [each.strip() for each in said.split(",")]
        if what == "metrics":
            return _said(200, metrics(seen, now, opened), _TEXT)
        return _shown(200, status(seen, now, VERSION, opened))

    async def _dead(self, regions: list[Region], asked: str) -> Response:
        if not (asked.isascii() and asked.isdigit() and len(asked) <= 6):
            return problem(422, "Unknown page", "A page is a number from 0.")
        return _shown(200, {"page": int(asked), "regions": await self.letters(regions, int(asked))})

    async def letters(
        self, regions: list[Region], page: int, most: int = dead_letter.PAGE
    ) -> dict[str, dict[str, Any]]:
        """The dead letters of each region, at most so many on a page; `error` is Momento's code."""
        limit = asyncio.Semaphore(AT_ONCE)

        async def line(each: dead_letter.Listed, region: Region) -> dict[str, Any]:
            async with limit:
                found = await dead_letter.letter(region, each.id) if self.drain.budget.fits(1) else None
            return listed(each, found if isinstance(found, Letter) else None)

        async def of(region: Region) -> dict[str, Any]:
            found = await dead_letter.letters(region, page, most)
            if isinstance(found, Failed):
                return {"letters": [], "more": False, "error": found.error.code}
            lines = await asyncio.gather(*(line(each, region) for each in found))
            return {"letters": lines, "more": len(found) == most, "error": None}

        told = await asyncio.gather(*(of(region) for region in regions))
        return {region.name: each for region, each in zip(regions, told, strict=True)}

    async def _drain(self, regions: list[Region]) -> Response:
        """Wake every lane. A lane that is drained already, or rests, finds that out at the price of one call."""

        async def woken(region: Region) -> list[bool]:
            return [await self.itself.kick(region.name, lane) for lane in range(keys.LANES)]

        heard = await asyncio.gather(*(woken(region) for region in regions))
        told = {region.name: {"woken": sum(each)} for region, each in zip(regions, heard, strict=True)}
        return _shown(202 if all(map(all, heard)) else 502, {"regions": told})

    async def _one(self, what: str, write_id: str, regions: list[Region], role: Role) -> Response:
        silent = ""
        for region in regions:
            found = await dead_letter.letter(region, write_id)
            match found:
                case Letter() as letter if what == "letter":
                    return _shown(200, shown(letter, role))
                case Letter() as letter if what == "drop":
                    return await self._drop(letter, region)
                case Letter() as letter:
                    return await self._retry(letter, region)
                case Illegible(foreign):
                    return _illegible(foreign=foreign)
                case Failed():
                    silent = region.name
                case None:
                    pass
        if silent:
            return problem(
                502,
                "A region does not answer",
                f"{silent} does not tell whether it has it. Ask again.",
                retry_after=5,
            )
        return not_found("No region has a dead letter of this id.")

    async def _console(self, request: Request, operator: Operator) -> Response:
        from .console.answer import Console  # a person's: rarely

        return await Console(self).answer(request, operator)

    async def _receipt(self, key: str, write_id: str, regions: list[Region]) -> Response:
        """A write's receipt, from whichever region accepted it; whose write it was does not matter to operators."""
        told = await asyncio.gather(*(receipt_of(key, write_id, region, operates) for region in regions))
        return min(told, key=lambda each: (each.status != 200, each.status == 404))

    async def _drop(self, letter: Letter, region: Region) -> Response:
        if not await dead_letter.drop(letter.key, letter.id, region):
            detail = f"{region.name} did not drop the letter. Send the request again."
            return problem(502, "A region does not answer", detail, retry_after=5)
        fields = {"region": region.name, "key": letter.key, "id": letter.id, "reason": "operator"}
        self.effects.emit("dead_letter_dropped", fields)
        return _shown(200, {"id": letter.id, "region": region.name, "dropped": True})

    async def _retry(self, letter: Letter, region: Region) -> Response:
        write_id, drain = self.effects.token(), self.drain
        outcome = await dead_letter.retry(
            letter, drain.site, region, drain.origin, self.effects, drain.seal, write_id
        )
        told = {"id": write_id, "region": region.name, "receipt": address(letter.key, write_id)}
        match outcome:
            case Accepted():
                lane = keys.lane_of(letter.key)
                await self.itself.kick(region.name, lane)
                return _shown(202, told | {"state": "pending"})
            case Receipt(state=state):
                return _shown(200, told | {"state": state})
            case Refused(why):
                detail = f"{region.name}: {why}. The letter stays; a try whose outcome is unknown may have been taken."
                return problem(503, "Retry not taken", detail, retry_after=5)
            case Straight() | Response():
                detail = "The write cannot be applied to the resource's current state. The letter stays."
                return problem(409, "Retry not possible", detail)


def _illegible(*, foreign: bool) -> Response:
    if foreign:
        detail = "A newer release of Homeport wrote this letter, and it is left alone. Use that release."
        return problem(409, "Letter of a newer release", detail)
    detail = "The letter is damaged. The next renewal, within half a day, drops it and says so."
    return problem(409, "Letter damaged", detail)


def _shown(code: int, members: Mapping[str, object]) -> Response:
    return _said(code, json.dumps(members), _JSON)


def _said(code: int, text: str, media_type: str) -> Response:
    fields = (("content-type", media_type), ("cache-control", "no-store"))
    return Response(code, Headers(fields), text.encode())
