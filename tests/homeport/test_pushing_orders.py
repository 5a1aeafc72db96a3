"""Any order of fills, drains, purges and pushes, with any losses: no region goes back, and all come to the truth."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field, replace
from itertools import chain, repeat
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from homeport import versions
from homeport.entry import Entry, Push
from homeport.pushing.deliver import deliver
from homeport.pushing.page import Page, page_of
from homeport.pushing.precedence import gone, softened
from homeport.pushing.propagate import mark_stale_in
from homeport.pushing.tag_index import SKEW_MS
from homeport.versions import Version
from tests.homeport.homeport_world import effects
from tests.homeport.push_world import KEY, SITE, TARGET, pushed, response
from tests.homeport.tag_world import Stepped, interleaved
from tests.homeport.writing_world import World, about

FAULTS = ("dies_at", "loses_at", "vanishes_at", "lags_at", "refused_at")
SOURCES = {"p": 0, "q": SKEW_MS // 2, "r": -(SKEW_MS // 2)}
"""Publishers, and by how much their clocks are ahead of the region's, in ms."""

# Kind; publisher; whether it gives versions; fault; at which call.
Actor = tuple[str, str, bool, str | None, int]
ACTORS = st.tuples(
    st.sampled_from(
        ["push", "push", "push", "fill", "drain", "purge", "soft purge", "wait", "second", "second"]
    ),
    st.sampled_from(sorted(SOURCES)),
    st.booleans(),
    st.one_of(st.none(), st.none(), st.sampled_from(FAULTS[1:])),
    st.integers(2, 5),
)


@dataclass
class Shop(World):
    """An origin whose state is a number that grows, and a region that shows it."""

    state: int = 0
    newest_shown: int = 0
    owed: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    async def act(self, actor: Actor, by: Stepped) -> None:
        kind, source, versioned, _, _ = actor
        await by.begins(kind)
        match kind:
            case "push":
                await self.push(source, by, versioned=versioned)
            case "fill":
                await self.fill(by)
            case "drain":
                self.state = state = self.state + 1
                effects = self.surroundings.effects
                if await mark_stale_in(by.connect(self.home), about(TARGET), effects):
                    self.outdated(state)
                else:
                    self.owed += 1
            case "purge" | "soft purge":
                await self.purge(by, soft=kind == "soft purge")
            case "wait":
                self.clock.advance(SKEW_MS + 1)
            case "second":
                self.clock.advance(1000)

    async def push(self, source: str, by: Stepped, *, versioned: bool) -> None:
        self.state += 1
        now = self.clock() + SOURCES[source]
        self.counts[source] = number = self.counts.get(source, 0) + 1
        push = Push("", self.state if versioned else None, source, number)
        page = page_of(TARGET, response(str(self.state).encode()), (now, now), push, SITE)
        assert isinstance(page, Page)
        await by.begins("arrival")
        told = await deliver(page, by.connect(self.home), self.surroundings.effects)
        self.owed += told.state == "failed"

    async def fill(self, by: Stepped) -> None:
        region = by.connect(self.home)
        seen = await versions.read(region, KEY)
        if not isinstance(seen, Version) or _fresh(seen.entry):
            return
        asked = self.clock()
        await by.begins("origin")
        body = str(self.state).encode()
        await by.begins("answer")
        nonce = self.surroundings.effects.token()
        entry = replace(pushed(body), nonce=nonce, as_of=(asked, self.clock()))
        await versions.store(region, KEY, entry, seen.condition)

    async def purge(self, by: Stepped, *, soft: bool) -> None:
        after = softened if soft else gone

        def follow(seen: Version) -> Entry | bool:
            nonce = self.surroundings.effects.token()
            return after(about(TARGET), seen.entry, self.clock(), nonce) or True

        self.state = state = self.state + 1
        if await versions.change(by.connect(self.home), KEY, follow):
            self.outdated(state)
        else:
            self.owed += 1

    def outdated(self, state: int) -> None:
        """Whoever changed the origin was told that the region knows: what is older is not shown as fresh again."""
        self.newest_shown = max(self.newest_shown, state)

    def read(self) -> int | None:
        """What the region shows as fresh, which is never older than what it has shown."""
        found = self.home.kept(KEY)
        if not isinstance(found, Entry) or not _fresh(found):
            return None
        shown = int(bytes(found.body))
        assert shown >= self.newest_shown, f"{shown} after {self.newest_shown}"
        self.newest_shown = shown
        return shown


def _fresh(found: object) -> bool:
    return isinstance(found, Entry) and found.kind == "stored" and not found.stale and not found.soft


async def play(actors: list[Actor], schedule: list[int]) -> None:
    shop, tasks = Shop(), list[tuple[Stepped, asyncio.Task[Any]]]()
    for actor in actors:
        process = Stepped()
        if actor[3]:
            setattr(process, actor[3], actor[4])
        tasks.append((process, asyncio.ensure_future(shop.act(actor, process))))

    def chosen() -> Any:
        for each in chain(schedule, repeat(0)):
            shop.read()
            yield each

    await interleaved(tasks, chosen())
    for process, _ in tasks:
        await asyncio.gather(*process.late)
        shop.read()
    if shop.owed:  # the sweep
        assert await mark_stale_in(shop.home, about(TARGET), effects(shop.clock).effects)
    shown = shop.read()
    assert shown is None or shown == shop.state
    shop.clock.advance(2 * SKEW_MS + 1)
    free = Stepped(turn=asyncio.Semaphore(1_000))
    await shop.push("p", free, versioned=False)
    last = shop.home.kept(KEY)
    assert isinstance(last, Entry)
    assert (int(bytes(last.body)), last.stale) == (shop.state, False)


P: Actor = ("push", "p", False, None, 2)
Q: Actor = ("push", "q", False, None, 2)


def other(kind: str) -> Actor:
    return (kind, "p", False, None, 2)


@settings(max_examples=250, deadline=None)
@given(st.lists(ACTORS, min_size=2, max_size=7), st.lists(st.integers(0, 20), max_size=40))
@example([P, P], [1, 1, 1])
@example([P, Q, other("fill")], [0, 2, 2, 1, 1, 2])
@example([P, other("drain"), P], [0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0])
@example([("push", "p", False, "lags_at", 3), P, P], [0, 0, 0])
# Rendered before a drain's mark by a clock that is ahead, delivered a second after it.
@example([Q, other("drain"), other("second")], [0, 1, 1, 1, 1, 0, 0, 0])
# Rendered before a soft purge, delivered after it.
@example([P, P, other("soft purge")], [0, 0, 0, 0, 0, 1, 1, 1, 0, 0, 0])
def test_no_region_goes_back_and_all_come_to_the_truth(actors: list[Actor], schedule: list[int]) -> None:
    asyncio.run(play(actors, schedule))
