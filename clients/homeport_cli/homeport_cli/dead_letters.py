"""Driver of an operator's work on dead letters, by the product's own: found, sent again, dropped."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from homeport import keys
from homeport.draining import dead_letter
from homeport.draining.letter import Illegible, Letter
from homeport.messages import Response
from homeport.ports import Unopened
from homeport.writing.accept import Accepted, Refused
from homeport.writing.opened import opened
from homeport.writing.receipt import Receipt
from momento_http_shim.outcomes import Failed

from .house import House
from .stop import UNANSWERED, WRONG, Stop, unanswered


@dataclass(frozen=True, slots=True)
class Kept:
    """A dead letter where it is kept; `letter` is None where it has expired before it was renewed."""

    region: str
    key: str
    id: str
    letter: Letter | Illegible | None


async def kept(house: House, region: str) -> AsyncIterator[Kept]:
    """The dead letters of a region, those first that were renewed longest ago. Raises `Stop`."""
    page = 0
    while True:
        listed = await dead_letter.letters(house.region(region), page)
        if isinstance(listed, Failed):
            raise unanswered(region, listed)
        for each in listed:
            yield Kept(region, each.key, each.id, await _read(house, region, each.id))
        if len(listed) < dead_letter.PAGE:
            return
        page += 1


async def _read(house: House, region: str, write_id: str) -> Letter | Illegible | None:
    found = await dead_letter.letter(house.region(region), write_id)
    if isinstance(found, Failed):
        raise unanswered(region, found)
    return found


async def find(house: House, name: str, region: str | None) -> Kept:
    """The letter of a write, by its id or `KEY/ID`; raises `Stop` where no region that is asked keeps it."""
    key, _, write_id = name.strip("/").removeprefix(".homeport/writes/").rpartition("/")
    chosen = house.chosen(region)
    for each in chosen:
        letter = await _read(house, each, write_id)
        if isinstance(letter, Letter):
            return Kept(each, letter.key, write_id, letter)
        if letter is not None and key:
            return Kept(each, key, write_id, letter)
        if letter is not None:
            async for one in kept(house, each):
                if one.id == write_id:
                    return one
    raise Stop(WRONG, f"No dead letter {name!r} in {', '.join(chosen)}. `homeport dead ls` lists them.")


async def every(house: House, region: str | None) -> list[Kept]:
    """All letters, those of a resource in the order in which they were accepted. Raises `Stop`."""
    found = [each for name in house.chosen(region) async for each in kept(house, name)]
    return sorted(found, key=lambda each: (each.region, each.key, _seq(each)))


def _seq(each: Kept) -> int:
    return each.letter.item.seq if isinstance(each.letter, Letter) else 0


async def retry(house: House, each: Kept) -> str:
    """Send a letter's write again, as a new one; empty, or why it was not taken: then it stays. Raises `Stop`."""
    if not isinstance(each.letter, Letter):
        return "its letter cannot be read: it is damaged, expired, or of a newer release"
    secret = await opened(each.letter.item, house.seal)
    if isinstance(secret, Unopened):
        return secret.reason
    region = house.region(each.region)
    outcome = await dead_letter.retry(
        each.letter, house.site, region, house.origin, house.effects, house.seal
    )
    match outcome:
        case Accepted() | Receipt():
            failed = await house.wake(each.region, keys.lane_of(each.key))
            if failed is not None:  # it is accepted all the same, and cron finds it
                house.effects.emit("publish_failed", {"region": each.region, "code": failed.error.code})
            return ""
        case Refused(why):
            return f"it was not accepted ({why}): try again"
        case Response(status):
            return f"it cannot be applied to what the origin shows now ({status})"
        case _:
            return "only the origin can tell what it leaves: send it there, and drop the letter"


async def drop(house: House, each: Kept) -> None:
    """Remove a letter for good. Raises `Stop`."""
    if not await dead_letter.drop(each.key, each.id, house.region(each.region)):
        raise Stop(UNANSWERED, f"{each.region}: the letter {each.id} could not be dropped. Drop it again.")
