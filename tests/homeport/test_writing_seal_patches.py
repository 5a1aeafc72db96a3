"""What a write with credentials is applied to: its author's own state at the origin, or what everybody may see."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.messages import Headers, Response
from tests.homeport.seal_world import ALICE, BOB, JSON, TARGET, Sealing, body, cookie, detail
from tests.homeport.writing_world import about, stored


def world_with(*said: tuple[str, str]) -> Sealing:
    world = Sealing()
    world.origin.items[f"{ALICE} {TARGET}"] = b'{"mine":1}'
    world.origin.public[TARGET] = b'{"public":1}'
    world.origin.fields = said
    return world


@pytest.mark.parametrize(
    "said", [(), (("cache-control", "private, max-age=60"),), (("vary", "Cookie, Authorization"),)]
)
async def test_the_origin_is_asked_with_the_authors_credentials(said: tuple[tuple[str, str], ...]) -> None:
    world = world_with(*said)
    assert (await world.patch(b'{"n":2}', cookie(ALICE))).status == 202
    (asked,) = world.origin.requests
    assert (asked.method, asked.headers.get("cookie")) == ("GET", ALICE)
    assert body(await world.read(cookie(ALICE))) == b'{"mine":1,"n":2}'
    assert body(await world.read()) == b'{"public":1}'
    assert b"mine" not in body(await world.read(cookie(BOB)))


@pytest.mark.parametrize(
    "said",
    [("cache-control", "no-store"), ("set-cookie", "sid=next"), ("vary", "Accept-Language"), ("vary", "*")],
)
async def test_a_state_that_may_not_be_kept_even_for_its_author_sends_the_write_straight(
    said: tuple[str, str],
) -> None:
    world = world_with(said)
    answer = await world.patch(b'{"n":2}', cookie(ALICE))
    assert "straight representation" in detail(answer)
    assert world.origin.requests[-1].headers.get("cookie") == ALICE
    assert b"mine" not in world.octets_kept
    assert not world.members(world.home)


@pytest.mark.parametrize(("said", "asked"), [("public, max-age=60", 0), ("max-age=60", 1)])
async def test_the_shared_entry_is_a_base_only_where_it_is_public(said: str, asked: int) -> None:
    world = world_with()
    fresh = replace(stored(TARGET, b'{"shared":1}'), header=Headers((JSON, ("cache-control", said))), tags=())
    world.home.keep(about(TARGET).key, fresh)
    assert (await world.patch(b'{"n":2}', cookie(ALICE))).status == 202
    assert len(world.origin.requests) == asked
    expected = b'{"mine":1,"n":2}' if asked else b'{"shared":1,"n":2}'
    assert body(await world.read(cookie(ALICE))) == expected


async def test_after_a_refused_write_the_rest_is_put_on_what_the_author_is_shown() -> None:
    world = world_with()
    await world.put(b'{"refused":1}', cookie(ALICE))
    await world.patch(b'{"n":2}', cookie(ALICE))
    assert body(await world.read(cookie(ALICE))) == b'{"refused":1,"n":2}'
    own = Response(200, Headers((JSON, ("cache-control", "private"))), b'{"mine":1}')
    world.origin.answers[TARGET] = [Response(422), own, Response(503)]
    await world.replay()
    assert [each.headers.get("cookie") for each in world.origin.requests] == [ALICE] * 3
    assert body(await world.read(cookie(ALICE))) == b'{"mine":1,"n":2}'
    assert world.entry(TARGET).whose
    assert b"mine" not in body(await world.read(cookie(BOB)))


async def test_without_the_key_what_is_left_stays_as_it_is() -> None:
    world = world_with()
    await world.put(b'{"refused":1}', cookie(ALICE))
    await world.patch(b'{"n":2}', cookie(ALICE))
    world.rekey((("other", bytes(32)),))
    await world.replay()
    events = [name for name, _ in world.surroundings.events]
    assert events.count("seal_unopened") == 2
    assert "put_again_failed" in events
    assert world.entry(TARGET).kind == "marker"
