"""Publishing into every region: once a state, in one round trip, and remembered where a region is away."""

from __future__ import annotations

import asyncio

import pytest

from homeport.pushing.propagate import mark_stale_in
from homeport.pushing.tag_index import SKEW_MS
from homeport.reading.key import resource
from homeport_origin import NotPushable, NotTold
from momento_http_shim.errors import Refused
from momento_http_shim.outcomes import Failed
from tests.clients.client_world import NAMES, ORIGIN, Renderer, Sea, VirtualLoop, down, played

URL = "/"
ALL_STORED = dict.fromkeys(NAMES, "stored")


async def test_a_page_stands_in_every_region() -> None:
    sea = Sea()
    published = await sea.publisher().publish(URL, Renderer(), state="enough")
    assert {name: told.state for name, told in published.regions.items()} == ALL_STORED
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"page")
    entry = sea.entry(URL, NAMES[1])
    assert entry is not None
    assert entry.header.get("content-type") == "text/html; charset=utf-8"
    assert entry.push is not None
    assert (entry.push.state, entry.push.number) == ("enough", 1)


@pytest.mark.parametrize("sole", [True, False])
async def test_the_same_state_is_neither_rendered_nor_pushed(sole: bool) -> None:
    sea, render = Sea(), Renderer()
    publisher = sea.publisher(sole=sole)
    await publisher.publish(URL, render, state="enough")
    calls = len(sea.calls)
    published = await publisher.publish(URL, render, state="enough")
    assert (published.unchanged, published.regions, render.count) == (True, {}, 1)
    assert len(sea.calls) - calls == (0 if sole else len(NAMES))
    assert not (await publisher.publish(URL, render, state="few")).unchanged
    assert render.count == 2


async def test_a_region_that_missed_the_state_between_does_not_pass_for_all() -> None:
    for away in NAMES:
        sea = Sea()
        publisher = sea.publisher(tries=1)
        await publisher.publish(URL, Renderer("a"), state="a")
        sea.faulty(away, down())
        await publisher.publish(URL, Renderer("b"), state="b")
        sea.faulty(away, None)
        assert not (await publisher.publish(URL, Renderer("a"), state="a")).unchanged
        assert sea.shown(URL) == dict.fromkeys(NAMES, b"a")


async def test_a_region_that_shows_nothing_pushed_says_nothing_against_a_state() -> None:
    sea, render = Sea(), Renderer()
    publisher = sea.publisher(tries=1)
    await publisher.publish(URL, render, state="a")
    sea.faulty(NAMES[0], down())
    assert (await publisher.publish(URL, render, state="a")).unchanged
    sea.faulty(NAMES[0], None)
    key = resource(ORIGIN, URL)
    assert await mark_stale_in(sea.regions[0], key, sea.effects())
    assert (await publisher.publish(URL, render, state="a")).unchanged
    for region in sea.regions:
        assert await mark_stale_in(region, key, sea.effects())
    assert not (await publisher.publish(URL, render, state="a")).unchanged


async def test_an_empty_state_is_never_the_same() -> None:
    sea, render = Sea(), Renderer()
    for sole in (True, False):
        publisher = sea.publisher(sole=sole, seed=sole)
        for _ in range(2):
            assert not (await publisher.publish(URL, render, state="")).unchanged
    assert render.count == 4


async def test_another_process_finds_the_state_in_the_regions() -> None:
    sea, render = Sea(), Renderer()
    await sea.publisher(1).publish(URL, render, state="enough")
    assert (await sea.publisher(2).publish(URL, render, state="enough")).unchanged


@pytest.mark.parametrize("soft", [True, False])
async def test_what_was_invalidated_is_published_again(soft: bool) -> None:
    for sole in (True, False):
        sea, render = Sea(), Renderer()
        publisher = sea.publisher(sole=sole)
        await publisher.publish(URL, render, state="enough")
        done = await publisher.invalidate(URL, soft=soft)
        assert {name: each.purged for name, each in done.items()} == dict.fromkeys(NAMES, 1)
        assert set(sea.shown(URL).values()) == {None}
        sea.ms += SKEW_MS + 1
        assert not (await publisher.publish(URL, render, state="enough")).unchanged
        # Of a soft purge the time is not noted: what comes after it is treated as expired, too.
        assert set(sea.shown(URL).values()) == ({None} if soft else {b"page"})


