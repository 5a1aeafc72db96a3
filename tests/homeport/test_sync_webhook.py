from __future__ import annotations

import hmac

import pytest

from homeport import keys
from homeport.messages import Headers, Request, Response
from homeport.sync import WEBHOOK, SyncWorker
from tests.homeport.sync_world import LANE, SECRETS, TARGET, Harbour, drained_by
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import HOME, in_one_lane


@pytest.mark.parametrize("secret", SECRETS)
async def test_a_signed_event_drains_its_lane(secret: str) -> None:
    harbour = Harbour()
    await harbour.accepted(TARGET, b"new")
    answer = await harbour.deliver(harbour.event(), secret)
    assert (answer.status, bytes(answer.body)) == (204, b"")
    assert harbour.origin.items == {TARGET: b"new"}
    assert drained_by(harbour) == [(HOME, LANE, "webhook")]


async def test_the_answer_does_not_wait_for_the_drain() -> None:
    harbour = Harbour()
    await harbour.accepted(TARGET, b"new")
    raw = harbour.event()
    signature = hmac.new(b"new", raw, "sha3_256").hexdigest()
    await harbour.worker().answer(Request("POST", WEBHOOK, Headers([("Momento-Signature", signature)]), raw))
    assert harbour.origin.items == {}
    await harbour.surroundings.run_behind()
    assert harbour.origin.items == {TARGET: b"new"}


@pytest.mark.parametrize(("secret", "age_ms"), [(None, 0), ("wrong", 0), ("new", 60_001), ("new", -60_001)])
async def test_an_event_that_cannot_be_trusted_drains_nothing(secret: str | None, age_ms: int) -> None:
    harbour, process = Harbour(), Process()
    await harbour.accepted(TARGET, b"new")
    answer = await harbour.deliver(harbour.event(age_ms=age_ms), secret, by=process)
    assert answer.status == 401
    assert (process.calls, harbour.origin.requests) == ([], [])
    assert [name for name, _ in harbour.surroundings.events] == ["webhook_refused"]
    assert not any(each in bytes(answer.body).decode() for each in SECRETS)


@pytest.mark.parametrize("age_ms", [60_000, -60_000])
async def test_the_window_is_sixty_seconds_both_ways(age_ms: int) -> None:
    harbour = Harbour()
    assert (await harbour.deliver(harbour.event(age_ms=age_ms))).status == 204


async def _refused(worker: SyncWorker, method: str, path: str, length: str | None = "2") -> Response:
    fields = [("content-length", length)] if length is not None else []
    refusal = await worker.admit(Request(method, path, Headers(fields)))
    assert isinstance(refusal, Response)
    return refusal


@pytest.mark.parametrize(
    ("length", "status"),
    [(None, 411), ("", 411), ("many", 411), ("²", 411), ("65537", 413), ("9" * 5000, 413)],
)
async def test_a_body_is_not_read_whose_length_is_unknown_or_too_large(
    length: str | None, status: int
) -> None:
    assert (await _refused(Harbour().worker(), "POST", WEBHOOK, length)).status == status


async def test_an_event_of_a_moderate_length_is_read() -> None:
    event = Request("POST", WEBHOOK, Headers([("content-length", "65536")]))
    assert await Harbour().worker().admit(event) is None


async def test_without_a_secret_the_webhook_does_not_exist() -> None:
    harbour = Harbour()
    for method in ("GET", "POST"):
        assert (await _refused(harbour.worker(secrets=()), method, WEBHOOK)).status == 404
    assert harbour.surroundings.behind == []


async def test_nothing_else_exists() -> None:
    worker = Harbour().worker()
    for path in ("/.homeport/", "/", "/.homeport/topics/"):
        assert (await _refused(worker, "POST", path)).status == 404


async def test_events_are_posted() -> None:
    answer = await _refused(Harbour().worker(), "GET", WEBHOOK)
    assert (answer.status, answer.headers.get("allow")) == (405, "POST")


async def test_an_event_without_a_lane_drains_them_all() -> None:
    harbour = Harbour()
    targets = [in_one_lane(1, lane)[0] for lane in range(keys.LANES)]
    for target in targets:
        await harbour.accepted(target, b"new")
    assert (await harbour.deliver(harbour.event(lane=None))).status == 204
    assert harbour.origin.items == dict.fromkeys(targets, b"new")


async def test_an_event_of_a_cache_that_is_not_ours_drains_nothing() -> None:
    harbour, process = Harbour(), Process()
    assert (await harbour.deliver(harbour.event(cache="homeport-us-east-1"), by=process)).status == 204
    assert process.calls == []
