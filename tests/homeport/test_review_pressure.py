"""Under pressure: what was accepted once is not sent again, and a POST is judged by its item's lane."""

from __future__ import annotations

import json

from homeport import keys
from homeport.messages import Headers, Request, Response
from homeport.writing.gauge import Gauge
from homeport.writing.pressure import Marks
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.seal_world import JSON, Sealing, cookie, detail
from tests.homeport.writing_world import about, lane_of

TARGET = "/all/1"
MARKS = Marks(members=4)
NAMED = ("idempotency-key", '"k-1"')
MADE = next(f"/made/{n}" for n in range(99) if lane_of(f"/made/{n}") != lane_of("/made"))


async def press(world: Sealing, target: str) -> None:
    """Let so much wait in the target's lane that a look at it says so; then the lane's own writes are settled."""
    queue = keys.queue(lane_of(target))
    waiting = {f"other/{n}": float(NOON) for n in range(5)}
    await world.home.cache.sorted_set_put(queue, waiting, ttl_seconds=60, refresh_ttl=True)
    world.clock.advance(2_000)


async def post(world: Sealing, document: object, *fields: tuple[str, str]) -> Response:
    body = json.dumps(document).encode()
    headers = Headers((JSON, ("content-length", str(len(body))), *fields))
    answer = await world.send(Request("POST", "/made", headers, body))
    await world.surroundings.run_behind()
    assert isinstance(answer, Response)
    return answer


async def pressed(*fields: tuple[str, str]) -> tuple[Sealing, Response]:
    """A write was accepted and applied, another came over it; then the lane came under pressure."""
    world = Sealing(gauge=Gauge(MARKS))
    first = await world.put(b'"mine"', NAMED, *fields, target=TARGET)
    await world.replay(TARGET)
    await world.put(b'"later"', *fields, target=TARGET)
    await world.replay(TARGET)
    await press(world, TARGET)
    looks, free = [t for n in range(100, 150) if lane_of(t := f"/all/{n}") == lane_of(TARGET)][:2]
    await world.put(b"{}", target=looks)
    assert "straight pressure" in detail(await world.put(b"{}", target=free))
    assert isinstance(first, Response)
    world.origin.seen.clear()  # it deduplicates no more
    return world, first


async def test_a_known_key_is_answered_with_what_became_of_its_write() -> None:
    world, first = await pressed()
    again = await world.put(b'"mine"', NAMED, target=TARGET)
    assert isinstance(again, Response)
    assert (again.status, "applied" in detail(again)) == (204, True)
    assert again.headers.get("link") == first.headers.get("link")
    assert [body for _, target, body in world.origin.journal if target == TARGET] == [b'"mine"', b'"later"']


async def test_so_is_one_with_credentials() -> None:
    world, _ = await pressed(cookie("sid=alice"))
    again = await world.put(b'"mine"', NAMED, cookie("sid=alice"), target=TARGET)
    assert "applied" in detail(again)
    another = await world.put(b'"mine"', NAMED, cookie("sid=bob"), target=TARGET)
    assert "straight pressure" in detail(another)


async def test_a_key_that_is_new_or_malformed_goes_straight() -> None:
    world, _ = await pressed()
    for key in ('"k-2"', '"'):
        answer = await world.put(b"1", ("idempotency-key", key), target=TARGET)
        assert "straight pressure" in detail(answer)


async def test_where_nobody_can_tell_whether_the_key_is_known_nothing_goes_straight() -> None:
    world, _ = await pressed()
    world.home.cache.faults = lambda method, key: failing()(method, key) if key[:2] == b"i:" else None
    answer = await world.put(b'"mine"', NAMED, target=TARGET)
    assert isinstance(answer, Response)
    assert answer.status == 503
    assert len(world.origin.journal) == 3  # the two, and one that went straight


async def test_a_post_whose_items_lane_is_full_goes_to_the_origin_under_the_name_it_has() -> None:
    world = Sealing(gauge=Gauge(MARKS))
    await press(world, MADE)
    document = {"id": MADE.removeprefix("/made/")}
    assert (await post(world, document)).status == 202
    await world.replay(MADE)
    world.clock.advance(100)
    other = next(n for n in range(100, 200) if lane_of(f"/made/{n}") == lane_of(MADE))
    answer = await post(world, {"id": other}, cookie("sid=alice"))
    assert "straight pressure" in detail(answer)
    sent = world.origin.requests[-1]
    assert (sent.target, sent.headers.get("cookie"), json.loads(bytes(sent.body))) == (
        "/made",
        "sid=alice",
        {"id": other},
    )
    assert all(name.startswith("other/") for name in world.members(world.home))
    assert world.home.kept(about(f"/made/{other}").key) is not None  # marked stale


async def test_a_post_that_would_overtake_what_waits_for_its_item_is_refused() -> None:
    world = Sealing(gauge=Gauge(MARKS))
    await press(world, MADE)
    document = {"id": MADE.removeprefix("/made/")}
    assert (await post(world, document)).status == 202
    answer = await post(world, document)
    assert (answer.status, answer.headers.get("retry-after")) == (503, "2")
    assert not world.origin.requests
