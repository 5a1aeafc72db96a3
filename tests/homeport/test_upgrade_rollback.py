"""What a newer release left behind, in the hands of an older one: let be, kept alive, and done when it comes back."""

from __future__ import annotations

import json

import pytest

from homeport import keys
from homeport.draining import dead_letter
from homeport.draining.budget import Budget
from homeport.draining.dead_letter import DAY_MS
from homeport.entry import Entry, Push, Unreadable
from homeport.messages import Headers, Request, Response
from homeport.pushing.verdict import judge
from homeport.writing.accept import Accepted, Refused
from homeport.writing.commit import DEADLINE_MS
from homeport.writing.idempotency import digest
from homeport.writing.receipt import Receipt, encode
from homeport.writing.wait import fate
from tests.homeport.edge_world import JAPAN, Shore
from tests.homeport.homeport_world import NOON, ScriptedOrigin, whole
from tests.homeport.push_world import page
from tests.homeport.release_next import next_release
from tests.homeport.schedule_releases import site_of
from tests.homeport.sync_world import LANE, TARGET, Harbour
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import REQUEST_MS, World, about, journal, put, stored

KEY = about(TARGET).key
AN_HOUR = 3_600_000


def newer(octets: bytes) -> bytes:
    return octets.replace(b'"format":1', b'"format":2')


def renumber(world: World, target: str = TARGET) -> bytes:
    """What stands there as the next release would have written it."""
    octets = world.home.octets(about(target).key)
    assert octets is not None
    world.home.keep(about(target).key, newer(octets))
    return newer(octets)


async def sweep(world: World, until: int) -> None:
    """Cron, every ten minutes."""
    while world.clock() < until:
        world.clock.advance(10 * 60_000)
        await world.drain(LANE)
        await dead_letter.renew(world.home, 30, world.surroundings.effects, Budget())


@pytest.mark.parametrize("hours", [1, 60])
async def test_a_newer_write_waits_for_its_release_for_an_hour_and_for_days(hours: int) -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    octets = renumber(world)
    await sweep(world, NOON + hours * AN_HOUR)
    assert world.home.octets(KEY) == octets
    assert world.members(world.home) == [keys.member(KEY, write.id)]
    assert (world.receipt(write.id), journal(world, TARGET)) == (None, [])
    await roll_forward(world)
    assert journal(world, TARGET) == [b"new"]
    assert world.members(world.home) == []


async def roll_forward(world: World) -> None:
    """The next release drains."""
    release = next_release()
    make = release.module("draining.drain").Drain
    await make(site_of(release), world.origin, REQUEST_MS, world.surroundings.effects).lane(
        world.home, [world.away], LANE
    )


async def test_a_write_to_what_holds_a_newer_write_is_refused_and_a_read_goes_to_the_origin() -> None:
    world = Shore()
    assert await world.accept(world.write(TARGET, b"new")) == Accepted()
    octets = renumber(world)
    answer = await world.own(put(TARGET, b"later"))
    assert (answer.status, answer.headers.get("retry-after")) == (503, "60")
    assert b"newer release" in bytes(answer.body)
    straight = await world.own(put(TARGET, b"zipped", ("content-encoding", "gzip")))
    assert straight.status == 503
    origin = ScriptedOrigin([Response(200, Headers(), b"the origin's")])
    shown = whole(await world.send(Request("GET", TARGET), JAPAN, origin=origin))
    assert bytes(shown.body) == b"the origin's"
    await world.surroundings.run_behind()
    assert world.home.octets(KEY) == octets


async def test_what_a_newer_release_stored_clean_is_a_miss_that_may_be_filled_and_written() -> None:
    world = Shore()
    world.home.keep(KEY, stored(TARGET))
    renumber(world)
    origin = ScriptedOrigin([Response(200, Headers((("content-type", "text/plain"),)), b"now")])
    shown = whole(await world.send(Request("GET", TARGET), JAPAN, origin=origin))
    await world.surroundings.run_behind()
    assert (bytes(shown.body), bytes(world.entry(TARGET).body)) == (b"now", b"now")
    renumber(world)
    assert (await world.own(put(TARGET, b"written"))).status == 202
    assert world.entry(TARGET).dirty
    world.surroundings.drop_behind()


def test_a_page_onto_what_a_newer_release_stored_is_news_of_a_change_and_no_more() -> None:
    """Whether that was marked since the page was rendered cannot be read."""
    told, entry = judge(page(), Unreadable("format 2", newer=True), NOON + 100, "new")
    assert told == "stale"
    assert isinstance(entry, Entry)
    assert entry.kind == "marker"
    assert judge(page(), Unreadable("damage"), NOON + 100, "new")[0] == "stored"
    assert page().push == Push("", None, "p", 1)


@pytest.mark.parametrize("body", [b"applied", b"refused"])
async def test_where_the_receipt_is_a_newer_releases_nothing_of_its_write_is_settled(body: bytes) -> None:
    """The newer drain died after the receipt; its word on a refused write decides about the dead letter."""
    world = World()
    write = await world.accepted(TARGET, body)
    receipt = newer(encode(Receipt(write.id, KEY, "dead", NOON, 422, "the origin refused it", TARGET)))
    world.home.cache.store.put(keys.receipt(write.id).encode(), receipt, DAY_MS)
    world.origin.answers[TARGET] = [Response(422)]
    await world.drain(LANE)
    assert world.entry(TARGET).pending[0].id == write.id
    assert world.members(world.home) == [keys.member(KEY, write.id)]
    assert await dead_letter.letters(world.home) == []


