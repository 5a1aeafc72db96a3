"""A disposable token: made with the `ControlClient`, used with the `CacheClient`, gone when its time is over."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from momento_http_shim import (
    Absent,
    CacheAccess,
    CacheClient,
    ControlClient,
    Credentials,
    DisposableToken,
    Done,
    Failed,
    Hit,
    Miss,
    Settings,
    Stored,
    TopicAccess,
)
from momento_http_shim.runtime.aio import AioTransport
from tests.contract.backends import CACHE, Local

DENIED, UNAUTHENTICATED = "PERMISSION_ERROR", "AUTHENTICATION_ERROR"


@pytest.fixture
async def transport() -> AsyncIterator[AioTransport]:
    async with AioTransport() as transport:
        yield transport


@pytest.fixture(params=[False, True], ids=["binary", "text"])
def settings(request: pytest.FixtureRequest) -> Settings:
    return Settings(text_mode=request.param)


async def made(
    transport: AioTransport, local: Local, settings: Settings, *access: CacheAccess | TopicAccess
) -> DisposableToken:
    control = ControlClient(transport, Credentials("any-key", local.region), settings=settings)
    token = await control.generate_disposable_token(access, valid_seconds=60, token_id="me")
    assert isinstance(token, DisposableToken), token
    return token


def code(outcome: object) -> str:
    return outcome.error.code if isinstance(outcome, Failed) else repr(outcome)


async def test_a_token_brings_its_endpoint_and_does_what_it_names_and_no_more(
    transport: AioTransport, local: Local, settings: Settings, key: str
) -> None:
    access = (CacheAccess("readwrite", CACHE, key_prefix=key.encode()), TopicAccess("writeonly", CACHE, key))
    token = await made(transport, local, settings, *access)
    credentials = Credentials.from_key(token.token)
    assert credentials.endpoint == token.endpoint == local.region
    cache = CacheClient(transport, credentials, CACHE, settings=settings)
    assert await cache.set(key, b"v", ttl_seconds=600) == Done()
    assert await cache.get(key) == Hit(b"v")
    assert await cache.set_if(key + ":lease", b"me", Absent(), ttl_seconds=600) == Stored()
    assert await cache.sorted_set_put(key + ":q", {"a": 1.0}, ttl_seconds=600, refresh_ttl=True) == Done()
    assert await cache.publish(key, "hi") == Done()
    elsewhere = CacheClient(transport, credentials, "another", settings=settings)
    control = ControlClient(transport, credentials, settings=settings)
    refused = [
        await cache.get("x" + key),
        await cache.set("x" + key, b"v", ttl_seconds=600),
        await cache.delete("x" + key),
        await cache.get_with_hash("x" + key),
        await cache.keys_exist([key, "x" + key]),
        await cache.publish("x" + key, "hi"),
        await elsewhere.get(key),
        await elsewhere.get_with_hash(key),
        await control.list_caches(),
        await control.generate_disposable_token([CacheAccess("readonly")], valid_seconds=1),
    ]
    assert [code(each) for each in refused] == [DENIED] * len(refused)


async def test_who_may_only_write_may_not_ask_whether(
    transport: AioTransport, local: Local, settings: Settings, key: str
) -> None:
    token = await made(transport, local, settings, CacheAccess("writeonly", CACHE, key=key.encode()))
    cache = CacheClient(transport, Credentials.from_key(token.token), CACHE, settings=settings)
    assert await cache.set(key, b"v", ttl_seconds=600) == Done()
    assert code(await cache.set_if(key, b"w", Absent(), ttl_seconds=600)) == DENIED
    assert code(await cache.update_ttl(key, ttl_seconds=60)) == DENIED
    assert code(await cache.get(key)) == DENIED
    assert await cache.delete(key) == Done()


async def test_a_token_ends_when_it_says(
    transport: AioTransport, local: Local, settings: Settings, key: str
) -> None:
    token = await made(transport, local, settings, CacheAccess("readonly"))
    cache = CacheClient(transport, Credentials.from_key(token.token), CACHE, settings=settings)
    assert (await cache.get(key), await cache.get_with_hash(key)) == (Miss(), Miss())
    await local.elapse(60)
    assert [code(await cache.get(key)), code(await cache.get_with_hash(key))] == [UNAUTHENTICATED] * 2
