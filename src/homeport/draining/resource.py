"""Driver of one resource's drain: its strays, then its pending writes, in their order, each to a definite answer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import assert_never

from homeport import versions
from homeport.entry import Entry, Pending
from homeport.messages import Headers, Request
from homeport.ports import Effects, Origin, Region, Seal, Unopened
from homeport.pushing.changed import Site
from homeport.reading.key import Resource
from homeport.routing import Route
from homeport.versions import Version
from homeport.writing.again import PutAgain
from homeport.writing.look_up import look_up
from homeport.writing.opened import opened
from homeport.writing.receipt import Receipt, State
from homeport.writing.write import ANY
from momento_http_shim.conditions import PresentAndHashEqual
from momento_http_shim.outcomes import Failed, NotStored, Stored

from . import letter
from .budget import Budget, to_settle
from .bulks import Bulks, Reply
from .conflict import protects, to_mark
from .depth import Tally
from .done import unless_done
from .lease import Lease
from .outcome import Again, Applied, Dead
from .plan import Step, marked, upcoming
from .protection import Unsent
from .send import Sender, Verdict
from .settle import Settled, Settlement, settle
from .settled import parted, postponed
from .stray import Stray, settle_stray

COMMIT_MS = 15_000
"""A stray put less than this ago may be committed any moment: a writer's deadline and the time of one more call."""


