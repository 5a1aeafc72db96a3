"""Driver of a read: a look at a region's cache, and what follows from what it showed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from typing import assert_never

from homeport import versions
from homeport.entry import Entry, Unreadable
from homeport.errors import problem
from homeport.messages import Relayed, Request, Response
from homeport.ports import Effects, Origin, Region
from homeport.regions.breaker import Breaker
from homeport.regions.failover import look
from homeport.routing import Match
from momento_http_shim.conditions import Absent
from momento_http_shim.outcomes import Failed

from . import collapse
from .answer import for_method, from_entry
from .asking import ask
from .decide import Ask, Decline, Reuse, Step, Vary, around, judge
from .fill import Condition, Seen, look_at
from .key import Resource
from .lists import Lists, overlaid
from .overlay import NOTHING
from .read import Read
from .variants import belongs
from .whose import nobody


async def serve(  # noqa: PLR0913 - all that a read takes
    request: Request,
    match: Match,
    resource: Resource,
    regions: Sequence[Region],
    breakers: Mapping[str, Breaker],
    origin: Origin,
    effects: Effects,
    *,
    consistent: bool,
    lists: Lists | None = None,
    shown: Callable[[str], bool] = nobody,
) -> Response | Relayed:
    """Answer a GET or HEAD on a cached route; a failing cache costs its time-out and is never the visitor's error.

    `regions` are the visitor's, home first. The one that answered is the read's to its end: its entry is judged and
    looked at again there, and the fill goes there. Where none answered, the origin does and nothing is filled.
    `consistent`: the visitor may have written so lately that a plain read would miss it. `lists`: the resource is a
    list, and shows what waits of its items at home. `shown` says whether a fingerprint is the visitor's.
    """
    waiting = NOTHING

    def at(region: Region) -> Awaitable[Seen | Failed]:
        if lists and region is home:
            return at_list(lists, region)
        return look_at(region, resource, consistent=consistent)

    async def at_list(lists: Lists, region: Region) -> Seen | Failed:
        # First what waits, then the list: of a write that is settled in between the list is told before it goes there.
        nonlocal waiting
        waits = await lists.waiting(region, effects, consistent=consistent)
        if isinstance(waits, Failed):
            return waits
        seen = await look_at(region, resource, consistent=consistent)
        if not isinstance(seen, Failed):
            waiting = waits
        return seen

    home = regions[0]
    looked = await look(at, regions, breakers, effects)
    region, found, where = (home, None, looked) if isinstance(looked, str) else looked
    whole = waiting.whole(request) if waiting.changes else request
    read = Read(
        whole, match, resource, resource, region, where, origin, effects, waiting=waiting, shown=shown
    )
    step = _seen(read, found[0]) if found else None
    if isinstance(step, Reuse):
        answer: Response | Relayed = _reuse(read, step)  # most are: without a coroutine more
    else:
        answer = await (_after(read, step, found[1]) if found and step else _around(read))
    answer = overlaid(read, answer) if waiting.changes else answer
    return for_method(request, answer) if isinstance(answer, Response) else answer


async def _around(read: Read) -> Response | Relayed:
    """The answer where the region's cache gives none."""
    return await _follow(read, around(read.request), Absent())


async def _judged(read: Read, seen: Seen, *, again: bool = False) -> Response | Relayed:
    """What follows from what was seen."""
    step = _seen(read, seen[0], again=again)
    return _reuse(read, step) if isinstance(step, Reuse) else await _after(read, step, seen[1])


def _seen(read: Read, found: Entry | Unreadable | None, *, again: bool = False) -> Step | Vary:
    if isinstance(found, Unreadable) and not again:
        read.effects.emit("entry_unreadable", {"region": read.region.name, "reason": found.reason})
    return _step(read, found)


async def _after(read: Read, step: Ask | Decline | Vary, condition: Condition | None) -> Response | Relayed:
    """What follows where nothing seen can be reused; a second look where it sends to a variant."""
    if isinstance(step, Vary):
        return await _at_variant(read.at(step.variants))
    return await _follow(read, step, condition)