async def test_what_is_owed_under_a_newer_receipt_stays_owed_for_days() -> None:
    world = World()
    receipt = newer(encode(Receipt("0f" * 16, KEY, "applied", NOON, 204, target=TARGET)))
    name = keys.member(KEY, "0f" * 16)
    await world.home.cache.sorted_set_put(
        keys.queue(LANE), {name: float(NOON)}, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True
    )
    world.home.cache.store.put(keys.receipt("0f" * 16).encode(), receipt, DAY_MS)
    await sweep(world, NOON + 60 * AN_HOUR)
    assert world.members(world.home) == [name]
    assert world.home.cache.store.content(keys.receipt("0f" * 16).encode(), bytes) == receipt
    await roll_forward(world)
    assert world.members(world.home) == []


@pytest.mark.parametrize("name", [f"2:{KEY}/{'0f' * 16}", f"v2/{KEY}/x", "{}", KEY, f"{KEY}/"])
async def test_a_member_of_another_shape_is_neither_drained_nor_removed(name: str) -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    members = {name: float(NOON - 1)}
    for queue in (keys.queue(LANE), keys.DEAD):
        await world.home.cache.sorted_set_put(queue, members, ttl_seconds=keys.DAY_SECONDS, refresh_ttl=True)
    await sweep(world, NOON + 12 * AN_HOUR)
    assert journal(world, TARGET) == [b"new"]
    assert world.receipt(write.id) is not None
    assert world.members(world.home) == [name]
    assert len(await listed(world)) == 1
    assert [fields for event, fields in world.surroundings.events if event == "write_lost"] == []
    of_writes = {key.decode() for key, _ in world.home.cache.store.items() if key[:2] in (b"e:", b"r:")}
    assert of_writes <= {keys.entry(KEY), keys.entry(about("/items").key), keys.receipt(write.id)}


async def test_a_newer_dead_letter_is_renewed_for_days_and_never_dropped() -> None:
    world = World()
    write = await world.accepted(TARGET, b"new")
    world.origin.answers[TARGET] = [Response(422)]
    await world.drain(LANE)
    place = keys.letter(write.id).encode()
    octets = world.home.cache.store.content(place, bytes)
    assert octets is not None
    world.home.cache.store.put(place, newer(octets), DAY_MS)
    await sweep(world, NOON + 40 * 24 * AN_HOUR)
    assert world.home.cache.store.content(place, bytes) == newer(octets)
    assert [each.id for each in await listed(world)] == [write.id]


async def listed(world: World) -> list[dead_letter.Listed]:
    found = await dead_letter.letters(world.home)
    assert isinstance(found, list)
    return found


async def test_a_receipt_of_a_newer_release_is_said_to_be_unreachable_and_not_unknown() -> None:
    world = Shore()
    name = "0f" * 16
    octets = newer(encode(Receipt(name, KEY, "applied", NOON, 204)))
    world.home.cache.store.put(keys.receipt(name).encode(), octets, DAY_MS)
    answer = await world.own(Request("GET", f"/.homeport/writes/{KEY}/{name}"))
    assert answer.status == 503


async def test_an_edge_that_meets_a_newer_write_says_so_and_withdraws_its_member() -> None:
    world = Harbour()
    first = await world.accepted(TARGET, b"new")
    renumber(world)
    assert await world.accept(world.write(TARGET, b"later")) == Refused("foreign")
    assert world.members(world.home) == [keys.member(KEY, first.id)]


def test_the_line_that_every_release_can_judge_holds_format_and_pending() -> None:
    """The promise on which all of this stands: see the guide."""
    line = json.loads(next_line())
    assert line["homeport"]["format"] == 2
    assert line["homeport"]["pending"] == []


def next_line() -> bytes:
    entries = next_release().module("entry")
    made = entries.Entry(TARGET, Headers(), "marker", "n", (NOON, NOON))
    return bytes(entries.encode(made)[0])


async def test_a_retry_of_what_another_release_noted_in_other_octets_begins_anew() -> None:
    """The condition is the octets that were read, and not what this release would have written for the same."""
    shore = Shore()
    request = put(TARGET, b"new", ("idempotency-key", '"k-1"'))
    with pytest.raises(Died):
        await shore.own(request, by=Process(dies_at=4))
    shore.surroundings.drop_behind()
    place = keys.attempt(digest("k-1", "")).encode()
    octets = shore.home.cache.store.content(place, bytes)
    assert octets is not None
    shore.home.cache.store.put(place, octets.replace(b":", b": "), DAY_MS)
    shore.clock.advance(DEADLINE_MS)
    assert (await shore.own(request)).status == 202
    shore.surroundings.drop_behind()


async def test_who_waits_for_what_a_newer_release_settles_is_answered_as_who_does_not() -> None:
    shore = Shore()
    name = "0f" * 16
    octets = newer(encode(Receipt(name, KEY, "applied", NOON, 204)))
    shore.home.cache.store.put(keys.receipt(name).encode(), octets, DAY_MS)

    async def waking() -> None:
        return None

    effects = shore.surroundings.effects
    assert await fate(name, shore.home, NOON + 20_000, waking(), effects) is None
    assert shore.clock() < NOON + 1_000  # it is known to be settled, so that waiting on is of no use
    await shore.surroundings.run_behind()
