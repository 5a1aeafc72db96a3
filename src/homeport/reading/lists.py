"""Driver of a list that shows the pending writes of its items: what waits, and the answer with it."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from homeport import keys, queues
from homeport.collection import Collection
from homeport.entry import Entry, Unreadable
from homeport.messages import NO_FIELDS, Relayed, Request, Response
from homeport.ports import Effects, Region
from homeport.pushing.changed import Site
from homeport.pushing.propagate import mark_stale_in
from homeport.routing import Match
from homeport.writing.look_up import look_up
from momento_http_shim.outcomes import Elements, Failed

from . import cache_status
from .fill import look_at
from .key import Resource, resource
from .overlay import NOTHING, Changes, ChangesOfAll, Waiting, complete, laid_over, listed
from .read import Read

MOST = 64
"""Resources that are laid over a list, those written last."""

OLD_MS = 60_000
"""A member put so long ago belongs to no commit in flight; as the drain counts."""


@dataclass(frozen=True, slots=True)
class Lists:
    """The list that is read; `about` is what stands for it in queues, without query and fields."""

    about: Resource
    collection: Collection
    complete: bool

    @staticmethod
    def of(site: Site, match: Match, request: Request, target: str) -> Lists | None:
        """None where the route is not of lists; `target` is the request's, without what the route ignores."""
        collection = site.routes.collection(match.route)
        if collection is None:
            return None
        return Lists(resource(site.origin, request.path), collection, complete(request, target))

    async def waiting(self, region: Region, effects: Effects, *, consistent: bool) -> Waiting | Failed:
        """What waits of the list's items. To be asked before the list is looked at, wherever that comes from.

        An item that is not dirty any more was settled, or never written; then the list that the region holds may not
        say so yet, and the origin does.
        """
        page = await region.cache.sorted_set_fetch_by_score(keys.overlay(self.about.key))
        if not isinstance(page, Elements):
            return page if isinstance(page, Failed) else NOTHING
        members: dict[str, dict[str, int]] = {}
        for name, score in page.elements:  # lowest first: the resource written last comes to stand last
            if not keys.is_member(name):
                continue
            key, write_id = keys.parse_member(name)
            members[key] = {**members.pop(key, {}), write_id: int(score)}
        if len(members) > MOST:
            effects.emit("overlay_truncated", {"region": region.name, "resources": len(members)})
        latest = list(members)[-MOST:]
        looks = (look_at(region, Resource(key, "", NO_FIELDS), consistent=consistent) for key in latest)
        changes: list[tuple[str, Entry]] = []
        for key, seen in zip(latest, await asyncio.gather(*looks), strict=True):
            if isinstance(seen, Failed):
                return seen
            if isinstance(seen[0], Unreadable) and seen[0].foreign:
                continue  # what waits there a newer release knows
            entry = seen[0] if isinstance(seen[0], Entry) else None
            self._tidy(region, effects, key, members[key], entry)
            value = self.collection.value(entry.target) if entry else None
            if entry and value is not None and entry.dirty and not (entry.unclear or entry.whose):
                changes.append((value, entry))
        laid = (ChangesOfAll if self.complete else Changes)(changes)
        return Waiting(laid, doubtful=len(changes) < len(latest))

    def _tidy(
        self, region: Region, effects: Effects, key: str, put: Mapping[str, int], entry: Entry | None
    ) -> None:
        pending = {item.id for item in entry.pending} if entry else set()
        for write_id, at in put.items():
            if write_id not in pending and effects.now() - at > OLD_MS:
                effects.behind(self._settled(region, effects, key, write_id, at))

    async def _settled(self, region: Region, effects: Effects, key: str, write_id: str, put: int) -> None:
        """Remove a member whose write is settled or lost, as its settling would have: the list is stale before.

        The drain cannot where nothing tells it the list: a writer died whose item was unknown, or its entry is gone.
        What has no receipt, the drain is to judge.
        """
        receipt = await look_up(write_id, region)
        if receipt is None and effects.now() - put < 1000 * keys.DAY_SECONDS:
            await queues.put(region, key, write_id, put)
        elif not isinstance(receipt, Failed) and await mark_stale_in(region, self.about, effects):
            await queues.hide(region, [self.about.key], key, write_id)


def overlaid(read: Read, answer: Response | Relayed) -> Response | Relayed:
    """The answer with what waits; as it is, and an event, where that cannot be told."""
    if answer.status != 200:
        return answer
    route, changed = read.match.route, "it is too large"
    overlay = route.overlay or listed(identity=route.identity)
    outcome = laid_over(overlay, answer, read.waiting.changes) if isinstance(answer, Response) else changed
    if isinstance(outcome, Response):
        return cache_status.noted(outcome, "overlaid")
    fields = {"region": read.region.name, "key": read.resource.key, "reason": outcome}
    read.effects.emit("overlay_failed", fields)
    return answer
