"""The world, seen from the sync worker."""

from __future__ import annotations

import hmac
import json
from dataclasses import dataclass, field

from homeport.access import Attempts
from homeport.draining.budget import SUBREQUESTS, Budget, metered
from homeport.draining.drain import Drain
from homeport.messages import Headers, Request, Response
from homeport.operating.assertions import Assertions
from homeport.ports import Sync
from homeport.settings import Settings
from homeport.sync import WEBHOOK, SyncWorker
from tests.homeport.homeport_world import ORIGIN
from tests.homeport.writing_processes import Process, ProcessOrigin
from tests.homeport.writing_world import AWAY, HOME, REQUEST_MS, SITE, Kicks, World, in_one_lane

LANE = 0
TARGET, OTHER = in_one_lane(2, LANE)
SECRETS = ("old", "new")


@dataclass
class Harbour(World):
    """The world, seen from the sync worker."""

    itself: Kicks = field(default_factory=Kicks)
    tokens: tuple[str, ...] = ()
    readers: tuple[str, ...] = ()
    """Tokens that may read."""
    attempts: Attempts = field(default_factory=Attempts)
    assertions: Assertions | None = None
    subrequests: int = SUBREQUESTS
    budgets: list[Budget] = field(default_factory=list)
    """One for each worker, that is, for each invocation."""

    def worker(
        self, *, secrets: tuple[str, ...] = SECRETS, by: Process | None = None, itself: Sync | None = None
    ) -> SyncWorker:
        process, effects = by or Process(), self.surroundings.effects
        settings = Settings(
            ORIGIN,
            {HOME: "http://a.test", AWAY: "http://b.test"},
            "homeport-",
            1_000,
            REQUEST_MS,
            "key",
            secrets,
            operate_tokens=self.tokens,
            subrequests=self.subrequests,
            read_tokens=self.readers,
        )
        spent = Budget(settings.subrequests)
        self.budgets.append(spent)
        connected = {each.name: process.connect(each) for each in (self.home, self.away)}
        regions, origin = metered(connected, ProcessOrigin(process, self.origin), spent)
        drain = Drain(SITE, origin, REQUEST_MS, effects, spent, history=settings.operated)
        return SyncWorker(
            settings,
            regions,
            drain,
            itself or self.itself,
            effects,
            attempts=self.attempts,
            assertions=self.assertions,
        )

    def event(self, *, cache: str = f"homeport-{HOME}", lane: object = LANE, age_ms: int = 0) -> bytes:
        members = {"cache": cache, "topic": "cache_sync", "publish_timestamp": self.clock() - age_ms}
        return json.dumps(members | {"text": json.dumps({"lane": lane})}).encode()

    async def deliver(
        self, raw: bytes, secret: str | None = SECRETS[1], *, by: Process | None = None, method: str = "POST"
    ) -> Response:
        """Deliver a topic's event, signed with that secret, and run what it leaves behind."""
        signed = (
            [("momento-signature", hmac.new(secret.encode(), raw, "sha3_256").hexdigest())] if secret else []
        )
        request = Request(method, WEBHOOK, Headers(signed), raw)
        answer = await self.worker(by=by).answer(request)
        await self.surroundings.run_behind()
        return answer


async def answered(worker: SyncWorker, request: Request) -> Response:
    """The answer to a request, refused or not."""
    admitted = await worker.admit(request)
    return admitted if isinstance(admitted, Response) else await worker.answer(request, admitted)


def drained_by(harbour: Harbour) -> list[tuple[object, object, object]]:
    """Region, lane and occasion of every drain so far."""
    return [
        (fields["region"], fields["lane"], fields["woken_by"])
        for name, fields in harbour.surroundings.events
        if name == "drained"
    ]
