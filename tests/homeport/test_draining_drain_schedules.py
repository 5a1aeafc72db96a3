"""Writers and drainers of two regions, interleaved at random, some of them failing at a random call."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

import pytest

from homeport.writing.accept import Accepted, Refused
from homeport.writing.write import Write
from tests.homeport.homeport_world import TwinRegion
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import World, about, in_one_lane, quiet, stored

LANE = 0
TARGETS = in_one_lane(2, LANE)
FAILURES = ("dies_at", "loses_at", "vanishes_at", "refused_at")


@dataclass
class Dawdler(Process):
    """A process whose every call takes a random number of turns of the loop."""

    chance: random.Random = field(default_factory=random.Random)

    async def begins(self, call: str) -> int:
        number = await super().begins(call)
        for _ in range(self.chance.choice((0, 0, 1, 1, 2, 3, 8, 20))):
            await asyncio.sleep(0)
        return number


@dataclass
class Schedule:
    """One run; everything in it follows from its seed."""

    chance: random.Random
    failing: float
    world: World = field(default_factory=World)
    outcomes: list[tuple[TwinRegion, Write, object]] = field(default_factory=list)

    def process(self) -> Dawdler:
        process = Dawdler(chance=self.chance)
        if self.chance.random() < self.failing:
            setattr(process, self.chance.choice(FAILURES), self.chance.randint(1, 25))
        return process

    async def late(self) -> None:
        for _ in range(self.chance.randint(0, 60)):
            await asyncio.sleep(0)

    async def writer(self, number: int) -> None:
        await self.late()
        body = b"%d" % number if self.chance.random() < 0.8 else None
        write = self.world.write(self.chance.choice(TARGETS), body)
        region = self.chance.choice((self.world.home, self.world.away))
        outcome: object = "died"
        try:
            outcome = await self.world.accept(write, self.process(), at=region)
        except Died:
            await quiet()
        self.outcomes.append((region, write, outcome))

    async def drainer(self) -> None:
        await self.late()
        region = self.chance.choice((self.world.home, self.world.away))
        try:
            await self.world.drain(LANE, self.process(), of=region)
        except Died:
            await quiet()

    async def run(self) -> None:
        """Play it, then let cron find what is left."""
        for region in (self.world.home, self.world.away):
            for target in TARGETS:
                region.keep(about(target).key, stored(target))
        writers = [self.writer(number) for number in range(self.chance.randint(1, 6))]
        drainers = [self.drainer() for _ in range(self.chance.randint(1, 4))]
        await asyncio.gather(*writers, *drainers)
        await quiet()
        for _ in range(5):
            self.world.clock.advance(61_000)
            for region in (self.world.home, self.world.away):
                await self.world.drain(LANE, of=region)

    def check(self) -> None:
        applied = [request.headers.get("idempotency-key") for request in self.world.origin.requests]
        assert self.world.members(self.world.home) == self.world.members(self.world.away) == []
        assert len(self.world.origin.journal) == len(set(applied))
        for region, write, outcome in self.outcomes:
            receipt = self.world.receipt(write.id, region)
            if outcome == Accepted():
                assert write.id in applied
            if isinstance(outcome, Refused) and outcome.why != "unknown":
                assert write.id not in applied
            state = receipt.state if receipt else None
            assert state == "applied" if write.id in applied else state in (None, "lost")
        written = {target for _, target, _ in self.world.origin.journal}
        for region in (self.world.home, self.world.away):
            for target in TARGETS:
                entry = self.world.entry(target, region)
                assert entry.pending == ()
                assert entry.stale or entry.kind == "marker" or target not in written


@pytest.mark.parametrize("failing", [0.0, 0.5, 0.9])
async def test_no_schedule_loses_a_write_or_applies_one_twice(failing: float) -> None:
    for seed in range(100):
        schedule = Schedule(random.Random(seed), failing)  # noqa: S311 - it has to be repeatable
        await schedule.run()
        try:
            schedule.check()
        except AssertionError as error:
            raise AssertionError(f"seed {seed}") from error
