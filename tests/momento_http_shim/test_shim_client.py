"""The client over a transport that records: what is sent, what an answer comes to, what is refused before."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import pytest

from momento_http_shim import (
    Absent,
    CacheClient,
    Credentials,
    Done,
    Failed,
    FamilyGuard,
    Found,
    Hit,
    InvalidArgument,
    Limits,
    Miss,
    Refused,
    Settings,
    Stored,
    Unavailable,
    Unconditional,
    scalar,
)
from momento_http_shim.grpc_web import as_text
from momento_http_shim.octets import Joined
from tests.momento_http_shim.recording import KEY, Far, Recording, body, client, grpc, http

API = "https://api.cache.cell-1.example.test"
WEB = "https://web.cache.cell-1.example.test"


async def test_get_is_one_small_request() -> None:
    transport = Recording(http(200, b"cargo"))
    assert await client(transport).get("e:1") == Hit(b"cargo")
    request = transport.only
    assert (request.method, request.url) == ("GET", f"{API}/cache/ships?key=e:1")
    assert (request.headers, request.body, request.timeout_ms) == ((("authorization", KEY),), (), 5000)


@pytest.mark.parametrize(
    ("key", "query"),
    [
        ("e:0b6-f/x_~.", "key=e:0b6-f/x_~."),
        (b"e:1", "key=e:1"),
        ("example_key", "key=example_key"),
        ("a b", "key_base64=YSBi"),
        ("a+b", "key_base64=YSti"),
        ("a%20b", "key_base64=YSUyMGI"),
        ("é", "key_base64=w6k"),
        (b"\xff\xfe\xfb\xef", "key_base64=__777w"),
    ],
)
async def test_a_key_has_one_reading_only(key: str | bytes, query: str) -> None:
    transport = Recording(http(404, b"Key Not Found"))
    assert await client(transport).get(key) == Miss()
    assert transport.only.url == f"{API}/cache/ships?{query}"


async def test_a_404_is_a_miss_unless_the_cache_is_not_there() -> None:
    transport = Recording(
        http(404),
        http(404, b"<html>"),
        http(404, b'{"message":"Cache Not Found"}'),
        http(404, b"Cache not found"),
    )
    c = client(transport)
    assert await c.get("k") == Miss()
    assert await c.get("k") == Miss()
    for _ in range(2):
        outcome = await c.get("k")
        assert isinstance(outcome, Failed)
        assert isinstance(outcome.error, Refused)
        assert outcome.error.code == "NOT_FOUND_ERROR"


async def test_set_rounds_the_ttl_up_and_sends_the_value_as_it_is() -> None:
    value = Far(b"cargo")
    transport = Recording(http(204))
    assert await client(transport).set("k", value, ttl_seconds=1.2) == Done()
    request = transport.only
    assert (request.method, request.url) == ("PUT", f"{API}/cache/ships?key=k&ttl_seconds=2")
    assert request.body == (value,)
    assert value.copied == []
    assert ("content-type", "application/octet-stream") in request.headers


async def test_set_sends_a_value_of_several_pieces_piece_by_piece() -> None:
    far = Far(b"cargo")
    transport = Recording(http(204))
    assert await client(transport).set("k", Joined((b"a", b"b", far)), ttl_seconds=1) == Done()
    assert transport.only.body == (b"ab", far)
    assert far.copied == []


async def test_delete_and_its_refusal() -> None:
    transport = Recording(http(204), http(403, b"no"))
    c = client(transport)
    assert await c.delete("k") == Done()
    outcome = await c.delete("k")
    assert isinstance(outcome, Failed)
    assert (outcome.error.code, outcome.error.may_have_happened) == ("PERMISSION_ERROR", False)


@pytest.mark.parametrize(
    ("value", "content_type"), [("hé", "text/plain"), (b"h\xc3\xa9", "application/octet-stream")]
)
async def test_publish_says_whether_it_is_text(value: str | bytes, content_type: str) -> None:
    transport = Recording(http(204))
    assert await client(transport).publish("cache/sync", value) == Done()
    request = transport.only
    assert (request.method, request.url) == ("POST", f"{API}/topics/ships/cache%2Fsync")
    assert ("content-type", content_type) in request.headers
    assert body(request) == b"h\xc3\xa9"


async def test_publish_is_never_sent_twice() -> None:
    transport = Recording(http(503))
    outcome = await client(transport).publish("t", "x")
    assert isinstance(outcome, Failed)
    assert isinstance(outcome.error, Unavailable)
    assert outcome.error.may_have_happened


async def test_a_grpc_call_has_momentos_headers() -> None:
    transport = Recording(grpc(scalar.GET_WITH_HASH, {"missing": {}}))
    assert await client(transport, deadline_ms=900).get_with_hash("k") == Miss()
    request = transport.only
    assert (request.method, request.url) == ("POST", f"{WEB}/cache_client.Scs/GetWithHash")
    assert dict(request.headers) == {
        "content-type": "application/grpc-web+proto",
        "accept": "application/grpc-web+proto",
        "x-grpc-web": "1",
        "authorization": KEY,
        "cache": "ships",
        "grpc-timeout": "900m",
    }
    assert request.timeout_ms == 900


async def test_consistency_is_asked_for_only_where_it_was_wanted() -> None:
    answer = grpc(scalar.GET_WITH_HASH, {"found": {"value": b"v", "hash": b"h"}})
    transport = Recording(answer, answer)
    c = client(transport)
    assert await c.get_with_hash("k", consistent=True) == Found(b"v", b"h")
    assert await c.get_with_hash("k") == Found(b"v", b"h")
    first, second = transport.requests
    assert ("read-concern", "consistent") in first.headers
    assert "read-concern" not in dict(second.headers)


async def test_text_mode_is_the_same_call_in_base64() -> None:
    answer = grpc(scalar.GET_WITH_HASH, {"missing": {}})
    (text,) = as_text((answer.body,))
    transport = Recording(http(200, bytes(text)))
    assert await client(transport, settings=Settings(text_mode=True)).get_with_hash("k") == Miss()
    assert dict(transport.only.headers)["content-type"] == "application/grpc-web-text"
    assert body(transport.only) == b"AAAAAAMKAWs="


async def test_a_large_value_far_away_is_found_without_copying_it() -> None:
    answer = grpc(scalar.GET_WITH_HASH, {"found": {"value": b"v" * 100_000, "hash": b"h"}})
    far = Far(bytes(answer.body))
    outcome = await client(Recording(http(200, far))).get_with_hash("k")  # type: ignore[arg-type]
    assert isinstance(outcome, Found)
    assert outcome.hash == b"h"
    assert sum(far.copied) < 200
    assert bytes(outcome.value) == b"v" * 100_000


Calling = Callable[[CacheClient], Awaitable[object]]
REFUSED: list[Calling] = [
    lambda c: c.get(""),
    lambda c: c.set("k", "v", ttl_seconds=0),
    lambda c: c.set("k", "v", ttl_seconds=-1),
    lambda c: c.set("k", "v", ttl_seconds=float("nan")),
    lambda c: c.set("k", "v", ttl_seconds=86_401),
    lambda c: c.set("k", "v" * 100, ttl_seconds=1),
    lambda c: c.set_if("k", "v" * 100, Absent(), ttl_seconds=1),
    lambda c: c.set_if_hash("k", "v", Unconditional(), ttl_seconds=10**9),
    lambda c: c.set_batch({"k": "v" * 100}, ttl_seconds=1),
    lambda c: c.publish("t", "v" * 11),
    lambda c: c.publish("", "v"),
    lambda c: c.increment("k", 2**63, ttl_seconds=1),
    lambda c: c.update_ttl("k", ttl_seconds=1, change="sideways"),
    lambda c: c.sorted_set_put("q", {"v" * 21: 1.0}, ttl_seconds=1, refresh_ttl=True),
    lambda c: c.sorted_set_put("q", {"v": float("nan")}, ttl_seconds=1, refresh_ttl=True),
    lambda c: c.sorted_set_put("q", {"v": 1}, ttl_seconds=0, refresh_ttl=True),
    lambda c: c.sorted_set_put("q", {"": 1}, ttl_seconds=1, refresh_ttl=True),
    lambda c: c.sorted_set_put("q", [(f"v{n}", n) for n in range(60)], ttl_seconds=1, refresh_ttl=True),
    lambda c: c.sorted_set_fetch_by_score("q", 2, 1),
    lambda c: c.sorted_set_fetch_by_score("q", float("nan"), 1),
    lambda c: c.sorted_set_fetch_by_score("q", count=0),
    lambda c: c.sorted_set_fetch_by_score("q", offset=-1),
    lambda c: c.sorted_set_fetch_by_index("q", 2**31),
    lambda c: c.sorted_set_length_by_score("q", 2, 1),
]


@pytest.mark.parametrize("calling", REFUSED)
async def test_what_cannot_be_meant_is_refused_before_anything_is_sent(calling: Calling) -> None:
    transport = Recording()
    limited = client(transport, limits=Limits(item_bytes=100, element_bytes=20, topic_bytes=10))
    with pytest.raises(InvalidArgument):
        await calling(limited)
    assert transport.requests == []


@pytest.mark.parametrize("name", ["", "a\nb", "é", " a"])
def test_a_cache_name_that_no_header_can_carry_is_refused(name: str) -> None:
    with pytest.raises(InvalidArgument):
        CacheClient(Recording(), Credentials("k", "cell.test"), name)


async def test_the_guard_finds_a_key_written_by_both_families() -> None:
    transport = Recording(*[http(204)] * 2, grpc(scalar.SET_IF, {"stored": {}}))
    c = client(transport, guard=FamilyGuard())
    await c.set("a", "1", ttl_seconds=1)
    await c.delete(b"a")
    await c.set_if("lease", "me", Absent(), ttl_seconds=1)
    with pytest.raises(InvalidArgument, match="check-and-set"):
        await c.set_if_hash(b"a", "2", Unconditional(), ttl_seconds=1)
    with pytest.raises(InvalidArgument, match="Set, Delete"):
        await c.delete("lease")
    assert len(transport.requests) == 3


async def test_without_the_guard_nothing_is_remembered() -> None:
    transport = Recording(http(204), grpc(scalar.SET_IF, {"stored": {}}))
    c = client(transport)
    assert await c.delete("a") == Done()
    assert await c.set_if("a", "me", Absent(), ttl_seconds=1) == Stored()
