from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from homeport import keys
from homeport.draining.budget import Budget
from homeport.draining.dead_letter import (
    DAY_MS,
    PAGE,
    RENEW_MS,
    RENEWED_AT_ONCE,
    Listed,
    drop,
    keep,
    letter,
    letters,
    renew,
    retry,
)
from homeport.draining.drain import Report
from homeport.draining.letter import MOST_ANSWER, Illegible, Letter, decode, encode, of
from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Response
from homeport.reading.key import Resource
from homeport.writing.accept import Accepted, Refused
from homeport.writing.write import Write
from momento_http_shim.octets import Joined
from momento_http_shim.outcomes import Failed
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.sync_world import Harbour
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import SITE, World, about, in_one_lane, journal, lane_of

LANE = 0
A = in_one_lane(1, LANE)[0]
KEY = about(A).key
FIELDS = Headers([("content-type", "text/plain"), ("forwarded", 'for="[::1]"'), ("x-name", "ü")])
ITEM = Pending("i" * 32, 7, NOON, "PUT", "/items/1", FIELDS, b"new\n\xff", tries=2, sealed="sealed text")
REFUSAL = Response(422, Headers([("content-type", "text/plain"), ("Set-Cookie", "sid=1")]), b"no\n")


def octets(of: Letter) -> bytes:
    return bytes(Joined(encode(of)))


def a_letter(reply: Response | NoAnswer = REFUSAL) -> Letter:
    return of(
        Resource("key", "/items/1", NO_FIELDS),
        "",
        ITEM,
        "eu-west-1",
        reply,
        NOON + 5,
        "the origin refused it with 422",
        3,
    )


async def dead(world: World, body: bytes | None = b"new", reply: Response = REFUSAL) -> Write:
    """A write that the origin refused."""
    write = await world.accepted(A, body)
    world.origin.answers[A] = [reply]
    assert await world.drain(LANE) == Report(settled=1)
    return write


async def read(world: World, write_id: str) -> Letter:
    found = await letter(world.home, write_id)
    assert isinstance(found, Letter), found
    return found


@pytest.mark.parametrize("reply", [REFUSAL, Response(500), NoAnswer("too long")])
def test_a_letter_is_read_as_it_was_written(reply: Response | NoAnswer) -> None:
    assert decode(octets(a_letter(reply))) == a_letter(reply)


def test_it_holds_request_answer_and_reason_but_no_cookie() -> None:
    found = decode(octets(a_letter()))
    assert isinstance(found, Letter)
    assert (found.id, found.item.tries, found.reason) == (ITEM.id, 3, "the origin refused it with 422")
    assert (found.item.header, bytes(found.item.body), found.item.sealed) == (
        FIELDS,
        b"new\n\xff",
        "sealed text",
    )
    assert (found.status, bytes(found.answer)) == (422, b"no\n")
    assert b"sid" not in octets(a_letter())
    assert b"new" not in repr(found).encode()


def test_of_a_long_answer_the_beginning_is_kept() -> None:
    found = a_letter(Response(400, Headers(), b"x" * (MOST_ANSWER + 1)))
    assert (len(found.answer), found.answer_bytes) == (MOST_ANSWER, MOST_ANSWER + 1)


def test_a_newer_releases_letter_is_foreign_and_damage_is_damage() -> None:
    whole = octets(a_letter())
    assert decode(whole.replace(b'"format":1', b'"format":2')) == Illegible(foreign=True)
    for damaged in (
        b"",
        b"\n",
        b"{}\n",
        whole[:-1],
        whole + b"x",
        whole.replace(b'"tries":3', b'"tries":"3"'),
    ):
        assert decode(damaged) == Illegible()


async def test_a_refused_write_leaves_its_letter() -> None:
    world = World()
    write = await dead(world)
    found = await read(world, write.id)
    assert (found.item.method, found.item.target, bytes(found.item.body)) == ("PUT", A, b"new")
    assert (found.key, found.region, found.status) == (about(A).key, world.home.name, 422)
    assert found.reason == "the origin refused it with 422"
    assert (found.item.accepted, found.settled, found.item.tries) == (NOON, NOON, 1)
    assert await letters(world.home) == [Listed(about(A).key, write.id, NOON)]


