"""The in-memory twin: its faults and pauses, and that it behaves as client and emulator together do."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable

import httpx
import pytest

from local.momento_local.client_faults import LostAnswer
from local.momento_local.in_memory import InMemoryCache
from momento_http_shim.client import CacheClient
from momento_http_shim.conditions import (
    Absent,
    AbsentOrEqual,
    AbsentOrHashEqual,
    AbsentOrNotHashEqual,
    Equal,
    HashCondition,
    NotEqual,
    Present,
    PresentAndHashEqual,
    PresentAndNotEqual,
    PresentAndNotHashEqual,
    Unconditional,
    ValueCondition,
)
from momento_http_shim.credentials import Credentials
from momento_http_shim.errors import InvalidArgument, Refused, Unavailable
from momento_http_shim.outcomes import (
    Done,
    Elements,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Score,
    Stored,
)
from momento_http_shim.transport import PlainResponse, Request, Response
from tests.momento_local.momento_rig import HandClock, Rig


class AsgiTransport:
    """The client's port, into the emulator in this process."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self._client = client

    async def send(self, request: Request) -> Response:
        body = b"".join(map(bytes, request.body))
        answer = await self._client.request(
            request.method, request.url, headers=list(request.headers), content=body
        )
        return PlainResponse(answer.status_code, answer.headers, answer.content)


@pytest.fixture(params=["twin", "client"])
async def cache(
    request: pytest.FixtureRequest, make_rig: Callable[..., Rig]
) -> AsyncIterator[InMemoryCache | CacheClient]:
    if request.param == "twin":
        yield InMemoryCache(HandClock())
        return
    credentials = Credentials("key", "http://127.0.0.1/near")
    yield CacheClient(AsgiTransport(make_rig().client), credentials, "a")


Either = InMemoryCache | CacheClient


async def test_scalars_behave_alike(cache: Either) -> None:
    assert await cache.get("k") == Miss()
    assert await cache.set("k", b"v", ttl_seconds=60) == Done()
    hit = await cache.get(b"k")
    assert isinstance(hit, Hit)
    assert bytes(hit.value) == b"v"
    assert await cache.delete("k") == Done()
    assert await cache.delete("k") == Done()
    assert await cache.get("k") == Miss()


@pytest.mark.parametrize(
    ("condition", "outcomes"),
    [
        (Absent(), (True, False, False)),
        (Present(), (False, True, True)),
        (Equal(b"x"), (False, True, False)),
        (NotEqual(b"x"), (True, False, True)),
        (PresentAndNotEqual(b"x"), (False, False, True)),
        (AbsentOrEqual(b"x"), (True, True, False)),
    ],
)
async def test_conditions_on_values_behave_alike(
    cache: Either, condition: ValueCondition, outcomes: tuple[bool, bool, bool]
) -> None:
    for old, stored in zip((None, b"x", b"y"), outcomes, strict=True):
        key = f"k{old!r}"
        if old is not None:
            await cache.set(key, old, ttl_seconds=60)
        outcome = await cache.set_if(key, b"new", condition, ttl_seconds=60)
        assert outcome == (Stored() if stored else NotStored())


@pytest.mark.parametrize(
    ("condition", "outcomes"),
    [
        (PresentAndHashEqual, (False, True, False)),
        (PresentAndNotHashEqual, (False, False, True)),
        (AbsentOrHashEqual, (True, True, False)),
        (AbsentOrNotHashEqual, (True, False, True)),
    ],
)
async def test_conditions_on_hashes_behave_alike(
    cache: Either, condition: Callable[[bytes], HashCondition], outcomes: tuple[bool, bool, bool]
) -> None:
    first = await cache.set_if_hash("known", b"x", Unconditional(), ttl_seconds=60)
    assert isinstance(first, Stored)
    assert first.hash is not None
    for old, stored in zip((None, b"x", b"y"), outcomes, strict=True):
        key = f"k{old!r}"
        if old is not None:
            await cache.set_if_hash(key, old, Unconditional(), ttl_seconds=60)
        outcome = await cache.set_if_hash(key, b"new", condition(first.hash), ttl_seconds=60)
        assert isinstance(outcome, Stored if stored else NotStored)
        found = await cache.get_with_hash(key, consistent=True)
        if isinstance(outcome, Stored):
            assert isinstance(found, Found)
            assert (bytes(found.value), found.hash) == (b"new", outcome.hash)


