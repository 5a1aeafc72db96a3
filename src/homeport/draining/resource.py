"""Driver of one resource's drain: its strays, then its pending writes, in their order, each to a definite answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import assert_never

from homeport import versions
from homeport.entry import Entry, Pending
from homeport.messages import Request
from homeport.ports import Effects, Origin, Region
from homeport.pushing.changed import Site
from homeport.versions import Version
from homeport.writing.again import PutAgain
from homeport.writing.look_up import look_up
from homeport.writing.receipt import Receipt, State
from momento_http_shim.outcomes import Failed

from .lease import Lease
from .outcome import Again, Applied, Dead, judge
from .settle import Settled, Settlement, settle
from .settled import head, postponed
from .stray import Stray, settle_stray

COMMIT_MS = 15_000
"""A stray put less than this ago may be committed any moment: a writer's deadline and the time of one more call."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`settled` writes, members of the page that are `gone`, strays whose commit may be `in_flight`."""

    settled: int = 0
    gone: int = 0
    in_flight: int = 0

    @staticmethod
    def total(parts: Iterable[Progress]) -> Progress:
        """All of them together."""
        rows = [(part.settled, part.gone, part.in_flight) for part in parts]
        return Progress(*(sum(column) for column in zip(*rows, strict=True))) if rows else Progress()


@dataclass(frozen=True, slots=True)
class Replay:
    """One drain of one lane; nothing new is begun after `until`, ms since 1970."""

    site: Site
    origin: Origin
    request_ms: int
    effects: Effects
    region: Region
    others: tuple[Region, ...]
    lease: Lease
    until: int

    async def resource(self, key: str, members: Mapping[str, int]) -> Progress:
        """Drain one resource; `members` are its writes' ids in the queue with their scores, the writers' clock."""
        seen = await versions.read(self.region, key)
        gone = in_flight = 0
        for write_id, put in members.items():
            if isinstance(seen, Failed) or write_id in seen.pending_ids:
                continue
            in_flight += await self._may_commit(write_id, put)
            stray = Stray(key, write_id, put)
            went, seen = await settle_stray(self.site, self.effects, stray, seen, self.region, self.others)
            gone += went
        settled = await self._pending(key, seen)
        return Progress(len(settled), gone + len(settled & members.keys()), in_flight)

    async def _may_commit(self, write_id: str, put: int) -> bool:
        """Whether its author may be about to commit it; what has a receipt is settled, and only owed."""
        return self.effects.now() - put < COMMIT_MS and await look_up(write_id, self.region) is None

    async def _pending(self, key: str, seen: Version | Failed) -> set[str]:
        """Replay from the head until something is not due, is not settled, or time is up; the ids that are gone."""
        gone: set[str] = set()
        while isinstance(seen, Version) and isinstance(seen.entry, Entry):
            item = head(seen.entry)
            now = self.effects.now()
            if item is None or item.not_before > now or now > self.until:
                break
            if not await self.lease.covers(self.effects, self.request_ms):
                break
            match await self._replay(key, item, seen):
                case "settled":
                    gone.add(item.id)
                case "owed":
                    pass  # its member stays; what comes after it need not wait for another region
                case "failed":
                    break
                case _ as never:
                    assert_never(never)
            seen = await versions.read(self.region, key)
        return gone

    async def _replay(self, key: str, item: Pending, seen: Version) -> Settled:
        reply = await self.origin.ask(_replayed(item))
        now = self.effects.now()
        match judge(item, reply, now, self.effects.chance()):
            case Applied(answer):
                receipt = _receipt(key, item, "applied", now, answer.status)
                settlement = Settlement(receipt, answer)
            case Dead(reason, status):
                receipt = _receipt(key, item, "dead", now, status, reason)
                settlement = Settlement(receipt, None)
            case Again(not_before, reason):
                await self._postpone(key, item, seen, not_before, reason)
                return "failed"
            case _ as never:
                assert_never(never)
        resources = self.site.changed_by(key, item.target)
        again = PutAgain(self.site.routes, self.origin, self.effects)
        return await settle(settlement, resources, self.region, self.others, self.effects, again)

    async def _postpone(self, key: str, item: Pending, seen: Version, not_before: int, reason: str) -> None:
        if isinstance(seen.entry, Entry):
            later = postponed(seen.entry, item.id, self.effects.token(), not_before)
            # Not stored: a writer came first. Then this try goes uncounted, and no harm is done.
            await versions.store(self.region, key, later, seen.condition)
        event = {"region": self.region.name, "key": key, "id": item.id, "reason": reason}
        self.effects.emit("write_postponed", event | {"tries": item.tries + 1})


def _receipt(
    key: str, item: Pending, state: State, now: int, status: int | None, reason: str | None = None
) -> Receipt:
    return Receipt(item.id, key, state, now, status, reason, item.target, item.accepted, item.tries + 1)


def _replayed(item: Pending) -> Request:
    headers = item.header.plus(("idempotency-key", item.id))
    return Request(item.method, item.target, headers, item.body)
