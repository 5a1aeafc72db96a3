"""Writes with credentials: who sees them at the edge, what of them stands in a cache, and what the origin gets."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.messages import NO_FIELDS, Headers, Relayed, Request, Response
from homeport.ports import Unopened
from homeport.writing.opened import opened
from tests.homeport.homeport_world import failing
from tests.homeport.seal_world import (
    ALICE,
    BOB,
    JSON,
    KEYS,
    NEW,
    OLD,
    TARGET,
    Sealing,
    body,
    cookie,
    detail,
    without_keys,
)
from tests.homeport.writing_world import about, stored

ANYBODY = "/all/1"


async def written(*fields: tuple[str, str], content: bytes = b'{"n":1}', target: str = TARGET) -> Sealing:
    world = Sealing()
    answer = await world.put(content, *fields, target=target)
    assert answer.status == 202
    return world


async def test_without_a_key_a_write_with_credentials_goes_straight_as_it_came() -> None:
    world = without_keys()
    answer = await world.put(b"{}", cookie(ALICE))
    assert (answer.status, detail(answer)) == (
        204,
        'Homeport; fwd=method; detail="ap-northeast-1 straight credentials"',
    )
    assert world.origin.requests[0].headers.get("cookie") == ALICE
    assert not world.members(world.home)


async def test_with_a_key_it_is_accepted_and_its_credentials_stand_nowhere_in_plain() -> None:
    world = await written(cookie(ALICE), ("Authorization", "Bearer hidden"), ("X-Shop", "shop-secret"))
    (item,) = world.entry(TARGET).pending
    assert [name for name, _ in item.header] == ["content-type"]
    assert item.sealed.startswith("new.")
    assert not [
        secret for secret in (b"alice-secret", b"hidden", b"shop-secret") if secret in world.octets_kept
    ]
    assert "secret" not in repr(world.entry(TARGET)) + repr(world.surroundings.events)


async def test_the_replay_bears_the_credentials_again() -> None:
    world = await written(cookie(ALICE), ("Authorization", "Bearer hidden"), ("X-Shop", "shop-secret"))
    report = await world.replay()
    assert report is not None
    assert report.settled == 1
    sent = world.origin.requests[-1].headers
    assert [sent.get(name) for name in ("cookie", "authorization", "x-shop")] == [
        ALICE,
        "Bearer hidden",
        "shop-secret",
    ]
    assert sent.get("idempotency-key") is not None


async def test_its_author_reads_it_and_no_cache_may_keep_the_answer() -> None:
    world = await written(cookie(ALICE))
    answer = await world.read(cookie(f"analytics=7; {ALICE}; theme=dark"))
    assert body(answer) == b'{"n":1}'
    assert isinstance(answer, Response)
    assert answer.headers.get("cache-control") == "private, no-store"
    assert detail(answer) == 'Homeport; hit; detail="ap-northeast-1 dirty"'
    assert not world.origin.requests


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize(
    "fields",
    [
        (),
        (cookie(BOB),),
        (cookie("sid=alice"),),
        (cookie("sid="),),
        (cookie(f"SID={ALICE}"),),
        (cookie(ALICE), ("Authorization", "Bearer x")),
        (("Authorization", "Bearer x"),),
        (("X-Shop", "1"),),
    ],
)
async def test_everybody_else_is_answered_by_the_origin_and_nothing_is_stored(
    fields: tuple[tuple[str, str], ...], method: str
) -> None:
    world = await written(cookie(ALICE))
    kept = world.home.octets(about(TARGET).key)
    answer = await world.send(Request(method, TARGET, Headers(fields)))
    await world.surroundings.run_behind()
    assert answer.status == 404
    assert "fwd=bypass" in detail(answer)
    assert b'"n"' not in body(answer)
    assert len(world.origin.requests) == 1
    assert world.home.octets(about(TARGET).key) == kept


async def test_an_anonymous_reader_who_wants_only_what_is_stored_gets_nothing() -> None:
    world = await written(cookie(ALICE))
    assert (await world.read(("Cache-Control", "only-if-cached"))).status == 504


async def test_the_bearer_of_authorization_reads_their_own_write() -> None:
    world = await written(("Authorization", "Bearer mine"))
    assert body(await world.read(("Authorization", "Bearer mine"))) == b'{"n":1}'
    assert (await world.read(("Authorization", "Bearer other"))).status == 404


async def test_without_a_session_all_credentials_together_are_the_author() -> None:
    fields = (cookie("a=1"), ("X-Api-Key", "k"))
    world = await written(*fields, target=ANYBODY)
    assert body(await world.read(*fields, target=ANYBODY)) == b'{"n":1}'
    assert (await world.read(cookie("a=1"), target=ANYBODY)).status == 404
    assert (await world.read(cookie("a=2"), ("X-Api-Key", "k"), target=ANYBODY)).status == 404


async def test_who_bears_none_of_the_session_is_told_by_all_credentials() -> None:
    world = await written(cookie("theme=dark"))
    assert body(await world.read(cookie("theme=dark"))) == b'{"n":1}'
    assert (await world.read()).status == 404


async def test_a_public_write_is_shown_to_readers_with_credentials_too() -> None:
    world = await written()
    answer = await world.read(cookie(ALICE), ("X-Shop", "1"))
    assert body(answer) == b'{"n":1}'
    assert isinstance(answer, Response)
    assert answer.headers.get("cache-control") == "no-cache"


async def test_a_clean_entry_is_not_shown_to_readers_with_credentials() -> None:
    world = Sealing()
    world.home.keep(about(TARGET).key, stored(TARGET))
    answer = await world.read(("X-Shop", "1"))
    assert isinstance(answer, Relayed)
    assert detail(answer) == "Homeport; fwd=bypass"


async def test_a_bearer_whom_the_route_leaves_to_the_origin_sees_their_own_write_alone() -> None:
    target = "/behind/1"
    world = await written(cookie(ALICE), target=target)
    assert body(await world.read(cookie(ALICE), target=target)) == b'{"n":1}'
    public = await written(target=target)
    assert (await public.read(cookie(ALICE), target=target)).status == 404


async def test_a_fingerprint_tells_nothing_and_differs_between_resources() -> None:
    world = await written(cookie(ALICE))
    await world.put(b"{}", cookie(ALICE), target="/own/2")
    first, second = (world.entry(target).whose for target in (TARGET, "/own/2"))
    assert first.startswith("new.")
    assert first != second


async def test_after_rotation_the_author_still_reads_what_was_sealed_before() -> None:
    world = Sealing(keys=(OLD,))
    await world.put(b'{"n":1}', cookie(ALICE))
    world.rekey(KEYS)
    assert body(await world.read(cookie(ALICE))) == b'{"n":1}'
    assert (await world.put(b'{"n":2}', cookie(ALICE))).status == 202
    assert world.entry(TARGET).whose.startswith("new.")
    assert [item.sealed[:4] for item in world.entry(TARGET).pending] == ["old.", "new."]
    world.rekey((NEW,))
    assert body(await world.read(cookie(ALICE))) == b'{"n":2}'


async def test_with_the_keys_gone_nobody_is_shown_what_is_somebodys() -> None:
    world = await written(cookie(ALICE))
    world.rekey(())
    answer = await world.read(cookie(ALICE))
    assert (answer.status, "fwd=bypass" in detail(answer)) == (404, True)


@pytest.mark.parametrize(
    ("first", "second"),
    [((cookie(ALICE),), (cookie(BOB),)), ((cookie(ALICE),), ()), ((), (cookie(ALICE),))],
)
async def test_nobody_writes_onto_what_somebody_else_has_pending(
    first: tuple[tuple[str, str], ...], second: tuple[tuple[str, str], ...]
) -> None:
    world = await written(*first)
    world.kicks.kicks.clear()
    world.clock.advance(10_000)
    before = world.home.octets(about(TARGET).key)
    answer = await world.put(b'{"n":2}', *second)
    assert isinstance(answer, Response)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "2")
    assert world.home.octets(about(TARGET).key) == before
    assert len(world.members(world.home)) == 1
    assert len(world.kicks.kicks) == 1
    await world.replay()
    assert (await world.put(b'{"n":2}', *second)).status == 202


async def test_settling_leaves_a_marker_whatever_the_origin_answered() -> None:
    world = await written(cookie(ALICE))
    own = Headers((JSON, ("content-location", TARGET)))
    world.origin.answers[TARGET] = [Response(200, own, b'{"private":1}')]
    await world.replay()
    entry = world.entry(TARGET)
    assert (entry.kind, entry.whose, bytes(entry.body), entry.header) == ("marker", "", b"", NO_FIELDS)
    assert b"private" not in world.octets_kept


async def test_of_two_settled_in_turn_the_second_stays_its_authors() -> None:
    world = await written(cookie(ALICE))
    await world.put(b'{"n":2}', cookie(ALICE))
    world.origin.answers[TARGET] = [Response(204), Response(503)]
    await world.replay()
    entry = world.entry(TARGET)
    assert (len(entry.pending), bytes(entry.body)) == (1, b'{"n":2}')
    assert (await world.read()).status == 404
    assert body(await world.read(cookie(ALICE))) == b'{"n":2}'


@pytest.mark.parametrize(
    ("keys", "reason"),
    [
        ((OLD,), "its credentials are sealed with the key 'new', which is not configured here"),
        ((), "its credentials are sealed with the key 'new', which is not configured here"),
        ((("new", bytes(32)),), "its credentials do not open with the key 'new'"),
    ],
)
async def test_what_cannot_be_opened_is_dead_and_the_origin_is_not_asked(
    keys: tuple[tuple[str, bytes], ...], reason: str
) -> None:
    world = await written(cookie(ALICE))
    (member,) = world.members(world.home)
    world.rekey(keys)
    await world.replay()
    receipt = world.receipt(member.partition("/")[2])
    assert receipt is not None
    assert (receipt.state, receipt.status, receipt.reason) == ("dead", None, reason)
    letters = await world.home.cache.sorted_set_length("dead")
    assert getattr(letters, "value", 0) == 1
    assert ("seal_unopened", reason) in [
        (name, fields.get("reason")) for name, fields in world.surroundings.events
    ]
    assert not world.origin.requests
    assert world.entry(TARGET).kind == "marker"


async def test_credentials_that_were_moved_to_another_write_do_not_open() -> None:
    world = await written(cookie(ALICE))
    await world.put(b'{"n":2}', cookie(ALICE), target="/own/2")
    entry = world.entry("/own/2")
    (item,) = world.entry(TARGET).pending
    (other,) = entry.pending
    assert world.seal is not None
    assert await opened(other, world.seal) == Headers((cookie(ALICE),))
    for swapped in (
        replace(other, sealed=item.sealed),
        replace(item, method="DELETE"),
        replace(item, target="/own/3"),
        replace(item, sealed="new."),
    ):
        assert isinstance(await opened(swapped, world.seal), Unopened)


async def test_return_representation_shows_the_author_what_was_written() -> None:
    world = Sealing()
    answer = await world.put(b'{"n":1}', cookie(ALICE), ("Prefer", "return=representation"))
    assert (answer.status, body(answer)) == (202, b'{"n":1}')


async def test_a_write_that_goes_straight_for_another_reason_keeps_its_credentials() -> None:
    world = Sealing()
    answer = await world.put(b"{}", cookie(ALICE), ("If-Unmodified-Since", "Sun, 22 Nov 2026 00:00:00 GMT"))
    assert "straight conditional" in detail(answer)
    assert world.origin.requests[0].headers.get("cookie") == ALICE


async def test_an_unreachable_region_sends_it_to_the_origin_with_its_credentials() -> None:
    world = Sealing()
    world.home.cache.faults = failing()
    answer = await world.put(b"{}", cookie(ALICE), target="/origin/1")
    assert (answer.status, "straight unreachable" in detail(answer)) == (204, True)
    assert world.origin.requests[0].headers.get("cookie") == ALICE
