"""Driver of a write that arrives at its home region: straight to the origin, or accepted here and replayed later."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import assert_never

from homeport import keys
from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Relayed, Request, Response
from homeport.ports import Effects, Origin, Region, Seal, Visit
from homeport.pushing.changed import Site
from homeport.reading import cache_status
from homeport.reading.key import Resource
from homeport.reading.whose import SealKeys, Sender, secret, sender
from homeport.regions import failover
from homeport.regions.breaker import Breaker
from homeport.regions.home import Home, renewal
from homeport.routing import Match

from . import acknowledgement, created, idempotency, patch, prefer
from .accept import Accepted, Refused, Straight
from .again import PutAgain
from .commit import Why
from .gauge import Gauge
from .once import is_known, once
from .receipt import Receipt, address
from .representation import media_type
from .sealing import Sealing
from .straight import Send, overtakes, straight
from .wait import fate
from .wake import Waker
from .write import Write, replayed, straight_because


@dataclass(frozen=True, slots=True)
class Arrival:
    """One write, and all that may become of it. `honoured` is the home that its author brought along."""

    request: Request
    match: Match
    home: Region
    others: Sequence[Region]
    honoured: Home | None
    visit: Visit
    forward: Send
    site: Site
    origin: Origin
    waker: Waker
    breaker: Breaker
    effects: Effects
    home_secrets: tuple[str, ...] = field(repr=False)
    seal: Seal | None = None
    seal_keys: SealKeys = field(default=(), repr=False)
    gauge: Gauge | None = None

    async def answer(self) -> Response | Relayed:
        """The answer to its author; no breaker keeps it from its home."""
        resources = self.site.changed(self.match, self.request.target)
        behind = self.request.method in self.match.route.write_behind
        route, sealing = self.match.route, self.seal is not None
        why = straight_because(self.request, route, sealing=sealing) if behind else "method"
        why = why or created.straight_because(self.request, self.match)
        # A POST to a collection waits in its item's lane, and its body names the item.
        by_target = self.request.method != "POST" or not route.collection_of
        if why is None and by_target and await self._pressed(resources[0].key):
            why = "pressure"
        if why is None:
            return await self._behind(resources)
        return await self._in_order(self.forward, resources, why)

    async def _pressed(self, key: str) -> bool:
        """Whether too much waits where a write is to wait; one whose Idempotency-Key is known need not wait again."""
        if not (self.gauge and self.gauge.pressed(self.home, key, self.effects)):
            return False
        field = self.request.headers.get(idempotency.FIELD) or ""
        return not await is_known(field, self._credentials(self.request)[1].principal, self.home)

    async def _in_order(self, send: Send, resources: Sequence[Resource], why: str) -> Response | Relayed:
        """Straight, unless it would overtake what waits."""
        refused = await overtakes(self.match.route, resources[0], self.home)
        if refused is not None:
            return self._refused(refused, resources[0].key, "")
        return await self._straight(send, resources, why)

    async def _straight(self, send: Send, resources: Sequence[Resource], why: str) -> Response | Relayed:
        again = PutAgain(self.site.routes, self.origin, self.effects, self.seal)
        reply = await straight(send, resources, self._named, self.home, self.others, self.effects, again)
        if why == "pressure" and isinstance(reply, NoAnswer):
            return self._said(acknowledgement.pressed(reply), why)
        return cache_status.answered(reply, "fwd=method", detail=f"{self.home.name} straight {why}")

    async def _behind(self, resources: Sequence[Resource]) -> Response | Relayed:
        request = replace(self.request, body=await self.visit.body())
        if malformed := _malformed(request):
            return self._said(malformed, "refused")
        wishes = prefer.read(request.headers)
        until = self.effects.now() + 1000 * wishes.seconds
        hidden, author = self._credentials(request)
        plain = replace(request, headers=request.headers.without(*(name for name, _ in hidden)))
        write = self._write(plain, author.principal)
        send = partial(self._send, plain, hidden)
        if isinstance(write, created.Unnamed):
            return await self._in_order(send, resources, write.why)
        if write.creates:
            send = partial(self._send, replace(plain, body=write.request.body), hidden)
            resources = self.site.changed_by(write.resource.key, write.resource.target)
            if await self._pressed(write.resource.key):
                return await self._in_order(send, resources, "pressure")
            # As who reads the item, by its route.
            author = sender(hidden, write.route, self.seal_keys)
        sealing = Sealing(self.seal, author, hidden) if self.seal and hidden != NO_FIELDS else None
        write, outcome = await once(write, self.home, self.origin, self.effects, sealing)
        if isinstance(outcome, Accepted):
            return await self._accepted(write, outcome, wishes, until)
        return await self._not_accepted(write, outcome, wishes, send, resources)

    async def _send(self, plain: Request, hidden: Headers) -> Response | NoAnswer:
        """Send it straight to the origin as it would be replayed, with what is hidden of it."""
        return await self.origin.ask(replace(plain, headers=replayed(plain.headers).plus(*hidden)))

    def _write(self, plain: Request, principal: str) -> Write | created.Unnamed:
        """The write that a request without credentials makes; its author's own key names what it creates."""
        key, token = plain.headers.get(idempotency.FIELD), self.effects.token
        namer = idempotency.namer(key, principal, token)
        write = created.named(plain, self.match, self.site, token(), namer)
        return (
            write
            if isinstance(write, created.Unnamed)
            else replace(write, key=key or "", principal=principal)
        )

    async def _not_accepted(
        self,
        write: Write,
        outcome: Receipt | Response | Refused | Straight,
        wishes: prefer.Preferences,
        send: Send,
        resources: Sequence[Resource],
    ) -> Response | Relayed:
        """`send` sends it to the origin where it goes straight, `resources` are what it changes there."""
        match outcome:
            case Receipt():
                return self._settled(outcome, write, wishes, None)
            case Response():
                return self._said(outcome, "refused")
            case Refused(why) if why != "unreachable" or self.match.route.when_unreachable != "origin":
                return self._refused(why, write.resource.key, write.id)
            case Straight() | Refused():
                because = "representation" if isinstance(outcome, Straight) else "unreachable"
                return await self._straight(send, resources, because)
            case _ as never:
                assert_never(never)

    def _credentials(self, request: Request) -> tuple[Headers, Sender]:
        """What must not stand in the entry in plain, and whom it tells; nothing where nothing can be sealed."""
        hidden = secret(request.headers, self.match.route) if self.seal else NO_FIELDS
        return hidden, sender(hidden, self.match.route, self.seal_keys)

    async def _accepted(
        self, write: Write, outcome: Accepted, wishes: prefer.Preferences, until: float
    ) -> Response:
        failover.answered(self.home, self.breaker, self.effects)
        fields = renewal(self.honoured, self.home.name, self.effects.now(), self.home_secrets)
        if self.gauge:
            self.gauge.look_behind(self.home, write.resource.key, self.effects)
        receipt, lane = None, keys.lane_of(write.resource.key)
        if wishes.seconds:
            waking = self.waker.wake(self.home, lane, self.effects)
            receipt = await fate(write.id, self.home, until, waking, self.effects)
        else:
            self.waker.wake_behind(self.home, lane, self.effects)
        if receipt is not None:
            answer = self._settled(receipt, write, wishes, outcome.left)
        else:
            status, created = self.match.route.accepted_status, outcome.created
            answer = acknowledgement.accepted(write, wishes, status, outcome.left, created=created)
            answer = self._said(answer, "accepted")
        return replace(answer, headers=answer.headers.plus(*fields))

    def _named(self, locations: Sequence[str]) -> Sequence[Resource]:
        return self.site.named(locations, self.request.target, self.request.headers.get("host") or "")

    def _settled(
        self, receipt: Receipt, write: Write, wishes: prefer.Preferences, left: Entry | None
    ) -> Response:
        return self._said(
            acknowledgement.settled(receipt, write, wishes, self.home.name, left), receipt.state
        )

    def _refused(self, why: Why, key: str, write_id: str) -> Response:
        if why in ("full", "waiting"):
            self.waker.wake_behind(self.home, keys.lane_of(key), self.effects)
        return self._said(acknowledgement.refusal(why, self.home.name, address(key, write_id)), why)

    def _said(self, answer: Response, what: str) -> Response:
        return cache_status.say(answer, detail=f"{self.home.name} {what}")


def _malformed(request: Request) -> Response | None:
    """400 for a patch, or an Idempotency-Key, that is none."""
    if request.method == "PATCH" and (fault := patch.fault(media_type(request.headers), request.body)):
        return acknowledgement.malformed(fault)
    key = request.headers.get(idempotency.FIELD)
    return idempotency.malformed() if key is not None and idempotency.read(key) is None else None