def _step(read: Read, found: Entry | Unreadable | None) -> Step | Vary:
    if read.variants is not None and isinstance(found, Entry) and not belongs(found, read.variants):
        found = None  # of an older version: it reads as missing, and is replaced under its own condition
    if read.waiting.doubtful and isinstance(found, Entry) and not found.dirty:
        found = replace(found, stale=True)
    step = judge(read.request, read.match.route, read.spot, found, read.effects.now(), read.shown)
    if read.variants is not None and isinstance(step, Ask) and step.fill != "no":
        return replace(step, why="vary-miss" if found is None else step.why, fill="replace")
    return step


async def _at_variant(read: Read) -> Response | Relayed:
    seen = await look_at(read.region, read.spot, consistent=False)
    if isinstance(seen, Failed):
        read.failed("region_failed", seen)
        return await _around(replace(read, spot=read.resource, variants=None))
    return await _judged(read, seen)


def _reuse(read: Read, step: Reuse) -> Response:
    if step.refresh:
        read.effects.behind(_refresh(read, step.entry))
    answer = from_entry(read.request, step.entry, read.effects.now())
    members = ("hit",) if step.ttl is None else ("hit", f"ttl={step.ttl}")
    return read.said(answer, *members, note=_note(step.entry))


async def _follow(read: Read, step: Ask | Decline, condition: Condition | None) -> Response | Relayed:
    match step:
        case Decline():
            detail = "Only a stored response was asked for, and none is stored."
            return read.said(problem(504, "Nothing stored", detail))
        case Ask(fill="replace") if condition is None:
            return await _look_again(read, step)
        case Ask():
            return await _in_turn(read, step, condition or Absent())
        case _ as never:
            assert_never(never)


def _note(entry: Entry) -> str:
    return "dirty" if entry.dirty else "pushed" if entry.push else ""


async def _look_again(read: Read, step: Ask) -> Response | Relayed:
    """Take the hash before the origin is asked: a write that commits since then wins over the origin's answer.

    So does one that this look, which may show an older version as the first one did, has missed: the hash tells.
    """
    seen = await versions.read(read.region, read.spot.key, consistent=False)
    if isinstance(seen, Failed):
        read.failed("region_failed", seen)
        return await ask(read, replace(step, fill="no"), Absent())
    return await _judged(read, (seen.entry, seen.condition), again=True)


async def _in_turn(read: Read, step: Ask, condition: Condition) -> Response | Relayed:
    """Ask the origin; where the route collapses, only if nobody else is asking for the same."""
    if step.fill == "no" or not read.match.route.collapse:
        return await ask(read, step, condition)
    turn = await collapse.take(
        read.region, read.spot, read.effects, lambda entry: isinstance(_step(read, entry), Reuse | Vary)
    )
    if isinstance(turn, collapse.Turn):
        return await ask(read, step, condition, turn)
    why = f"fwd={step.why}"
    if isinstance(turn, Entry):
        if turn.kind == "variants":
            return await _at_variant(read.at(turn))
        answer = from_entry(read.request, turn, read.effects.now())
        return read.said(answer, why, "collapsed", note=_note(turn))
    if turn == "failed":
        detail = "The origin failed at the same request just now, and is not asked again at once."
        answer = problem(503, "Origin failed", detail, retry_after=collapse.FAILED_SECONDS)
        if step.spare is not None:
            answer = from_entry(read.request, step.spare, read.effects.now())
        return read.said(answer, why, "collapsed")
    return await ask(read, step, condition)


async def _refresh(read: Read, entry: Entry) -> None:
    """Behind a stale answer: ask the origin, one reader of the region at a time (RFC 5861 section 3)."""
    turn = await collapse.claim(read.region, read.spot, read.effects)
    if turn is None:
        return
    seen = await versions.read(read.region, read.spot.key)
    if isinstance(seen, Failed) or not isinstance(seen.entry, Entry) or seen.entry.nonce != entry.nonce:
        await turn.done()
        return
    request = replace(read.request, method="GET", headers=read.request.headers.without("range"))
    step = Ask("stale", "replace", known=entry)
    await ask(replace(read, request=request, unseen=True), step, seen.condition, turn)
