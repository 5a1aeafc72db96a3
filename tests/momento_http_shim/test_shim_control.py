"""Caches, webhooks and tokens of an account."""

from __future__ import annotations

from typing import Any

import pytest

import momento_http_shim
from momento_http_shim import (
    AlreadyExists,
    CacheAccess,
    Caches,
    ControlClient,
    Credentials,
    DisposableToken,
    Done,
    Failed,
    InvalidArgument,
    Miss,
    Settings,
    TopicAccess,
    Webhook,
    Webhooks,
    WebhookSecret,
    control,
    tokens,
    webhooks,
)
from tests.momento_http_shim.recording import KEY, Clock, Recording, grpc, grpc_error, sent


def manager(transport: Recording) -> ControlClient:
    credentials = Credentials(KEY, "cell-1.example.test")
    return ControlClient(transport, credentials, settings=Settings(clock=Clock()))


async def test_a_cache_is_created_flushed_and_deleted() -> None:
    transport = Recording(grpc(control.CREATE, {}), grpc(control.FLUSH, {}), grpc(control.DELETE, {}))
    m = manager(transport)
    assert await m.create_cache("ships") == Done()
    assert await m.flush_cache("ships") == Done()
    assert await m.delete_cache("ships") == Done()
    host = "https://web.control.cell-1.example.test/control_client.ScsControl"
    methods = ("CreateCache", "FlushCache", "DeleteCache")
    assert [request.url for request in transport.requests] == [f"{host}/{each}" for each in methods]
    assert all(sent(request, control.CREATE) == {"cache_name": "ships"} for request in transport.requests)
    assert "cache" not in dict(transport.requests[0].headers)


async def test_what_is_there_or_not_there_is_an_outcome() -> None:
    m = manager(Recording(grpc_error(6), grpc_error(5), grpc_error(7)))
    assert await m.create_cache("ships") == AlreadyExists()
    assert await m.delete_cache("ships") == Miss()
    assert isinstance(await m.create_cache("ships"), Failed)


async def test_caches_are_listed_page_by_page() -> None:
    first = grpc(control.LIST, {"cache": [{"cache_name": "a"}, {"cache_name": "b"}], "next_token": "n"})
    transport = Recording(first, grpc(control.LIST, {"cache": [{"cache_name": "c"}]}))
    assert await manager(transport).list_caches() == Caches(("a", "b", "c"))
    assert [sent(request, control.LIST) for request in transport.requests] == [{}, {"next_token": "n"}]


async def test_a_server_that_turns_in_circles_is_left() -> None:
    page = grpc(control.LIST, {"cache": [{"cache_name": "a"}], "next_token": "n"})
    assert await manager(Recording(page, page)).list_caches() == Caches(("a", "a"))
    assert isinstance(await manager(Recording(page, grpc_error(16))).list_caches(), Failed)


async def test_webhooks_are_managed() -> None:
    webhook = Webhook("ships", "drain", "cache_sync", "https://sync.example.test/hook")
    ident = {"cache_name": "ships", "webhook_name": "drain"}
    message = {
        "webhook_id": ident,
        "topic_name": "cache_sync",
        "destination": {"post_url": "https://sync.example.test/hook"},
    }
    transport = Recording(
        grpc(webhooks.PUT, {"secret_string": "s1"}),
        grpc(webhooks.LIST, {"webhook": [message]}),
        grpc(webhooks.GET_SECRET, {**ident, "secret_string": "s1"}),
        grpc(webhooks.ROTATE_SECRET, {"secret_string": "s2"}),
        grpc(webhooks.DELETE, {}),
    )
    m = manager(transport)
    assert await m.put_webhook(webhook.cache, webhook.name, webhook.topic, webhook.url) == WebhookSecret("s1")
    assert await m.list_webhooks("ships") == Webhooks((webhook,))
    assert await m.get_webhook_secret("ships", "drain") == WebhookSecret("s1")
    assert await m.rotate_webhook_secret("ships", "drain") == WebhookSecret("s2")
    assert await m.delete_webhook("ships", "drain") == Done()
    put, listed, secret, rotated, deleted = transport.requests
    assert put.url == "https://web.control.cell-1.example.test/webhook.Webhook/PutWebhook"
    assert sent(put, webhooks.PUT) == {"webhook": message}
    assert sent(listed, webhooks.LIST) == {"cache_name": "ships"}
    assert sent(secret, webhooks.GET_SECRET) == ident
    assert sent(rotated, webhooks.ROTATE_SECRET) == sent(deleted, webhooks.DELETE) == {"webhook_id": ident}
    assert "s1" not in repr(WebhookSecret("s1"))