async def test_sorted_sets_behave_alike(cache: Either) -> None:
    assert await cache.sorted_set_length("q") == Miss()
    assert await cache.sorted_set_fetch_by_score("q") == Miss()
    put = await cache.sorted_set_put("q", [("b", 1), ("a", 1), (b"c", 2)], ttl_seconds=60, refresh_ttl=True)
    assert put == Done()
    in_order = ((b"a", 1.0), (b"b", 1.0), (b"c", 2.0))
    assert await cache.sorted_set_fetch_by_score("q") == Elements(in_order)
    assert await cache.sorted_set_fetch_by_score("q", descending=True, count=1) == Elements(in_order[2:])
    assert await cache.sorted_set_fetch_by_score("q", None, 1, offset=1) == Elements(in_order[1:2])
    assert await cache.sorted_set_fetch_by_score("q", min_score=3) == Elements(())
    assert await cache.sorted_set_get_score("q", "c") == Score(2.0)
    assert await cache.sorted_set_get_score("q", "z") == Miss()
    assert await cache.sorted_set_length("q") == Number(3)
    assert await cache.sorted_set_remove("q", ["a", "z"]) == Done()
    assert await cache.sorted_set_remove_all("q") == Done()
    assert await cache.sorted_set_length("q") == Miss()


async def test_refusals_behave_alike(cache: Either) -> None:
    await cache.sorted_set_put("q", {"a": 1.0}, ttl_seconds=60, refresh_ttl=True)
    wrong = await cache.get_with_hash("q")
    assert isinstance(wrong, Failed)
    assert isinstance(wrong.error, Refused)
    assert wrong.error.code == "FAILED_PRECONDITION_ERROR"


async def test_misuse_is_raised_alike(cache: Either) -> None:
    with pytest.raises(InvalidArgument):
        await cache.set("k", b"v", ttl_seconds=0)
    with pytest.raises(InvalidArgument):
        await cache.set_if("k", b"v", Absent(), ttl_seconds=86_401)
    with pytest.raises(InvalidArgument):
        await cache.get("")
    with pytest.raises(InvalidArgument):
        await cache.sorted_set_fetch_by_score("q", count=0)
    with pytest.raises(InvalidArgument):
        await cache.publish("t", "x" * 4097)


async def test_publishing_is_done_and_the_twin_keeps_a_list(cache: Either) -> None:
    assert await cache.publish("t", "text") == Done()
    assert await cache.publish("t", b"\xff") == Done()
    if isinstance(cache, InMemoryCache):
        assert cache.published == [("t", "text"), ("t", b"\xff")]


async def test_a_call_can_fail_before_its_effect() -> None:
    down = Failed(Unavailable("SERVER_UNAVAILABLE", "down"))
    asked = list[tuple[str, bytes]]()

    def faults(method: str, key: bytes) -> Failed | None:
        asked.append((method, key))
        return down if method == "set" else None

    cache = InMemoryCache(HandClock(), faults=faults)
    assert await cache.set("k", b"v", ttl_seconds=60) is down
    assert await cache.get("k") == Miss()
    assert asked == [("set", b"k"), ("get", b"k")]


async def test_an_answer_can_be_lost_after_the_effect() -> None:
    cache = InMemoryCache(HandClock(), faults=lambda *_: LostAnswer())
    lost = await cache.set_if("k", b"v", Absent(), ttl_seconds=60)
    assert isinstance(lost, Failed)
    assert lost.error.may_have_happened
    cache.faults = None
    assert await cache.get("k") == Hit(b"v")


async def test_every_call_pauses_once_before_its_effect() -> None:
    seen = list[int]()

    async def pause() -> None:
        seen.append(len(twin.store))

    twin = InMemoryCache(HandClock(), pause=pause)
    await twin.set("k", b"v", ttl_seconds=60)
    await twin.get("k")
    assert seen == [0, 1]


async def test_the_twins_clock_is_the_only_one() -> None:
    clock = HandClock()
    cache = InMemoryCache(clock)
    await cache.set_if("k", b"v", Absent(), ttl_seconds=0.5)
    clock.now += 499
    assert isinstance(await cache.get("k"), Hit)
    clock.now += 1
    assert await cache.get("k") == Miss()
