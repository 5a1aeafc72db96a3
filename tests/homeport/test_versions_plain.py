"""A change that begins with a plain read: what that shows may be over, and nothing is concluded from it alone."""

from __future__ import annotations

import pytest

from homeport import versions
from homeport.entry import Entry, encode
from homeport.messages import Request
from homeport.pushing.precedence import mark_stale
from homeport.pushing.propagate import propagate
from homeport.reading.key import resource
from local.momento_local.check_and_set import content_hash
from momento_http_shim.arguments import Key
from momento_http_shim.octets import Joined
from momento_http_shim.outcomes import Failed, Found, Hit, Miss
from tests.homeport.homeport_world import ORIGIN, Clock, Twin, TwinRegion, effects
from tests.homeport.reading_world import ITEM, NEWS, OLD, STALE, WRITTEN, Sea, status_of
from tests.homeport.writing_world import stored

TARGET = "/items/1"
ABOUT = resource(ORIGIN, TARGET)
NEW = stored(TARGET, b"new", nonce="n1")
FOREIGN = b'{"homeport":{"format":2}}\n'


class Lagging(Twin):
    """Its plain reads show what was there before."""

    before: bytes | None = None

    async def get(self, key: Key) -> Hit | Miss | Failed:
        await super().get(key)
        return Miss() if self.before is None else Hit(self.before)

    async def get_with_hash(self, key: Key, *, consistent: bool = False) -> Found | Miss | Failed:
        seen = await super().get_with_hash(key, consistent=consistent)
        if consistent:
            return seen
        return Miss() if self.before is None else Found(self.before, content_hash(self.before))


@pytest.fixture
def lagging() -> TwinRegion:
    return TwinRegion("us-east-1", Lagging(Clock()))


async def test_a_mark_stale_looks_plainly_and_without_need_not_again() -> None:
    home = TwinRegion("us-east-1", Twin(Clock()))
    home.keep(ABOUT.key, NEW)
    assert await propagate([ABOUT], [home], effects().effects)
    assert (home.cache.methods, home.cache.consistent) == (["get_with_hash", "set_if_hash"], [False])


@pytest.mark.parametrize("before", [None, b"damaged", FOREIGN])
async def test_what_a_plain_look_missed_is_marked_after_all(
    lagging: TwinRegion, before: bytes | None
) -> None:
    lagging.cache.before = before  # type: ignore[attr-defined]
    lagging.keep(ABOUT.key, NEW)
    assert await propagate([ABOUT], [lagging], effects().effects)
    left = lagging.kept(ABOUT.key)
    assert isinstance(left, Entry)
    assert left == mark_stale(ABOUT, NEW, left.as_of[0], left.nonce)
    assert lagging.cache.consistent == [False, True]


async def test_a_newer_releases_entry_is_left_alone_after_two_looks(lagging: TwinRegion) -> None:
    lagging.cache.before = FOREIGN  # type: ignore[attr-defined]
    lagging.keep(ABOUT.key, FOREIGN)
    assert await propagate([ABOUT], [lagging], effects().effects)
    assert lagging.octets(ABOUT.key) == FOREIGN
    assert lagging.cache.methods == ["get_with_hash", "get_with_hash"]


async def test_that_there_is_nothing_to_store_a_plain_look_does_not_say(lagging: TwinRegion) -> None:
    lagging.keep(ABOUT.key, NEW)
    seen: list[bool] = []

    def decide(version: versions.Version) -> bool:
        seen.append(version.entry is None)
        return True

    assert await versions.change(lagging, ABOUT.key, decide, plain=True)
    assert seen == [True, False]


async def test_what_was_marked_is_asked_for_as_a_whole() -> None:
    """Its validators are of a state that is gone: there is nothing that the origin could say of it."""
    sea = Sea()
    sea.home.keep(ITEM.key, OLD)
    assert await propagate([ITEM], [sea.home], sea.surroundings.effects)
    sea.answering(NEWS)
    answer = await sea.read()
    assert (answer.body, status_of(answer)) == (
        b"news",
        f'Homeport; fwd=stale; fwd-status=200; stored; detail="{sea.home.name}"',
    )
    assert sea.origin.requests == [Request("GET", "/items/1")]
    await sea.surroundings.run_behind()
    assert (sea.kept.stale, sea.kept.body) == (False, b"news")


async def test_what_the_looks_before_a_fill_missed_is_not_replaced() -> None:
    sea = Sea()
    cache = Lagging(sea.clock)
    cache.before = bytes(Joined(encode(STALE)))
    sea.regions = [TwinRegion(sea.home.name, cache)]
    sea.regions[0].keep(ITEM.key, WRITTEN)
    sea.answering(NEWS)
    assert (await sea.read()).body == b"news"
    await sea.surroundings.run_behind()
    assert cache.methods == ["get", "get_with_hash", "set_if_hash"]
    assert sea.regions[0].kept(ITEM.key) == WRITTEN