# The vector of Momento's own SDK tests.
BODY = b'{"text":"some text", "another_field": "another field" }'
SIGNATURE = "b43f72787eb66410ff110295b036ef828e5686af21b414ce092f02c05deea3da"


def test_a_delivery_is_signed_as_momento_signs() -> None:
    assert webhooks.signature("1234567890", BODY) == SIGNATURE


@pytest.mark.parametrize(
    ("given", "secrets", "signed"),
    [
        (SIGNATURE, ["1234567890"], True),
        (SIGNATURE.upper(), ["1234567890"], True),
        (SIGNATURE, ["old", "1234567890"], True),
        (SIGNATURE, ["old"], False),
        (SIGNATURE, [], False),
        (SIGNATURE[:-1] + "b", ["1234567890"], False),
        ("", ["1234567890"], False),
        ("é", ["1234567890"], False),
    ],
)
def test_a_signature_is_checked(given: str, secrets: list[str], signed: bool) -> None:
    assert webhooks.is_signed(BODY, given, secrets) is signed


def test_a_changed_body_is_not_signed() -> None:
    assert not webhooks.is_signed(BODY + b" ", SIGNATURE, ["1234567890"])


ACCESS: list[tuple[CacheAccess | TopicAccess, dict[str, Any]]] = [
    (CacheAccess("readwrite"), {"cache_permissions": {"role": 1, "all_caches": {}, "all_items": {}}}),
    (
        CacheAccess("readonly", "ships", key_prefix=b"e:"),
        {
            "cache_permissions": {
                "role": 2,
                "cache_selector": {"cache_name": "ships"},
                "item_selector": {"key_prefix": b"e:"},
            }
        },
    ),
    (
        CacheAccess("writeonly", "ships", key=b"k"),
        {
            "cache_permissions": {
                "role": 3,
                "cache_selector": {"cache_name": "ships"},
                "item_selector": {"key": b"k"},
            }
        },
    ),
    (TopicAccess("readonly"), {"topic_permissions": {"role": 2, "all_caches": {}, "all_topics": {}}}),
    (
        TopicAccess("writeonly", "ships", topic_prefix="cache_"),
        {
            "topic_permissions": {
                "role": 3,
                "cache_selector": {"cache_name": "ships"},
                "topic_selector": {"topic_name_prefix": "cache_"},
            }
        },
    ),
]


@pytest.mark.parametrize(("access", "permission"), ACCESS)
async def test_a_token_may_do_what_it_names(
    access: CacheAccess | TopicAccess, permission: dict[str, Any]
) -> None:
    answer = {"api_key": "inner", "endpoint": "cell-1.example.test", "valid_until": 99}
    transport = Recording(grpc(tokens.GENERATE, answer))
    made = await manager(transport).generate_disposable_token([access], valid_seconds=60, token_id="me")
    assert transport.only.url == "https://web.token.cell-1.example.test/token.Token/GenerateDisposableToken"
    assert sent(transport.only, tokens.GENERATE) == {
        "expires": {"valid_for_seconds": 60},
        "auth_token": KEY,
        "permissions": {"explicit": {"permissions": [permission]}},
        "token_id": "me",
    }
    assert isinstance(made, DisposableToken)
    assert (made.endpoint, made.valid_until) == ("cell-1.example.test", 99)
    assert Credentials.from_key(made.token).authorization == "inner"
    assert made.token not in repr(made)


@pytest.mark.parametrize(
    ("access", "seconds", "token_id"),
    [
        ([], 60, ""),
        ([CacheAccess("readwrite")] * 21, 60, ""),
        ([CacheAccess("readwrite")], 0, ""),
        ([CacheAccess("readwrite")], 25 * 3600 + 1, ""),
        ([CacheAccess("readwrite")], 60, "x" * 65),
        ([CacheAccess("everything")], 60, ""),
        ([CacheAccess("readonly", key=b"a", key_prefix=b"b")], 60, ""),
    ],
)
async def test_a_token_beyond_momentos_limits_is_not_asked_for(
    access: list[CacheAccess | TopicAccess], seconds: int, token_id: str
) -> None:
    transport = Recording()
    with pytest.raises(InvalidArgument):
        await manager(transport).generate_disposable_token(access, valid_seconds=seconds, token_id=token_id)
    assert transport.requests == []


async def test_names_that_cannot_be_are_refused() -> None:
    m = manager(Recording())
    with pytest.raises(InvalidArgument):
        await m.create_cache("")
    with pytest.raises(InvalidArgument):
        await m.put_webhook("ships", "x" * 129, "t", "https://example.test")


def test_what_the_package_names_it_has() -> None:
    assert all(hasattr(momento_http_shim, name) for name in momento_http_shim.__all__)
    with pytest.raises(AttributeError):
        momento_http_shim.nonsense  # noqa: B018
