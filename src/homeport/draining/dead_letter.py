"""Driver of a region's dead letters: kept, renewed before Momento lets them expire, read, sent again, dropped."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from homeport import keys
from homeport.entry import Pending
from homeport.messages import Request, Response
from homeport.ports import Effects, Origin, Region, Seal, Unopened
from homeport.pushing.changed import Site
from homeport.writing.accept import Accepted, Refused, Straight, accept
from homeport.writing.opened import opened
from homeport.writing.receipt import Receipt
from homeport.writing.sealed import tied_to, to_plaintext
from homeport.writing.write import ANY, Write
from momento_http_shim.conditions import Absent, NotEqual, PresentAndHashEqual
from momento_http_shim.octets import Joined
from momento_http_shim.outcomes import Done, Elements, Failed, Found, Miss, NotStored, Stored

from .budget import Budget
from .letter import Illegible, Letter, decode, encode

DAY_MS = keys.DAY_SECONDS * 1000
RENEW_MS = DAY_MS // 2
"""A letter that was last renewed so long ago is renewed: Momento keeps it for a day."""

RENEWED_AT_ONCE = 50
"""Letters of a region in one sweep."""

PAGE = 50

_DROPPED = b"dropped"


@dataclass(frozen=True, slots=True)
class Listed:
    """One of a region's dead letters; `renewed` in ms since 1970."""

    key: str
    id: str
    renewed: int


async def keep(key: str, write_id: str, letter: Letter | None, at: int, region: Region) -> bool:
    """Put a dead letter, its content first: what is listed can be read. One that stands there already wins."""
    if letter is not None:
        content = Joined(encode(letter))
        put = await region.cache.set_if(
            keys.letter(write_id), content, Absent(), ttl_seconds=keys.DAY_SECONDS
        )
        if isinstance(put, Failed):
            return False
    return isinstance(await _list(key, write_id, at, region), Done)


async def letters(region: Region, page: int = 0, most: int = PAGE) -> Sequence[Listed] | Failed:
    """The dead letters of a region, at most so many, those first that were renewed longest ago; `page` from 0."""
    return await _listed(region, None, page * most, most)


async def letter(region: Region, write_id: str) -> Letter | Illegible | Failed | None:
    """One letter; None where there is none."""
    found = await region.cache.get_with_hash(keys.letter(write_id), consistent=True)
    match found:
        case Found(value):
            return None if bytes(value[: len(_DROPPED) + 1]) == _DROPPED else decode(value)
        case Miss():
            return None
        case Failed():
            return found


@dataclass(frozen=True, slots=True)
class Resent(Write):
    """A dead letter's write, taken anew: its request as it was stored, under a new id."""

    def pending(self, seq: int, accepted: int) -> Pending:
        """The write as it stands in the entry."""
        asked = self.request
        fields = (asked.method, asked.target, asked.headers, asked.body)
        return Pending(self.id, seq, accepted, *fields, sealed=self.sealed)


async def retry(
    sent: Letter,
    site: Site,
    region: Region,
    origin: Origin,
    effects: Effects,
    seal: Seal | None = None,
    write_id: str | None = None,
) -> Accepted | Refused | Receipt | Straight | Response:
    """Accept a letter's write once more, behind all that waits for its resource now; then drop the letter.

    `write_id` is the fresh id that it gets; None: one is made.

    Where it is not accepted the letter stays. So it does if this is cut off after the write was accepted: to retry it
    again then applies it twice. To wake the drain is the caller's business.
    """
    item = sent.item
    match = site.routes.match(sent.target.partition("?")[0])
    resource = site.changed_by(sent.key, sent.target)[0]
    lists = tuple(each.key for each in site.lists(resource.target))
    request = Request(item.method, item.target, item.header, item.body)
    write = Resent(write_id or effects.token(), resource, request, match.route if match else ANY, lists)
    if item.sealed:
        secret = await opened(item, seal)
        if seal is None or isinstance(secret, Unopened):
            return Refused("unknown")
        tied = tied_to(write.id, item.method, item.target)
        sealed = await seal.seal(to_plaintext(secret), tied)
        write = replace(write, secret=secret, sealed=sealed, whose=sent.whose)
    outcome = await accept(write, region, origin, effects)
    if isinstance(outcome, Accepted | Receipt):
        effects.emit(
            "dead_letter_retried", {"region": region.name, "key": sent.key, "id": sent.id, "as": write.id}
        )
        await drop(sent.key, sent.id, region)
    return outcome


async def drop(key: str, write_id: str, region: Region) -> bool:
    """Remove a letter for good; False where the region does not do it now.

    Delete belongs to another family of Momento's, so the content is overwritten by what soon expires.
    """
    removed = await region.cache.sorted_set_remove(keys.DEAD, [keys.member(key, write_id)])
    gone = await region.cache.set_if(keys.letter(write_id), _DROPPED, NotEqual(_DROPPED), ttl_seconds=1)
    return isinstance(removed, Done) and isinstance(gone, Stored | NotStored)


async def renew(region: Region, most_days: int, effects: Effects, budget: Budget) -> int:
    """Renew what was not renewed for half a day, as much as one sweep may; how many. What is too old is dropped."""
    now = effects.now()
    due = await _listed(region, now - RENEW_MS, 0, RENEWED_AT_ONCE)
    renewed = 0
    for each in due if not isinstance(due, Failed) else ():
        if not budget.fits(3):
            break
        if not keys.is_member(keys.member(each.key, each.id).encode()):
            continue
        renewed += await _renew(each, region, most_days, effects)
    return renewed


async def _renew(each: Listed, region: Region, most_days: int, effects: Effects) -> bool:
    now, name = effects.now(), keys.letter(each.id)
    found = await region.cache.get_with_hash(name, consistent=True)
    if isinstance(found, Failed):
        return False
    content = decode(found.value) if isinstance(found, Found) else None
    if isinstance(content, Letter) and now - content.settled > most_days * DAY_MS:
        return await _drop_because("age", each, region, effects)
    if not isinstance(found, Found) or content == Illegible():
        return await _drop_because("lost" if content is None else "damaged", each, region, effects)
    stored = await region.cache.set_if_hash(
        name, found.value, PresentAndHashEqual(found.hash), ttl_seconds=keys.DAY_SECONDS
    )
    return isinstance(stored, Stored) and isinstance(await _list(each.key, each.id, now, region), Done)


async def _drop_because(why: str, each: Listed, region: Region, effects: Effects) -> bool:
    if await drop(each.key, each.id, region):
        fields = {"region": region.name, "key": each.key, "id": each.id, "reason": why}
        effects.emit("dead_letter_dropped", fields)
    return False


async def _list(key: str, write_id: str, at: int, region: Region) -> Done | Failed:
    members = {keys.member(key, write_id): float(at)}
    return await region.cache.sorted_set_put(
        keys.DEAD, members, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True
    )


async def _listed(region: Region, before: int | None, offset: int, count: int) -> list[Listed] | Failed:
    found = await region.cache.sorted_set_fetch_by_score(
        keys.DEAD, max_score=before, offset=offset, count=count
    )
    if isinstance(found, Failed):
        return found
    elements = found.elements if isinstance(found, Elements) else ()
    return [Listed(*keys.parse_member(name), int(score)) for name, score in elements]
