"""Webhooks: body, signature, limits."""

from __future__ import annotations

import pytest

from local.momento_local.refusals import Refusal, Status
from local.momento_local.webhooks import (
    MAX_PER_CACHE,
    Event,
    Webhook,
    Webhooks,
    body_of,
    headers_for,
    signature,
)


def hook(name: str = "w", cache: str = "a", url: str = "http://127.0.0.1/hook") -> Webhook:
    return Webhook(cache, name, "cache_sync", url, "s3cret")


def test_the_signature_is_that_of_momentos_own_test() -> None:
    body = b'{"text":"some text", "another_field": "another field" }'
    assert signature("1234567890", body) == "b43f72787eb66410ff110295b036ef828e5686af21b414ce092f02c05deea3da"


def test_the_body_is_compact_and_in_momentos_order() -> None:
    event = Event("chat", "room-281", 1704296470564, 1704296470565, 1, "Here I am!! é", "mo-the-squirrel")
    assert body_of(event).decode() == (
        '{"cache":"chat","topic":"room-281","event_timestamp":1704296470564,"publish_timestamp":1704296470565,'
        '"topic_sequence_number":1,"token_id":"mo-the-squirrel","text":"Here I am!! é"}'
    )


def test_the_headers_sign_the_raw_body() -> None:
    headers = headers_for(hook(), b"{}")
    assert headers["momento-signature"] == signature("s3cret", b"{}")
    assert headers["user-agent"] == "Momento/1.0 (Webhooks; +https://docs.momentohq.com/topics/webhooks)"


def test_a_webhook_wants_one_topic_of_one_cache_or_of_all() -> None:
    webhooks = Webhooks()
    webhooks.put(hook("one"))
    webhooks.put(hook("all", cache="*"))
    assert [each.name for each in webhooks.wanting("a", "cache_sync")] == ["one", "all"]
    assert [each.name for each in webhooks.wanting("b", "cache_sync")] == ["all"]
    assert webhooks.wanting("a", "cache") == []


def test_a_secret_stays_out_of_the_repr() -> None:
    assert "s3cret" not in repr(hook())


def test_a_sixth_webhook_a_long_name_and_an_odd_url_are_refused() -> None:
    webhooks = Webhooks()
    for number in range(MAX_PER_CACHE):
        webhooks.put(hook(str(number)))
    webhooks.put(hook("0", url="http://127.0.0.1/other"))
    with pytest.raises(Refusal, match="at most 5"):
        webhooks.put(hook("another"))
    with pytest.raises(Refusal, match="128"):
        webhooks.put(hook("x" * 129, cache="b"))
    with pytest.raises(Refusal, match="URL"):
        webhooks.put(hook("x", cache="b", url="ftp://127.0.0.1"))


def test_deleting_what_is_not_there_is_not_found() -> None:
    webhooks = Webhooks()
    webhooks.put(hook())
    webhooks.delete("a", "w")
    with pytest.raises(Refusal) as refused:
        webhooks.delete("a", "w")
    assert refused.value.status is Status.NOT_FOUND