async def test_a_rolled_back_process_does_not_win_over_a_newer_version() -> None:
    sea = Sea()
    await sea.publisher(1).publish(URL, Renderer("new"), state="few", version=8)
    published = await sea.publisher(2).publish(URL, Renderer("old"), state="enough", version=7)
    assert {told.state for told in published.regions.values()} == {"kept"}
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"new")


async def test_another_process_within_the_clocks_allowance_marks_stale() -> None:
    sea = Sea()
    await sea.publisher(1).publish(URL, Renderer("a"), state="a")
    sea.ms += SKEW_MS
    published = await sea.publisher(2).publish(URL, Renderer("b"), state="b")
    assert {told.state for told in published.regions.values()} == {"stale"}
    assert set(sea.shown(URL).values()) == {None}


def test_eleven_regions_cost_one_round_trip_to_the_slowest() -> None:
    names = [f"r{n}" for n in range(11)]
    seconds = {name: 0.02 * n for n, name in enumerate(names, start=1)}

    async def play(loop: VirtualLoop) -> list[float]:
        sea = Sea(names, seconds, loop.time)
        publisher = sea.publisher(sole=True)
        took = []
        for number in range(4):
            before = loop.time()
            published = await publisher.publish(URL, Renderer(str(number)), state=str(number))
            assert {told.state for told in published.regions.values()} == {"stored"}
            took.append(round(loop.time() - before, 6))
        assert sea.shown(URL) == dict.fromkeys(names, b"3")
        return took

    # A look and a write where nothing stood, and after that, because SetIf tells no hash; then a write alone.
    assert played(play) == [0.44, 0.44, 0.22, 0.22]


def test_where_there_are_several_processes_it_costs_a_look_and_a_write() -> None:
    names = [f"r{n}" for n in range(11)]
    seconds = {name: 0.02 * n for n, name in enumerate(names, start=1)}

    async def play(loop: VirtualLoop) -> float:
        sea = Sea(names, seconds, loop.time)
        publisher = sea.publisher()
        await publisher.publish(URL, Renderer("0"), state="0")
        before = loop.time()
        await publisher.publish(URL, Renderer("1"), state="1")
        return round(loop.time() - before, 6)

    # The look tells the state, too.
    assert played(play) == 0.44


async def test_what_changed_behind_a_sole_publishers_back_is_looked_at() -> None:
    sea = Sea()
    publisher = sea.publisher(sole=True)
    for state in ("a", "b"):
        await publisher.publish(URL, Renderer(state), state=state)
    await sea.publisher(9).publish(URL, Renderer("other"), state="other", version=1)
    sea.ms += SKEW_MS + 1
    published = await publisher.publish(URL, Renderer("c"), state="c")
    assert {told.state for told in published.regions.values()} == {"stored"}
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"c")


async def test_publishes_of_a_url_come_one_after_the_other() -> None:
    sea, order = Sea(), list[str]()

    async def slow() -> str:
        order.append("slow begins")
        await asyncio.sleep(0)
        order.append("slow ends")
        return "slow"

    def quick() -> str:
        order.append("quick")
        return "quick"

    publisher = sea.publisher(sole=True)
    await asyncio.gather(
        publisher.publish(URL, slow, state="1"), publisher.publish(f"{ORIGIN}/", quick, state="2")
    )
    assert order == ["slow begins", "slow ends", "quick"]
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"quick")


async def test_a_region_that_is_away_is_tried_again_and_then_owed_by_one_that_is_not() -> None:
    sea = Sea()
    sea.faulty(NAMES[1], down())
    publisher = sea.publisher(tries=3, first_pause=0.0)
    published = await publisher.publish(URL, Renderer(), state="enough")
    states = {name: (told.state, told.error) for name, told in published.regions.items()}
    assert states == {
        NAMES[0]: ("stored", None),
        NAMES[1]: ("owed", "TIMEOUT_ERROR"),
        NAMES[2]: ("stored", None),
    }
    assert sea.calls.count((NAMES[1], "get_with_hash")) == 1 + 3  # for the state, then each try
    assert published.failed == ()
    queue = sea.caches[NAMES[0]].store
    assert [key for key, _ in queue.items() if key.startswith(b"q:")]
    assert not [key for key, _ in sea.caches[NAMES[2]].store.items() if key.startswith(b"q:")]


