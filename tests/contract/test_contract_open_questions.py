"""What Momento's documentation leaves open, question by question, (a) to (m).

Against the local Momento these pin what this project assumes. Against the real service (see `conftest`) a test that
fails tells that the assumption is wrong, and in which way; run them with `-rP` to see what was observed:

    MOMENTO_API_KEY=… MOMENTO_ENDPOINT=… MOMENTO_CACHE=… pytest tests/contract -k "open_questions and real" -rP
"""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable
from typing import Any

import pytest

from momento_http_shim import (
    CacheClient,
    ControlClient,
    Credentials,
    Done,
    Elements,
    Failed,
    Hit,
    Limits,
    MomentoError,
    WebhookSecret,
)
from momento_http_shim.runtime.aio import AioTransport
from momento_http_shim.scalar import GET_WITH_HASH
from momento_http_shim.wire import encode
from tests.contract.backends import CACHE, UNCHECKED, VARIABLES, Local
from tests.contract.service import BINARY, TEXT, Service, shown

Tell = Callable[..., None]
DAY = 24 * 3600


@pytest.fixture
def service(request: pytest.FixtureRequest) -> Service:
    """Whom to ask."""
    if request.param == "real":
        key, endpoint, cache = (os.environ[name] for name in VARIABLES)
        return Service(Credentials.from_key(key, endpoint), cache, key, real=True)
    local: Local = request.getfixturevalue("local")
    return Service(Credentials("any-key", local.region), CACHE, _wrapped("any-key", local.region), real=False)


def _wrapped(key: str, endpoint: str) -> str:
    return base64.b64encode(json.dumps({"endpoint": endpoint, "api_key": key}).encode()).decode()


def client(transport: AioTransport, service: Service, limits: Limits = UNCHECKED) -> CacheClient:
    return CacheClient(transport, service.credentials, service.cache, limits=limits)


async def test_question_a_the_bodies_of_4xx_answers(service: Service, key: str, told: Tell) -> None:
    where = service.where
    answers = {
        "miss": await service.http("GET", f"{where}?key={key}"),
        "no cache": await service.http("GET", f"{where}-that-is-not-there?key={key}"),
        "no key": await service.http("GET", where),
        "no ttl": await service.http("PUT", f"{where}?key={key}", content=b"v"),
        "no authorization": await service.http("GET", f"{where}?key={key}", key=""),
    }
    seen = {name: shown(answer) for name, answer in answers.items()}
    told(bodies=seen)
    assert {name: status for name, (status, _, _) in seen.items()} == {
        "miss": 404,
        "no cache": 404,
        "no key": 400,
        "no ttl": 400,
        "no authorization": 401,
    }, seen
    assert b"key not found" in seen["miss"][2].lower(), seen
    assert b"cache not found" in seen["no cache"][2].lower(), seen
    assert all(kind.startswith("text/plain") for _, kind, _ in seen.values()), seen


async def test_question_b_padded_base64_is_a_key_too(service: Service, key: str, told: Tell) -> None:
    name = base64.urlsafe_b64encode(key.encode() + b"\xff").decode()
    name = name if name.endswith("=") else base64.urlsafe_b64encode(key.encode() + b"\xff\xff").decode()
    assert name.endswith("=")
    put = await service.http(
        "PUT", service.where, params={"key_base64": name, "ttl_seconds": "60"}, content=b"v"
    )
    got = await service.http("GET", service.where, params={"key_base64": name.rstrip("=")})
    told(padded=shown(put), unpadded=shown(got))
    assert (put.status_code, got.status_code, got.content) == (204, 200, b"v")


async def test_question_c_a_v1_key_is_taken_wrapped_and_unwrapped(
    service: Service, key: str, told: Tell
) -> None:
    inner = service.credentials.authorization
    if service.real and inner == service.raw_key:
        pytest.skip("MOMENTO_API_KEY is no v1 key: there is nothing to unwrap")
    url = f"{service.where}?key={key}"
    statuses = {
        "inner": (await service.http("GET", url, key=inner)).status_code,
        "wrapped": (await service.http("GET", url, key=service.raw_key)).status_code,
    }
    told(statuses=statuses)
    assert statuses == {"inner": 404, "wrapped": 404}


@pytest.mark.parametrize("content_type", [BINARY, "application/grpc-web", TEXT])
async def test_question_d_grpc_web_is_taken_in_both_modes(
    service: Service, key: str, told: Tell, content_type: str
) -> None:
    message = b"".join(map(bytes, encode(GET_WITH_HASH.request, {"cache_key": key.encode()})))
    answer = await service.grpc("cache_client.Scs/GetWithHash", message, content_type=content_type)
    told(answer=answer)
    assert not isinstance(answer, MomentoError), answer
    assert [bytes(each) for each in answer] == [b"\x12\x00"]  # missing {}


async def test_question_e_an_empty_poll_ends_with_an_empty_list(
    service: Service, key: str, told: Tell
) -> None:
    began = time.monotonic()
    answer = await service.http("GET", f"{service.credentials.api_cache}/topics/{service.cache}/{key}")
    held = time.monotonic() - began
    told(held_seconds=round(held, 2), answer=shown(answer))
    assert answer.status_code == 200, shown(answer)
    assert answer.json()["items"] == [], shown(answer)
    assert held >= 0.04