async def test_the_letter_is_written_before_it_is_listed_and_both_before_the_entry_forgets_the_request() -> (
    None
):
    probe, process = World(), Process()
    probe.origin.answers[A] = [REFUSAL]
    write = await probe.accepted(A, b"new")
    await probe.drain(LANE, process)
    order = [
        process.calls.index(f"{probe.home.name} {call}")
        for call in (
            f"set_if {keys.receipt(write.id)}",
            f"set_if {keys.letter(write.id)}",
            "sorted_set_put dead",
            f"set_if_hash {keys.entry(about(A).key)}",
        )
    ]
    assert order == sorted(order)


@pytest.mark.parametrize("call", range(4, 12))
async def test_wherever_the_drain_dies_either_the_entry_or_a_listed_letter_has_the_request(call: int) -> None:
    world = World()
    write = await world.accepted(A, b"new")
    world.origin.answers[A] = [REFUSAL] * 9
    with suppress(Died):
        await world.drain(LANE, Process(dies_at=call))
    listed = await letters(world.home)
    assert not isinstance(listed, Failed)
    if A in {each.target for each in world.entry(A).pending}:
        assert not listed or isinstance(await letter(world.home, write.id), Letter)
    else:
        assert [each.id for each in listed] == [write.id]
        assert bytes((await read(world, write.id)).item.body) == b"new"
    await world.drain_until_idle(LANE)
    assert [each.id for each in await letters(world.home)] == [write.id]  # type: ignore[union-attr]
    assert bytes((await read(world, write.id)).item.body) == b"new"


async def test_where_the_letter_cannot_be_written_the_write_is_settled_again() -> None:
    world = World()
    write = await world.accepted(A, b"new")
    world.origin.answers[A] = [REFUSAL] * 2
    world.home.cache.faults = lambda method, key: (
        failing()(method, key) if key == keys.letter(write.id).encode() else None
    )
    assert await world.drain(LANE) == Report(waiting=1)
    assert world.entry(A).dirty
    world.home.cache.faults = None
    assert await world.drain(LANE) == Report(settled=1)
    assert bytes((await read(world, write.id)).item.body) == b"new"


async def test_letters_are_listed_page_by_page() -> None:
    world = World()
    for n in range(PAGE + 2):
        assert await keep(KEY, f"{n:032x}", a_letter(), NOON + n, world.home)
    first, second = await letters(world.home), await letters(world.home, 1)
    assert not isinstance(first, Failed)
    assert not isinstance(second, Failed)
    assert [each.renewed - NOON for each in (*first, *second)] == [*range(PAGE + 2)]
    assert await letters(world.home, 2) == []
    world.home.cache.faults = failing()
    assert isinstance(await letters(world.home), Failed)
    assert isinstance(await letter(world.home, "x"), Failed)


async def test_a_letter_is_renewed_by_cron_for_as_long_as_it_may_live_and_then_dropped() -> None:
    harbour = Harbour()
    write = await dead(harbour)
    days = harbour.worker().settings.dead_letter_days
    for _ in range(4 * days):
        harbour.clock.advance(DAY_MS / 4)
        await harbour.worker().sweep()
        assert bytes((await read(harbour, write.id)).item.body) == b"new"
    harbour.clock.advance(DAY_MS)
    await harbour.worker().sweep()
    assert await letters(harbour.home) == []


async def test_what_is_too_old_goes_with_an_event() -> None:
    world = World()
    write = await dead(world)
    for _ in range(3):
        world.clock.advance(RENEW_MS)
        await renew(world.home, 1, world.surroundings.effects, Budget())
    assert await letters(world.home) == []
    assert await letter(world.home, write.id) is None
    fields = {"region": world.home.name, "key": about(A).key, "id": write.id, "reason": "age"}
    assert world.surroundings.events[-1] == ("dead_letter_dropped", fields)


