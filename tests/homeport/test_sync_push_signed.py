"""Deliveries that are forged, old, replayed or out of order."""

from __future__ import annotations

import json

import pytest

from homeport.pushing.signature import WINDOW_SECONDS, sign
from homeport.pushing.tag_index import SKEW_MS
from tests.homeport.delivery_world import NEW, OLD, SECONDS, delivered, everywhere, request, shown
from tests.homeport.homeport_world import NOON
from tests.homeport.sync_world import TARGET, Harbour


@pytest.mark.parametrize(
    "signature",
    [
        "",
        "t=1,v1=00",
        f"t={SECONDS}",
        f"t={SECONDS},v1={'0' * 64}",
        f"v1={'0' * 64},t={SECONDS}",
        f"t={SECONDS},v1={'0' * 64}" + f",v1={'0' * 64}" * 4,
    ],
)
async def test_a_forged_delivery_is_refused_and_nothing_is_read(signature: str) -> None:
    of = Harbour()
    status, problem = await delivered(of, request(b"not even JSON", signature=signature))
    assert (status, problem["title"]) == (401, "Not signed")
    assert of.home.cache.calls == []
    assert [name for name, _ in of.surroundings.events] == ["push_refused"]


async def test_a_signature_is_of_this_body_this_time_and_these_members() -> None:
    body = json.dumps({"pages": [shown()]}).encode()
    good = sign(NEW, SECONDS, body)
    for asked in (
        request(body + b" ", signature=good),
        request(body, signature=good.replace(f"t={SECONDS}", f"t={SECONDS + 1}")),
        request(body, signature=good, homeport_push="{}"),
        request(body, secret="x" * 32),
    ):
        assert (await delivered(Harbour(), asked))[0] == 401
    assert (await delivered(Harbour(), request(body, signature=good)))[0] == 200


async def test_during_a_rotation_either_secret_signs_and_a_sender_may_sign_with_both() -> None:
    body = json.dumps({"pages": [shown()]}).encode()
    both = sign("x" * 32, SECONDS, body) + "," + sign(OLD, SECONDS, body).partition(",")[2]
    for signature in (sign(OLD, SECONDS, body), sign(NEW, SECONDS, body), both):
        assert (await delivered(Harbour(), request(body, signature=signature)))[0] == 200


@pytest.mark.parametrize(
    ("age", "status"), [(WINDOW_SECONDS, 200), (WINDOW_SECONDS + 1, 401), (-WINDOW_SECONDS - 1, 401)]
)
async def test_an_old_signature_is_refused_and_so_is_one_from_the_future(age: int, status: int) -> None:
    body = json.dumps({"pages": [shown()]}).encode()
    assert (await delivered(Harbour(), request(body, at=SECONDS - age)))[0] == status


async def test_a_replayed_delivery_changes_nothing() -> None:
    of = Harbour()
    asked = request(json.dumps({"pages": [shown(source="p", number=1, body="old")]}).encode())
    assert (await delivered(of, asked))[0] == 200
    of.clock.advance(1000)
    newer = shown(source="p", number=2, body="new", as_of=[NOON + 1000] * 2)
    assert (await delivered(of, pages=[newer]))[1]["pages"][TARGET] == everywhere("stored")
    assert (await delivered(of, asked))[1]["pages"][TARGET] == everywhere("kept")
    assert (of.entry(TARGET).body, of.entry(TARGET).stale) == (b"new", False)


async def test_reordered_pages_come_to_the_origins_order_by_their_versions() -> None:
    of = Harbour()
    for version in (2, 3, 1):
        await delivered(of, pages=[shown(version=version, body=str(version))])
    assert (of.entry(TARGET).body, of.entry(TARGET).stale) == (b"3", False)


async def test_without_any_number_what_is_not_provably_later_marks_stale() -> None:
    of = Harbour()
    await delivered(of, pages=[shown(body="1")])
    of.clock.advance(SKEW_MS)
    late = shown(body="2", as_of=[NOON + SKEW_MS] * 2)
    assert (await delivered(of, pages=[late]))[1]["pages"][TARGET] == everywhere("stale")
    assert (of.entry(TARGET).body, of.entry(TARGET).stale) == (b"", True)


async def test_a_stale_push_does_not_land_as_fresh_on_nothing() -> None:
    of = Harbour()
    old = shown(as_of=[NOON - 60_001, NOON - 60_001])
    assert (await delivered(of, pages=[old]))[1]["pages"][TARGET] == everywhere("stale")
    assert of.entry(TARGET).kind == "marker"