async def test_question_f_octets_in_a_poll_are_base64(service: Service, key: str, told: Tell) -> None:
    url = f"{service.credentials.api_cache}/topics/{service.cache}/{key}"
    async with AioTransport() as transport:
        assert await client(transport, service).publish(key, b"\xff\x00\xfe") == Done()
    answer = await service.http("GET", url, params={"sequence_number": "1", "sequence_page": "0"})
    told(answer=shown(answer))
    values = [each["item"]["value"] for each in answer.json()["items"] if "item" in each]
    assert values == [{"binary": "/wD+"}], shown(answer)


@pytest.mark.parametrize("seconds", [0, DAY + 1])
async def test_question_g_no_time_and_too_much_time_are_400(
    service: Service, key: str, told: Tell, seconds: int
) -> None:
    answer = await service.http("PUT", f"{service.where}?key={key}&ttl_seconds={seconds}", content=b"v")
    told(answer=shown(answer))
    assert answer.status_code == 400, shown(answer)
    assert (await service.http("GET", f"{service.where}?key={key}")).status_code == 404


async def test_question_h_webhooks_can_still_be_made(service: Service, key: str, told: Tell) -> None:
    async with AioTransport() as transport:
        control = ControlClient(transport, service.credentials)
        outcome = await control.put_webhook(service.cache, key, key, "https://example.com/")
        told(outcome=repr(outcome))
        assert isinstance(outcome, WebhookSecret), outcome
        assert outcome.secret
        assert await control.delete_webhook(service.cache, key) == Done()


async def test_question_i_reading_a_set_as_a_plain_item_is_refused(
    service: Service, key: str, told: Tell
) -> None:
    async with AioTransport() as transport:
        cache = client(transport, service)
        await cache.sorted_set_put(key, {"a": 1.0}, ttl_seconds=60, refresh_ttl=True)
        over_grpc = await cache.get_with_hash(key)
        answer = await service.http("GET", f"{service.where}?key={key}")
        told(grpc=repr(over_grpc), http=shown(answer))
        assert isinstance(over_grpc, Failed), over_grpc
        assert over_grpc.error.code == "FAILED_PRECONDITION_ERROR"
        assert answer.status_code == 400, shown(answer)


async def test_question_j_no_header_tells_a_quota_or_a_request(
    service: Service, key: str, told: Tell
) -> None:
    put = await service.http("PUT", f"{service.where}?key={key}&ttl_seconds=60", content=b"v")
    got = await service.http("GET", f"{service.where}?key={key}")
    names = sorted({*put.headers, *got.headers})
    told(headers={name: got.headers.get(name) for name in names})
    words = ("limit", "quota", "remaining", "request-id", "retry")
    assert [name for name in names if any(word in name for word in words)] == []
    assert got.headers["content-type"] == "application/octet-stream"


async def test_question_k_the_key_is_not_taken_in_the_path(service: Service, key: str, told: Tell) -> None:
    answer = await service.http("PUT", f"{service.where}/{key}?ttl_seconds=60", content=b"v")
    told(answer=shown(answer))
    assert answer.status_code == 400, shown(answer)


async def test_question_l_an_empty_range_of_a_set_is_found(service: Service, key: str, told: Tell) -> None:
    async with AioTransport() as transport:
        cache = client(transport, service)
        await cache.sorted_set_put(key, {"a": 1.0}, ttl_seconds=60, refresh_ttl=True)
        seen: dict[str, Any] = {
            "by score": await cache.sorted_set_fetch_by_score(key, min_score=2),
            "by index": await cache.sorted_set_fetch_by_index(key, 5, 9),
            "beyond the end": await cache.sorted_set_fetch_by_score(key, offset=3),
        }
    told(seen=repr(seen))
    assert seen == dict.fromkeys(seen, Elements(()))


async def test_question_m_any_cell_that_has_a_name_can_be_used(
    service: Service, key: str, told: Tell
) -> None:
    # No cell outside AWS is documented. One that exists is reached by its name, no list of cells stands in the way.
    if service.real:
        endpoint = os.environ.get("MOMENTO_GCP_ENDPOINT")
        if not endpoint:
            pytest.skip(
                "set MOMENTO_GCP_ENDPOINT, beside a key that is valid there, to a cell in Google's cloud"
            )
        credentials = Credentials.from_key(service.raw_key, endpoint)
        async with AioTransport() as transport:
            cache = CacheClient(transport, credentials, service.cache)
            outcome = await cache.set(key, b"v", ttl_seconds=60), await cache.get(key)
        told(outcome=repr(outcome))
        assert outcome == (Done(), Hit(b"v"))
        return
    credentials = Credentials("any-key", "cell-1-gcp-europe-west1-1.prod.a.momentohq.com")
    assert credentials.api_cache == "https://api.cache.cell-1-gcp-europe-west1-1.prod.a.momentohq.com"
    assert credentials.web_cache == "https://web.cache.cell-1-gcp-europe-west1-1.prod.a.momentohq.com"