@dataclass(frozen=True, slots=True)
class Progress:
    """`settled` writes, members of the page that are `gone`, those that may be due soon, `in_flight`.

    These are strays whose commit may yet come, and what could not be read in time.
    """

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
    budget: Budget = field(default_factory=Budget)
    most_tries: int = 0
    bulks: Bulks | None = None
    """What goes in company; None: everything is sent alone."""
    seal: Seal | None = None
    tally: Tally = field(default_factory=Tally)
    away: set[str] = field(default_factory=set)
    """Regions that could not be told of a push: for the rest of this drain they are not tried again."""

    async def resource(self, key: str, members: Mapping[str, int]) -> Progress:
        """Drain one resource; `members` are its writes' ids in the queue with their scores, the writers' clock."""
        if not self.budget.fits(1):
            return Progress()
        seen = await versions.read(self.region, key)
        gone = 0
        unread = isinstance(seen, Failed) and seen.error.may_have_happened  # then another look is worth while
        in_flight = len(members) if unread else 0
        for write_id, put in members.items():
            if isinstance(seen, Failed) or write_id in seen.pending_ids:
                continue
            with self.budget.room(self._to_settle(key, "", 1)) as fits:
                if not fits:
                    break
                in_flight += await self._may_commit(write_id, put)
                stray = Stray(key, write_id, put)
                went, seen = await settle_stray(
                    self.site, self.effects, stray, seen, self.region, self.others, self.away
                )
                gone += went
        settled = await self._pending(key, seen)
        self.tally.left(seen, settled)
        return Progress(len(settled), gone + len(settled & members.keys()), in_flight)

    async def _may_commit(self, write_id: str, put: int) -> bool:
        """Whether its author may be about to commit it; what has a receipt is settled, and only owed."""
        return self.effects.now() - put < COMMIT_MS and await look_up(write_id, self.region) is None

    async def _pending(self, key: str, seen: Version | Failed) -> set[str]:
        """Replay from the head until something is not due, is not settled, or time is up; the ids that are gone."""
        gone: set[str] = set()
        left: list[Version] = []
        while isinstance(seen, Version) and isinstance(seen.entry, Entry):
            step = upcoming(seen.entry, self._route(seen.entry))
            if step is None or step.item.not_before > self.effects.now() or not await self.may_send():
                break
            with self.budget.room(self._to_settle(key, seen.entry.target, len(step.writes))) as fits:
                done = await self._step(key, step, seen, left) if fits else "failed"
                if done == "failed":
                    break
                if done == "settled" and len(seen.pending_ids) == 1:
                    gone.add(step.item.id)
                    break  # what has come since has a member of its own, and the next look at the lane finds it
                seen = left.pop() if left else await versions.read(self.region, key)
                if done == "settled":  # but what a refused write was to supersede is still there
                    still = seen.pending_ids if isinstance(seen, Version) else ()
                    gone.update(item.id for item in step.writes if item.id not in still)
                # Else its member stays; what comes after it need not wait for another region.
        return gone

    async def _step(self, key: str, step: Step, seen: Version, left: list[Version]) -> Settled:
        noted = await self._noted(key, step, seen)
        if isinstance(noted, Failed):
            return "failed"
        return "owed" if noted is None else await self._replay(key, step, noted, left)

    def _to_settle(self, key: str, target: str, writes: int) -> int:
        return to_settle(len(self.site.changed_by(key, target)), 1 + len(self.others), writes)

    async def may_send(self) -> bool:
        """Whether there is time, and a lease, for one more request."""
        return self.effects.now() <= self.until and await self.lease.covers(self.effects, self.request_ms)

    def _route(self, entry: Entry) -> Route:
        """The route of the write that comes next."""
        target = entry.pending[0].target if entry.pending else entry.target
        match = self.site.routes.match(target.partition("?")[0])
        return match.route if match else ANY

    async def _noted(self, key: str, step: Step, seen: Version) -> Version | Failed | None:
        """The version that says what is about to be sent, where whoever takes over must know; None: look again."""
        if not isinstance(seen.entry, Entry):
            return None
        route = self._route(seen.entry)
        if not (to_mark(route, step.item) or (route.coalesce and not step.item.sent)):
            return seen
        entry = marked(seen.entry, step, self.effects.token())
        match await versions.store(self.region, key, entry, seen.condition):
            case Stored(value_hash) if value_hash is not None:
                return Version(entry, PresentAndHashEqual(value_hash))
            case Failed() as failed:
                return failed
            case _:
                return None

    async def _carry(
        self, entry: Entry, secret: Headers, item: Pending, request: Request, route: Route
    ) -> Reply:
        """Send a write, in company where it may be."""
        if self.bulks is None:
            reply: Reply = await self.origin.ask(request)
        else:
            reply = await self.bulks.ask(item, request, None if protects(route, item) else route.bulk)
        if isinstance(reply, Unsent):
            return None
        if item.method == "POST" and reply is not None:
            reply = await unless_done(reply, item, entry, secret, self.site.routes, self.origin)
        return reply

    async def _verdict(self, key: str, item: Pending, entry: Entry) -> Verdict | None:
        secret = await opened(item, self.seal)
        if isinstance(secret, Unopened):
            event = {"region": self.region.name, "key": key, "id": item.id, "reason": secret.reason}
            self.effects.emit("seal_unopened", event)
            return Dead(secret.reason, None)
        carry = partial(self._carry, entry, secret)
        sender = Sender(
            self.region.name,
            key,
            self._route(entry),
            self.origin,
            carry,
            self.effects,
            self.may_send,
            self.most_tries,
            secret,
        )
        return await sender.send(item, entry)

    async def _replay(self, key: str, step: Step, seen: Version, left: list[Version]) -> Settled:
        if step.request is None or not isinstance(seen.entry, Entry):
            return await self._part(key, step.item.id)
        item = step.item
        self.tally.sends(step.writes)
        verdict = await self._verdict(key, step.request, seen.entry)
        now = self.effects.now()
        match verdict:
            case None:
                return "failed"
            case Applied(answer):
                receipt = _receipt(key, seen.entry, item, "applied", now, answer.status)
                settlement = Settlement(receipt, answer, step.writes[:-1], seen=seen, left=left)
            case Dead(reason, status):
                known = await look_up(item.id, self.region) if step.composed else item
                if isinstance(known, Failed):
                    return "failed"
                if known is None:  # what was refused is none of the writes, and nobody has seen it applied
                    return await self._part(key, item.id)
                receipt = _receipt(key, seen.entry, item, "dead", now, status, reason)
                about = Resource(key, seen.entry.target, seen.entry.vary)
                kept = letter.of(
                    about,
                    seen.entry.whose,
                    item,
                    self.region.name,
                    verdict.reply,
                    now,
                    reason,
                    item.tries + 1,
                )
                settlement = Settlement(receipt, None, step.writes[:-1], kept, seen, left)
            case Again(not_before, reason):
                await self._postpone(key, item, seen, not_before, reason)
                return "failed"
            case _ as never:
                assert_never(never)
        resources = self.site.changed_by(key, seen.entry.target)
        lists = [each.key for each in self.site.lists(seen.entry.target)]
        again = PutAgain(self.site.routes, self.origin, self.effects, self.seal)
        return await settle(settlement, resources, self.region, self.others, self.effects, again, lists)

    async def _part(self, key: str, write_id: str) -> Settled:
        """Nothing is settled; what was to be one request is sent singly from now on."""

        def apart(seen: Version) -> Entry | bool:
            if not isinstance(seen.entry, Entry) or all(item.by != write_id for item in seen.entry.pending):
                return True
            return parted(seen.entry, write_id, self.effects.token())

        return "owed" if await versions.change(self.region, key, apart) else "failed"

    async def _postpone(self, key: str, item: Pending, seen: Version, not_before: int, reason: str) -> None:
        def later(seen: Version) -> Entry | bool:
            if not isinstance(seen.entry, Entry) or item.id not in seen.pending_ids:
                return True
            return postponed(seen.entry, item.id, self.effects.token(), not_before)

        entry = later(seen)
        if isinstance(entry, Entry):
            stored = await versions.store(self.region, key, entry, seen.condition)
            if isinstance(stored, NotStored):  # a writer came first: what waits for company waits long
                await versions.change(self.region, key, later)
        event = {"region": self.region.name, "key": key, "id": item.id, "reason": reason}
        self.effects.emit("write_postponed", event | {"tries": item.tries + 1})


def _receipt(
    key: str,
    entry: Entry,
    item: Pending,
    state: State,
    now: int,
    status: int | None,
    reason: str | None = None,
) -> Receipt:
    whose = entry.whose if item.sealed else None
    tries = item.tries + 1
    return Receipt(item.id, key, state, now, status, reason, entry.target, item.accepted, tries, whose=whose)
