"""The admin interface."""

from __future__ import annotations

import base64
import time

import pytest

from tests.momento_local.momento_rig import Rig


async def fill(rig: Rig) -> None:
    await rig.http("PUT", "/cache/a?key=e:1&ttl_seconds=60", content=b"<b>v</b>")
    elements = [{"value": b"m", "score": 5.0}]
    await rig.grpc("SortedSetPut", set_name=b"q:0", elements=elements, ttl_milliseconds=1000)


async def test_regions_tell_their_caches_and_mixed_families(rig: Rig) -> None:
    await fill(rig)
    await rig.grpc("SetIf", cache_key=b"e:1", cache_body=b"w", ttl_milliseconds=1000, present={})
    await rig.http("POST", "/topics/a/t", content=b"hi")
    regions = (await rig.admin("GET", "/regions")).json()
    assert list(regions) == ["near", "far"]
    assert regions["near"]["caches"]["a"] == {
        "items": 2,
        "bytes": len("e:1w") + len("q:0m") + 8,
        "mixed_families": ["e:1"],
        "topics": {"t": 1},
    }


async def test_keys_tell_kind_size_and_ttl(rig: Rig) -> None:
    await fill(rig)
    keys = (await rig.admin("GET", "/regions/near/keys?cache=a")).json()
    assert [(each["key"], each["kind"], each["bytes"], each["ttl_ms"]) for each in keys] == [
        ("e:1", "scalar", 8, 60_000),
        ("q:0", "sorted_set", 9, 1000),
    ]
    only = (await rig.admin("GET", "/regions/near/keys?cache=a&prefix=q:")).json()
    assert [each["key"] for each in only] == ["q:0"]


async def test_one_key_is_shown_with_its_content(rig: Rig) -> None:
    await fill(rig)
    scalar = (await rig.admin("GET", "/regions/near/key?cache=a&key=e:1")).json()
    assert base64.b64decode(scalar["value_base64"]) == b"<b>v</b>"
    assert scalar["text"] == "<b>v</b>"
    encoded = base64.b64encode(b"q:0").decode()
    queue = (await rig.admin("GET", f"/regions/near/key?cache=a&key_base64={encoded}")).json()
    assert queue["elements"] == [{"value": "m", "value_base64": "bQ==", "score": 5.0}]
    await rig.grpc("DictionarySet", dictionary_name=b"d", items=[{"field": b"f"}], ttl_milliseconds=9)
    await rig.grpc("SetUnion", set_name=b"s", elements=[b"\xff"], ttl_milliseconds=9)
    shown = [(await rig.admin("GET", f"/regions/near/key?cache=a&key={key}")).json() for key in "ds"]
    assert (shown[0]["fields"], shown[1]["elements"]) == ({"f": ""}, ["\\xff"])
    assert (await rig.admin("GET", "/regions/near/key?cache=a&key=no")).status_code == 404
    assert (await rig.admin("GET", "/regions/near/key?cache=a")).status_code == 400
    assert (await rig.admin("GET", "/regions/nowhere/key?cache=a&key=k")).status_code == 400
    assert (await rig.admin("GET", "/regions/near/keys?cache=nowhere")).status_code == 404


async def test_queues_are_the_sorted_sets(rig: Rig) -> None:
    await fill(rig)
    (queue,) = (await rig.admin("GET", "/regions/near/queues?cache=a")).json()
    assert (queue["name"], queue["length"], queue["first"][0]["score"]) == ("q:0", 1, 5.0)


async def test_a_wipe_loses_keys_a_cache_or_a_region(rig: Rig) -> None:
    await fill(rig)
    removed = await rig.admin("POST", "/regions/near/wipe", json={"cache": "a", "keys": ["e:1", "no"]})
    assert removed.json() == {"removed": 1}
    assert (await rig.grpc("SortedSetLength", set_name=b"q:0")).message.found.length == 1
    assert (await rig.admin("POST", "/regions/near/wipe", json={"cache": "a"})).status_code == 204
    assert (await rig.grpc("SortedSetLength", set_name=b"q:0")).message.WhichOneof("sorted_set") == "missing"
    await rig.http("POST", "/topics/a/t", content=b"hi")
    page = rig.emulator.regions["near"].topic("a", "t").page
    assert (await rig.admin("POST", "/regions/near/wipe", json={"topics": True})).status_code == 204
    topic = rig.emulator.regions["near"].topic("a", "t")
    assert (topic.last, topic.page) == (0, page + 1)


