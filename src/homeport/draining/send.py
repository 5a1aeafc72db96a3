"""Driver of one replay to its verdict: sent, and what the origin finds in conflict with its state looked into."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Request, Response, says_later
from homeport.ports import Effects, Origin
from homeport.routing import Route
from homeport.writing.conditions import standing

from .conflict import CONFLICTS, Conflict, Resend, protects, replayed, shows, state_of
from .outcome import Again, Applied, Dead, judge
from .protection import Unsent

MOST_SENDS = 4
"""Where the origin's state changes that often between a look and a send, the write is tried again later."""

Verdict = Applied | Again | Dead


@dataclass(frozen=True, slots=True)
class Sender:
    """What a replay needs; `may` says before each request whether it may begin now.

    `carry` sends the write itself, perhaps in company: its answer is None where it was not sent.
    """

    region: str
    key: str
    route: Route
    origin: Origin
    carry: Callable[[Pending, Request, Route], Awaitable[Response | NoAnswer | None]]
    effects: Effects
    may: Callable[[], Awaitable[bool]]
    most_tries: int = 0
    secret: Headers = NO_FIELDS
    """The write's credentials."""

    async def send(self, item: Pending, entry: Entry) -> Verdict | None:
        """The origin's verdict; None where no more requests may be begun and none was reached."""
        before = item.sent or item.tries > 0
        step: Resend | Verdict | None = Resend(entry.etag if protects(self.route, item) else "", authors=True)
        if protects(self.route, item) and not entry.etag:
            step = await self._prepared(item, entry, before)
        reply: Response | NoAnswer | None = None
        for _ in range(MOST_SENDS):
            if not isinstance(step, Resend):
                return step
            if protects(self.route, item) and not step.tag:
                event = {"region": self.region, "key": self.key, "id": item.id}
                self.effects.emit("unprotected", event)
            request = self._signed(replayed(item, step.tag, authors=step.authors))
            reply = await self.carry(item, request, self.route) if await self.may() else None
            if not (isinstance(reply, Response) and reply.status in CONFLICTS):
                return self._judge(item, reply) if reply is not None else None
            conflict = Conflict(self.route, item, entry, reply.status, step.tag, step.authors, before)
            step = await self._resolved(conflict)
            if isinstance(step, Dead):
                return replace(step, reply=reply)
        if isinstance(step, Resend):
            return self._judge(item, NoAnswer("the origin's state changed each time"))
        return step

    async def _prepared(self, item: Pending, entry: Entry, before: bool) -> Resend | Verdict | None:
        """The state on which the write is to be sent, where nobody knows it yet."""
        state = await self._state(item, entry)
        match state:
            case Response(status, headers):
                if before and shows(item, entry, state, self.route):
                    return Applied(state)
                return Resend(standing(status, headers), authors=True)
            case outcome:
                return outcome

    async def _resolved(self, conflict: Conflict) -> Resend | Verdict | None:
        if not conflict.asks:
            return conflict.resolved(None)
        match await self._state(conflict.item, conflict.entry):
            case Response() as state:
                return conflict.resolved(state)
            case outcome:
                return outcome

    async def _state(self, item: Pending, entry: Entry) -> Response | Verdict | None:
        """What the origin shows of the resource, else why the write is to be tried again."""
        reply = await self._ask(self._signed(state_of(item, entry)))
        if reply is None:
            return None
        if isinstance(reply, NoAnswer) or says_later(reply.status):
            return self._judge(item, reply)
        return reply

    def _signed(self, request: Request) -> Request:
        return (
            replace(request, headers=request.headers.plus(*self.secret))
            if self.secret != NO_FIELDS
            else request
        )

    def _judge(self, item: Pending, reply: Response | NoAnswer) -> Verdict:
        return judge(item, reply, self.effects.now(), self.effects.chance(), self.most_tries)

    async def _ask(self, request: Request) -> Response | NoAnswer | None:
        reply = await self.origin.ask(request) if await self.may() else None
        return None if isinstance(reply, Unsent) else reply