async def test_a_sweep_renews_so_many_and_no_more_than_its_budget_allows() -> None:
    world = World()
    for n in range(RENEWED_AT_ONCE + 5):
        await keep(KEY, f"{n:032x}", a_letter(), NOON, world.home)
    world.clock.advance(RENEW_MS)
    effects = world.surroundings.effects
    assert await renew(world.home, 30, effects, Budget(0)) == 0
    assert await renew(world.home, 30, effects, Budget()) == RENEWED_AT_ONCE
    assert await renew(world.home, 30, effects, Budget()) == 5
    assert await renew(world.home, 30, effects, Budget()) == 0


async def test_a_newer_releases_letter_is_renewed_as_it_is() -> None:
    world = World()
    foreign = b'{"format":2}\n'
    await keep(KEY, "w", a_letter(), NOON, world.home)
    world.home.cache.store.put(keys.letter("w").encode(), foreign, DAY_MS)
    world.clock.advance(RENEW_MS)
    assert await renew(world.home, 30, world.surroundings.effects, Budget()) == 1
    assert world.home.cache.store.content(keys.letter("w").encode(), bytes) == foreign
    assert await letter(world.home, "w") == Illegible(foreign=True)


@pytest.mark.parametrize(("content", "why"), [(None, "lost"), (b"{}\n", "damaged")])
async def test_a_letter_without_legible_content_is_dropped_and_told(content: bytes | None, why: str) -> None:
    world = World()
    await keep(KEY, "w", None, NOON, world.home)
    if content is not None:
        world.home.cache.store.put(keys.letter("w").encode(), content, DAY_MS)
    world.clock.advance(RENEW_MS)
    assert await renew(world.home, 30, world.surroundings.effects, Budget()) == 0
    assert [fields["reason"] for _, fields in world.surroundings.events] == [why]
    assert await letters(world.home) == []


async def test_where_a_region_does_not_answer_nothing_is_renewed_or_dropped() -> None:
    world = World()
    await keep(KEY, "w", a_letter(), NOON, world.home)
    world.clock.advance(RENEW_MS)
    world.home.cache.faults = failing("get_with_hash")
    assert await renew(world.home, 30, world.surroundings.effects, Budget()) == 0
    world.home.cache.faults = failing()
    assert await renew(world.home, 30, world.surroundings.effects, Budget()) == 0
    assert not await drop(KEY, "w", world.home)
    world.home.cache.faults = None
    assert isinstance(await letter(world.home, "w"), Letter)


async def test_a_retried_letter_is_a_new_write_behind_those_that_wait() -> None:
    world = World()
    write = await dead(world)
    await world.accepted(A, b"waits")
    sent = replace(await read(world, write.id), region="anywhere")
    outcome = await retry(sent, SITE, world.home, world.origin, world.surroundings.effects)
    assert outcome == Accepted()
    first, second = world.entry(A).pending
    assert (bytes(first.body), bytes(second.body)) == (b"waits", b"new")
    assert second.id != write.id
    assert second.header == sent.item.header
    assert (second.tries, second.sent, second.seq > first.seq) == (0, False, True)
    assert await letters(world.home) == []
    assert await letter(world.home, write.id) is None
    assert await world.drain(lane_of(A)) == Report(settled=2)
    assert journal(world, A) == [b"waits", b"new"]
    receipts = [world.receipt(each) for each in (write.id, second.id)]
    assert [receipt.state for receipt in receipts if receipt] == ["dead", "applied"]


async def test_a_retry_that_is_not_accepted_leaves_the_letter() -> None:
    world = World()
    write = await dead(world)
    sent = await read(world, write.id)
    world.home.cache.faults = failing("sorted_set_put")
    outcome = await retry(sent, SITE, world.home, world.origin, world.surroundings.effects)
    assert outcome == Refused("unreachable")
    world.home.cache.faults = None
    assert await read(world, write.id) == sent
    assert [each.id for each in await letters(world.home)] == [write.id]  # type: ignore[union-attr]