async def test_faults_are_listed_and_removed(rig: Rig) -> None:
    added = await rig.admin("POST", "/faults", json=[{"kind": "reset"}, {"kind": "wipe", "count": 1}])
    assert added.json()["ids"] == [1, 2]
    assert (await rig.admin("DELETE", "/faults?id=1")).json() == {"removed": 1}
    (left,) = (await rig.admin("GET", "/faults")).json()
    assert (left["kind"], left["remaining"]) == ("wipe", 1)
    assert (await rig.admin("POST", "/faults", json={"kind": "flood"})).status_code == 400
    assert (await rig.admin("POST", "/faults", content=b"{")).status_code == 400


async def test_requests_that_cannot_be_meant_say_why(rig: Rig) -> None:
    wrong = [
        ("DELETE", "/faults?id=one", None),
        ("POST", "/regions/near/wipe", ["a"]),
        ("PUT", "/webhooks", {"cache": "a"}),
        ("PUT", "/webhooks", ["a"]),
        ("POST", "/clock", []),
    ]
    for method, path, body in wrong:
        answer = await rig.admin(method, path, json=body)
        assert answer.status_code == 400, path
        assert answer.json()["error"]


async def test_the_clock_is_told_and_moved_forward_only(rig: Rig) -> None:
    await fill(rig)
    before = (await rig.admin("GET", "/clock")).json()
    assert before["manual"]
    assert abs(before["now_ms"] - time.time() * 1000) < 60_000
    moved = await rig.admin("POST", "/clock", json={"advance_ms": 1000})
    assert moved.json()["now_ms"] == before["now_ms"] + 1000
    assert (await rig.grpc("SortedSetLength", set_name=b"q:0")).message.WhichOneof("sorted_set") == "missing"
    for wrong in (-1, "1", None):
        assert (await rig.admin("POST", "/clock", json={"advance_ms": wrong})).status_code == 400


async def test_webhooks_are_replaced_as_a_whole_and_listed_without_secrets(rig: Rig) -> None:
    specs = [
        {"cache": "homeport-{region}", "topic": "t", "url": "http://127.0.0.1:9/{region}", "secret": "S"},
        {"region": "far", "cache": "*", "topic": "t", "url": "http://127.0.0.1:9/"},
    ]
    made = (await rig.admin("PUT", "/webhooks", json=specs)).json()
    assert [(each["region"], each["cache"]) for each in made] == [
        ("near", "homeport-near"),
        ("far", "homeport-far"),
        ("far", "*"),
    ]
    assert made[0]["secret"] == "S"
    assert len(made[2]["secret"]) == 64
    listed = await rig.admin("GET", "/webhooks")
    assert listed.json()["near"][0]["url"] == "http://127.0.0.1:9/near"
    assert "secret" not in listed.text
    assert (await rig.admin("PUT", "/webhooks", json=[{"cache": "a"}])).status_code == 400
    assert (await rig.admin("PUT", "/webhooks", json=[])).json() == []
    assert (await rig.admin("GET", "/webhooks")).json() == {"near": [], "far": []}


@pytest.mark.parametrize("path", ["", "/"])
async def test_the_page_shows_everything_and_escapes_it(rig: Rig, path: str) -> None:
    await fill(rig)
    await rig.http("PUT", "/cache/a?key=%3Cscript%3E&ttl_seconds=60", content=b"v")
    await rig.admin("POST", "/faults", json={"kind": "reset", "method": "Nothing"})
    page = await rig.client.get((path and "/") or "/admin", follow_redirects=True)
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    for text in ("near", "far", "e:1", "q:0", "http:Set", "reset", "&lt;script&gt;"):
        assert text in page.text
    assert "<script>" not in page.text
