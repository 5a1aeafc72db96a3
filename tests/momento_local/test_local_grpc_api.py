"""gRPC-web, with the official messages on both sides."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Callable
from typing import Any

import pytest

from local.momento_local.grpc_api import PUBSUB, SCS, SERVICES, TOKENS
from local.momento_local.grpc_web import MESSAGE, Mode, frame
from local.momento_local.limits import Limits
from tests.momento_local.momento_rig import Rig, read_answer, somebody_listens

CONTROL, WEBHOOK = "control_client.ScsControl", "webhook.Webhook"
TTL = 60_000


@pytest.mark.parametrize("mode", list(Mode))
async def test_a_call_is_answered_in_its_own_mode(rig: Rig, mode: Mode) -> None:
    stored = await rig.grpc("Set", mode=mode, cache_key=b"k", cache_body=b"v", ttl_milliseconds=TTL)
    assert stored.message.result == 1
    assert stored.http.headers["content-type"] == mode.value.decode()
    got = await rig.grpc("Get", mode=mode, cache_key=b"k")
    assert (got.message.result, got.message.cache_body) == (2, b"v")
    missed = await rig.grpc("Get", mode=mode, cache_key=b"other")
    assert missed.message.result == 3


async def test_the_golden_request_is_understood_and_answered_with_the_golden_answer(rig: Rig) -> None:
    headers = {**rig.headers, "cache": "a", "content-type": "application/grpc-web-text"}
    bodies = {
        "SortedSetPut": "AAAAABcKAXESDAoBYREAAAAAAAD4Pxjg1AMgAQ==",
        "SortedSetFetch": "AAAAABcKAXEYASoQCgAiCQkAAAAAAAAkQDDIAQ==",
    }
    answers = [
        await rig.client.post(f"/near/{SCS}/{method}", content=body, headers=headers)
        for method, body in bodies.items()
    ]
    assert answers[1].text == "AAAAABIKEAoOCgwKAWERAAAAAAAA+D8=" + "gAAAAA9ncnBjLXN0YXR1czowDQo="


async def test_errors_are_http_200_with_the_status_in_the_last_frame(rig: Rig) -> None:
    no_cache = await rig.grpc("Get", metadata={"cache": "nowhere"}, cache_key=b"k")
    assert no_cache.status == 5
    assert no_cache.trailers["grpc-message"].startswith("Cache Not Found")
    assert (await rig.grpc("Get", metadata={"cache": ""}, cache_key=b"k")).status == 3
    assert (await rig.grpc("Get", metadata={"authorization": ""}, cache_key=b"k")).status == 16
    assert (await rig.grpc("SetIf", cache_key=b"k", cache_body=b"v", ttl_milliseconds=TTL)).status == 3
    await rig.grpc("Set", cache_key=b"k", cache_body=b"v", ttl_milliseconds=TTL)
    assert (await rig.grpc("SortedSetLength", set_name=b"k")).status == 9


async def test_limits_name_their_cause(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(limits=Limits(max_item_bytes=100, max_element_bytes=20))
    item = await rig.grpc("Set", cache_key=b"k", cache_body=b"v" * 100, ttl_milliseconds=TTL)
    assert (item.status, item.trailers["err"]) == (8, "item_size_limit_exceeded")
    element = await rig.grpc(
        "SortedSetPut", set_name=b"q", elements=[{"value": b"x" * 20}], ttl_milliseconds=TTL
    )
    assert (element.status, element.trailers["err"]) == (8, "element_size_limit_exceeded")


async def test_what_is_not_grpc_web_is_not_answered_as_such(rig: Rig) -> None:
    path = f"/{SCS}/Get"
    assert (await rig.http("POST", path, headers={"content-type": "application/grpc"})).status_code == 415
    get = await rig.http("GET", path, headers={"content-type": "application/grpc-web"})
    assert get.status_code == 405
    headers = {"cache": "a", "content-type": "application/grpc-web"}
    unknown = await rig.http("POST", f"/{SCS}/SetSample", headers=headers)
    assert read_answer(unknown, Mode.BINARY, None).status == 12
    garbage = await rig.http("POST", path, headers=headers, content=frame(MESSAGE, b"\xff", Mode.BINARY))
    assert read_answer(garbage, Mode.BINARY, None).status == 3


async def test_hashes_guard_a_key_against_lost_updates(rig: Rig) -> None:
    item: dict[str, Any] = {"cache_key": b"e", "ttl_milliseconds": TTL}
    first = await rig.grpc("SetIfHash", **item, cache_body=b"1", absent_or_hash_equal={"hash_to_check": b"?"})
    found = (await rig.grpc("GetWithHash", cache_key=b"e")).message.found
    assert (found.value, found.hash) == (b"1", first.message.stored.new_hash)
    condition = {"hash_to_check": found.hash}
    second = await rig.grpc("SetIfHash", **item, cache_body=b"2", present_and_hash_equal=condition)
    third = await rig.grpc("SetIfHash", **item, cache_body=b"3", present_and_hash_equal=condition)
    assert second.message.WhichOneof("result") == "stored"
    assert third.message.WhichOneof("result") == "not_stored"
    assert (await rig.grpc("GetWithHash", cache_key=b"none")).message.WhichOneof("result") == "missing"


async def test_a_lease_is_taken_kept_and_released_by_set_if(rig: Rig) -> None:
    async def attempt(owner: bytes, **condition: Any) -> str:
        answer = await rig.grpc(
            "SetIf", cache_key=b"lease", cache_body=owner, ttl_milliseconds=TTL, **condition
        )
        return str(answer.message.WhichOneof("result"))

    assert await attempt(b"me", absent={}) == "stored"
    assert await attempt(b"you", absent={}) == "not_stored"
    assert await attempt(b"me", equal={"value_to_check": b"me"}) == "stored"
    assert await attempt(b"you", absent_or_equal={"value_to_check": b"you"}) == "not_stored"
    assert await attempt(b"you", not_equal={"value_to_check": b"you"}) == "stored"
    assert await attempt(b"x", present_and_not_equal={"value_to_check": b"you"}) == "not_stored"
    assert await attempt(b"free", present={}) == "stored"
    again = await rig.grpc("SetIfNotExists", cache_key=b"lease", cache_body=b"late", ttl_milliseconds=TTL)
    assert again.message.WhichOneof("result") == "not_stored"


async def test_batches_answer_item_by_item_in_order(rig: Rig) -> None:
    items = [{"cache_key": key, "cache_body": key * 2, "ttl_milliseconds": TTL} for key in (b"a", b"b")]
    stored = await rig.grpc("SetBatch", items=items)
    assert [each.result for each in stored.messages] == [1, 1]
    got = await rig.grpc("GetBatch", items=[{"cache_key": key} for key in (b"b", b"none", b"a")])
    assert [(each.result, each.cache_body) for each in got.messages] == [(2, b"bb"), (3, b""), (2, b"aa")]
    exist = await rig.grpc("KeysExist", cache_keys=[b"a", b"none"])
    assert list(exist.message.exists) == [True, False]
    assert (await rig.grpc("Delete", cache_key=b"a")).status == 0
    assert list((await rig.grpc("KeysExist", cache_keys=[b"a"])).message.exists) == [False]


async def test_counters_and_times_to_live_are_told(rig: Rig) -> None:
    added = await rig.grpc("Increment", cache_key=b"n", amount=-1, ttl_milliseconds=TTL)
    assert added.message.value == -1
    rig.emulator.clock.advance(1000)
    ttl = (await rig.grpc("ItemGetTtl", cache_key=b"n")).message
    assert ttl.found.remaining_ttl_millis == TTL - 1000
    assert (await rig.grpc("ItemGetTtl", cache_key=b"none")).message.WhichOneof("result") == "missing"
    changed = await rig.grpc("UpdateTtl", cache_key=b"n", increase_to_milliseconds=1)
    assert changed.message.WhichOneof("result") == "not_set"
    changed = await rig.grpc("UpdateTtl", cache_key=b"n", decrease_to_milliseconds=1)
    assert changed.message.WhichOneof("result") == "set"
    assert (await rig.grpc("UpdateTtl", cache_key=b"n")).status == 3


async def test_item_types_are_told(rig: Rig) -> None:
    await rig.grpc("Set", cache_key=b"s", cache_body=b"v", ttl_milliseconds=TTL)
    await rig.grpc("SortedSetPut", set_name=b"q", elements=[{"value": b"a"}], ttl_milliseconds=TTL)
    types = [(await rig.grpc("ItemGetType", cache_key=key)).message.found.item_type for key in (b"s", b"q")]
    assert types == [0, 4]
    assert (await rig.grpc("ItemGetType", cache_key=b"none")).message.WhichOneof("result") == "missing"


async def test_a_queue_is_filled_fetched_counted_and_emptied(rig: Rig) -> None:
    elements = [{"value": value, "score": score} for value, score in ((b"c", 3), (b"a", 1), (b"b", 2))]
    await rig.grpc("SortedSetPut", set_name=b"q", elements=elements, ttl_milliseconds=TTL, refresh_ttl=True)
    by_score = {"unbounded_min": {}, "max_score": {"score": 2}, "offset": 0, "count": -1}
    due = await rig.grpc("SortedSetFetch", set_name=b"q", with_scores=True, by_score=by_score)
    fetched = [(each.value, each.score) for each in due.message.found.values_with_scores.elements]
    assert fetched == [(b"a", 1.0), (b"b", 2.0)]
    last = {"inclusive_start_index": 0, "exclusive_end_index": 1}
    latest = await rig.grpc("SortedSetFetch", set_name=b"q", order=1, by_index=last)
    assert list(latest.message.found.values.values) == [b"c"]
    within: dict[str, Any] = {"exclusive_min": 1.0, "inclusive_max": 3.0}
    assert (await rig.grpc("SortedSetLengthByScore", set_name=b"q", **within)).message.found.length == 2
    scores = (await rig.grpc("SortedSetGetScore", set_name=b"q", values=[b"a", b"z"])).message.found.elements
    assert [(each.result, each.score) for each in scores] == [(2, 1.0), (3, 0.0)]
    rank = (await rig.grpc("SortedSetGetRank", set_name=b"q", value=b"a", order=1)).message.element_rank
    assert (rank.result, rank.rank) == (2, 2)
    moved = await rig.grpc("SortedSetIncrement", set_name=b"q", value=b"a", amount=4, ttl_milliseconds=TTL)
    assert moved.message.score == 5.0
    await rig.grpc("SortedSetRemove", set_name=b"q", some={"values": [b"a", b"b"]})
    assert (await rig.grpc("SortedSetLength", set_name=b"q")).message.found.length == 1
    await rig.grpc("SortedSetRemove", set_name=b"q", all={})
    for method, field in (("SortedSetLength", "sorted_set"), ("SortedSetGetRank", "rank")):
        assert (await rig.grpc(method, set_name=b"q")).message.WhichOneof(field) == "missing"
    assert (await rig.grpc("SortedSetFetch", set_name=b"q")).message.WhichOneof("sorted_set") == "missing"


async def test_an_empty_range_of_a_set_is_found_with_nothing(rig: Rig) -> None:
    await rig.grpc("SortedSetPut", set_name=b"q", elements=[{"value": b"a"}], ttl_milliseconds=TTL)
    by_score = {"min_score": {"score": 0, "exclusive": True}, "unbounded_max": {}, "count": -1}
    found = await rig.grpc("SortedSetFetch", set_name=b"q", with_scores=True, by_score=by_score)
    assert found.message.found.WhichOneof("elements") == "values_with_scores"
    assert list(found.message.found.values_with_scores.elements) == []


async def test_dictionaries_sets_and_lists_answer(rig: Rig) -> None:
    pairs = [{"field": b"f", "value": b"1"}]
    await rig.grpc("DictionarySet", dictionary_name=b"d", items=pairs, ttl_milliseconds=TTL)
    await rig.grpc("DictionaryIncrement", dictionary_name=b"d", field=b"f", amount=2, ttl_milliseconds=TTL)
    got = (await rig.grpc("DictionaryGet", dictionary_name=b"d", fields=[b"f", b"g"])).message.found.items
    assert [(each.result, each.cache_body) for each in got] == [(2, b"3"), (3, b"")]
    all_ = (await rig.grpc("DictionaryFetch", dictionary_name=b"d")).message.found.items
    assert [(each.field, each.value) for each in all_] == [(b"f", b"3")]
    assert (await rig.grpc("DictionaryLength", dictionary_name=b"d")).message.found.length == 1
    await rig.grpc("DictionaryDelete", dictionary_name=b"d", some={"fields": [b"f"]})
    gone = await rig.grpc("DictionaryGet", dictionary_name=b"d", fields=[b"f"])
    assert gone.message.WhichOneof("dictionary") == "missing"

    await rig.grpc("SetUnion", set_name=b"s", elements=[b"a", b"b"], ttl_milliseconds=TTL)
    await rig.grpc("SetDifference", set_name=b"s", subtrahend={"set": {"elements": [b"a"]}})
    assert (await rig.grpc("SetDifference", set_name=b"s", minuend={"elements": [b"a"]})).status == 12
    assert list((await rig.grpc("SetFetch", set_name=b"s")).message.found.elements) == [b"b"]
    inside = await rig.grpc("SetContains", set_name=b"s", elements=[b"a", b"b"])
    assert list(inside.message.found.contains) == [False, True]
    assert (await rig.grpc("SetLength", set_name=b"s")).message.found.length == 1
    assert list((await rig.grpc("SetPop", set_name=b"s", count=9)).message.found.elements) == [b"b"]
    assert (await rig.grpc("SetFetch", set_name=b"s")).message.WhichOneof("set") == "missing"

    await rig.grpc("ListConcatenateBack", list_name=b"l", values=[b"b", b"c"], ttl_milliseconds=TTL)
    await rig.grpc("ListConcatenateFront", list_name=b"l", values=[b"a"], ttl_milliseconds=TTL)
    await rig.grpc("ListPushBack", list_name=b"l", value=b"d", ttl_milliseconds=TTL)
    pushed = await rig.grpc("ListPushFront", list_name=b"l", value=b"z", ttl_milliseconds=TTL)
    assert pushed.message.list_length == 5
    middle = await rig.grpc("ListFetch", list_name=b"l", inclusive_start=1, exclusive_end=-1)
    assert list(middle.message.found.values) == [b"a", b"b", b"c"]
    assert (await rig.grpc("ListPopFront", list_name=b"l")).message.found.front == b"z"
    assert (await rig.grpc("ListPopBack", list_name=b"l")).message.found.back == b"d"
    left = await rig.grpc("ListRemove", list_name=b"l", all_elements_with_value=b"b")
    assert left.message.found.list_length == 2
    assert (await rig.grpc("ListLength", list_name=b"l")).message.found.length == 2


async def test_caches_are_created_listed_flushed_and_deleted(rig: Rig) -> None:
    assert (await rig.grpc("CreateCache", service=CONTROL, cache_name="new")).status == 0
    assert (await rig.grpc("CreateCache", service=CONTROL, cache_name="new")).status == 6
    listed = (await rig.grpc("ListCaches", service=CONTROL)).message.cache
    assert [each.cache_name for each in listed] == ["a", "homeport-near", "new"]
    assert listed[0].cache_limits.max_ttl_seconds == 86400
    rig.cache = "new"
    await rig.grpc("Set", cache_key=b"k", cache_body=b"v", ttl_milliseconds=TTL)
    await rig.grpc("FlushCache", service=CONTROL, cache_name="new")
    assert (await rig.grpc("Get", cache_key=b"k")).message.result == 3
    assert (await rig.grpc("DeleteCache", service=CONTROL, cache_name="new")).status == 0
    assert (await rig.grpc("DeleteCache", service=CONTROL, cache_name="new")).status == 5
    assert (await rig.grpc("Get", cache_key=b"k")).status == 5


async def test_ping_is_answered_without_a_cache(rig: Rig) -> None:
    assert (await rig.grpc("Ping", service="cache_client.Ping", metadata={"cache": ""})).status == 0


async def test_webhooks_are_put_listed_rotated_and_deleted(rig: Rig) -> None:
    name: dict[str, Any] = {"cache_name": "a", "webhook_name": "w"}
    webhook = {"webhook_id": name, "topic_name": "t", "destination": {"post_url": "http://127.0.0.1:9/"}}
    secret = (await rig.grpc("PutWebhook", service=WEBHOOK, webhook=webhook)).message.secret_string
    assert (await rig.grpc("PutWebhook", service=WEBHOOK, webhook=webhook)).message.secret_string == secret
    told = (await rig.grpc("GetWebhookSecret", service=WEBHOOK, **name)).message
    assert (told.webhook_name, told.secret_string) == ("w", secret)
    rotated = (await rig.grpc("RotateWebhookSecret", service=WEBHOOK, webhook_id=name)).message.secret_string
    assert rotated != secret
    (listed,) = (await rig.grpc("ListWebhooks", service=WEBHOOK, cache_name="a")).message.webhook
    assert (listed.topic_name, listed.destination.post_url) == ("t", "http://127.0.0.1:9/")
    await rig.grpc("DeleteWebhook", service=WEBHOOK, webhook_id=name)
    assert (await rig.grpc("GetWebhookSecret", service=WEBHOOK, **name)).status == 5


async def test_publications_are_streamed_until_the_cache_is_gone(rig: Rig) -> None:
    begun = somebody_listens(rig.emulator.regions["near"].topic("a", "t"))
    waiting = asyncio.ensure_future(
        rig.grpc("Subscribe", service=PUBSUB, mode=Mode.TEXT, cache_name="a", topic="t")
    )
    await begun.wait()
    for value in ({"text": "hi"}, {"binary": b"\xff"}):
        await rig.grpc("Publish", service=PUBSUB, cache_name="a", topic="t", value=value)
    await rig.grpc("DeleteCache", service=CONTROL, cache_name="a")
    answer = await waiting
    assert answer.status == 5
    kinds = [message.WhichOneof("kind") for message in answer.messages]
    assert kinds == ["heartbeat", "item", "item"]
    assert answer.messages[1].item.value.text == "hi"
    assert answer.messages[2].item.value.binary == b"\xff"
    assert answer.messages[2].item.topic_sequence_number == 2


async def test_publishing_nothing_or_to_no_cache_is_refused(rig: Rig) -> None:
    assert (await rig.grpc("Publish", service=PUBSUB, cache_name="a", topic="t")).status == 3
    nowhere = await rig.grpc("Publish", service=PUBSUB, cache_name="x", topic="t", value={"text": "hi"})
    assert nowhere.status == 5


def test_every_handler_belongs_to_a_method_of_the_official_service() -> None:
    counts = {service: len(methods) for service, methods in SERVICES.items()}
    assert counts == {SCS: 43, PUBSUB: 2, CONTROL: 4, TOKENS: 1, WEBHOOK: 5, "cache_client.Ping": 1}
    assert base64.b64encode(SERVICES[SCS]["SetIf"].request(cache_key=b"k").SerializeToString()) == b"CgFr"