def test_the_pauses_between_tries_double_at_most() -> None:
    async def play(loop: VirtualLoop) -> float:
        sea = Sea(moment=loop.time)
        sea.faulty(NAMES[1], down())
        await sea.publisher(tries=3, first_pause=1.0).publish(URL, Renderer(), state="enough")
        return loop.time()

    assert 0 < played(play) < 2 + 4


async def test_where_nobody_can_remember_it_the_result_says_so() -> None:
    sea = Sea()
    for name in NAMES:
        sea.faulty(name, down())
    published = await sea.publisher(tries=1).publish(URL, Renderer(), state="a")
    assert published.failed == NAMES
    with pytest.raises(NotTold) as raised:
        await sea.publisher(tries=1, strict=True).publish(URL, Renderer(), state="a")
    assert raised.value.regions == NAMES
    assert ("push_failed", NAMES[0]) in [(name, fields["region"]) for name, fields in sea.events]


async def test_a_sole_publisher_does_not_take_a_failure_for_done() -> None:
    sea, render = Sea(NAMES[:1]), Renderer()
    publisher = sea.publisher(sole=True, tries=1)
    sea.faulty(NAMES[0], down())
    await publisher.publish(URL, render, state="a")
    sea.faulty(NAMES[0], None)
    assert (await publisher.publish(URL, render, state="a")).regions[NAMES[0]].state == "stored"


async def test_a_refusal_of_momentos_is_told_by_its_code() -> None:
    sea = Sea(NAMES[:1])
    sea.faulty(NAMES[0], lambda *_: Failed(Refused("AUTHENTICATION_ERROR", "no")))
    published = await sea.publisher(tries=1).publish(URL, Renderer(), state="a")
    told = published.regions[NAMES[0]]
    assert (told.state, told.error) == ("failed", "AUTHENTICATION_ERROR")


async def test_the_span_of_a_page_begins_before_it_is_rendered() -> None:
    sea = Sea()

    def later() -> None:
        sea.ms += 250

    await sea.publisher().publish(URL, Renderer(meanwhile=later), state="a")
    entry = sea.entry(URL, NAMES[0])
    assert entry is not None
    assert (entry.as_of[1] - entry.as_of[0], entry.header.get("age")) == (250, None)


@pytest.mark.parametrize("url", ["https://elsewhere.test/", "/nothing", "/items/../x"])
async def test_what_must_not_be_pushed_is_not_even_rendered(url: str) -> None:
    render = Renderer()
    with pytest.raises(NotPushable) as raised:
        await Sea().publisher().publish(url, render, state="a")
    assert (raised.value.faults[0][0], render.count) == ("url", 0)


async def test_a_page_for_one_visitor_is_refused_with_the_reason() -> None:
    sea = Sea()
    with pytest.raises(NotPushable, match="Set-Cookie"):
        await sea.publisher().publish(URL, Renderer(headers={"Set-Cookie": "a=b"}), state="a")
    assert set(sea.shown(URL).values()) == {None}


async def test_what_a_renderer_raises_is_raised_and_the_next_publish_is_not_in_its_way() -> None:
    sea = Sea()
    publisher = sea.publisher(sole=True)

    def broken() -> str:
        raise LookupError("no such article")

    with pytest.raises(LookupError):
        await publisher.publish(URL, broken, state="a")
    assert not (await publisher.publish(URL, Renderer(), state="a")).unchanged


async def test_no_key_of_momentos_is_ever_mixed_between_families() -> None:
    """The caches of these tests fail a call that mixes them; this is the list of what a publish calls."""
    sea = Sea()
    publisher = sea.publisher(sole=True)
    for state in ("a", "b", "c"):
        await publisher.publish(URL, Renderer(state), state=state)
    assert {method for _, method in sea.calls} == {"get_with_hash", "set_if", "set_if_hash"}
