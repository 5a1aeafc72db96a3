"""Driver of a read that is its sender's own business: what was accepted here comes before what the origin says."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from homeport.entry import Entry
from homeport.messages import Request, Response
from homeport.ports import Effects, Region
from homeport.regions.breaker import Breaker
from homeport.regions.failover import look

from . import cache_status
from .answer import for_method, from_entry
from .fill import look_at
from .key import Resource


async def personal(
    request: Request,
    resource: Resource,
    regions: Sequence[Region],
    breakers: Mapping[str, Breaker],
    effects: Effects,
    shown: Callable[[str], bool],
    *,
    own: bool,
    consistent: bool,
) -> Response | None:
    """The representation of a pending write, if this reader may see it; None: the origin answers.

    `shown` says whether a fingerprint is the reader's; with `own` no write is shown but the reader's.
    """
    looked = await look(
        lambda region: look_at(region, resource, consistent=consistent), regions, breakers, effects
    )
    if isinstance(looked, str):
        return None
    _, (found, _), where = looked
    if not isinstance(found, Entry) or not found.dirty or not resource.stands_in(found) or found.unclear:
        return None
    if not (shown(found.whose) if found.whose else not own):
        return None
    answer = from_entry(request, found, effects.now())
    return for_method(request, cache_status.say(answer, "hit", detail=f"{where} dirty"))
