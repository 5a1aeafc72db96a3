"""Failures of the guide that no other test plays: what the visitor sees, what the operator sees, and the way back."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys
from homeport.draining.drain import Drain
from homeport.messages import Headers, Request, Response
from homeport.ports import Sync
from homeport.pushing.changed import Site
from homeport.routing import Route, Routes
from homeport.sync import SyncWorker
from homeport.writing.acknowledgement import refusal
from homeport.writing.receipt import address
from tests.homeport.edge_world import KEY, TARGET, Shore, body_of, status_of
from tests.homeport.homeport_world import ORIGIN, ScriptedOrigin, failing, whole
from tests.homeport.schedule_world import SETTINGS
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import (
    AWAY,
    HOME,
    REQUEST_MS,
    SITE,
    Kicks,
    in_one_lane,
    journal,
    lane_of,
    put,
    stored,
)

TEXT = Headers((("content-type", "text/plain"),))
WRITES = ("sorted_set_put", "set_if", "set_if_hash", "sorted_set_remove")


def events(shore: Shore, name: str) -> list[dict[str, object]]:
    return [fields for event, fields in shore.surroundings.events if event == name]


def sync(shore: Shore, itself: Sync | None = None, site: Site = SITE) -> SyncWorker:
    """The sync worker of the same world."""
    effects = shore.surroundings.effects
    drain = Drain(site, shore.origin, REQUEST_MS, effects)
    return SyncWorker(SETTINGS, {HOME: shore.home, AWAY: shore.away}, drain, itself or Kicks(), effects)


async def read(shore: Shore, origin: ScriptedOrigin) -> Response:
    answer = whole(await shore.send(Request("GET", TARGET), origin=origin))
    await shore.surroundings.run_behind()
    return answer


@pytest.mark.parametrize("code", ["AUTHENTICATION_ERROR", "PERMISSION_ERROR", "LIMIT_EXCEEDED_ERROR"])
async def test_a_key_that_every_region_refuses_leaves_reads_to_the_origin_and_refuses_writes(
    code: str,
) -> None:
    """Expired, revoked, of another account; or every region over its limit."""
    shore = Shore()
    shore.home.keep(KEY, stored(TARGET))
    for region in (shore.home, shore.away):
        region.cache.faults = failing(code=code)
    answer = await read(shore, ScriptedOrigin([Response(200, TEXT, b"the origin's")]))
    assert (bytes(answer.body), answer.status) == (b"the origin's", 200)
    assert f"{HOME} {code}" in status_of(answer)
    refused = await shore.own(put(TARGET, b"new"))
    assert (refused.status, refused.headers.get("retry-after")) == (503, "5")
    assert b"nothing was written" in bytes(refused.body)
    await sync(shore).sweep()
    assert events(shore, "region_down") == [{"region": each, "code": code} for each in (HOME, AWAY)]
    assert events(shore, "region_opened") == []  # a refusal is an answer: the next read asks again
    for region in (shore.home, shore.away):
        region.cache.faults = None
    assert (await shore.own(put(TARGET, b"new"))).status == 202
    shore.surroundings.drop_behind()


async def test_a_key_that_may_read_and_not_write_serves_what_stands_and_takes_no_write() -> None:
    shore = Shore()
    shore.home.keep(KEY, stored(TARGET, b"stands"))
    shore.home.cache.faults = failing(*WRITES, code="PERMISSION_ERROR")
    assert bytes((await read(shore, ScriptedOrigin())).body) == b"stands"
    assert (await shore.own(put(TARGET, b"new"))).status == 503
    shore.home.cache.store.remove(keys.entry(KEY).encode())
    assert (await read(shore, ScriptedOrigin([Response(200, TEXT, b"asked")]))).status == 200
    assert {fields["code"] for fields in events(shore, "fill_failed")} == {"PERMISSION_ERROR"}


async def test_without_cron_a_write_whose_wake_ups_were_lost_goes_with_the_next_one_of_its_lane() -> None:
    shore = Shore()
    first, second = in_one_lane(2)
    assert (await shore.own(put(first, b"1"))).status == 202
    shore.surroundings.drop_behind()  # neither topic nor kick
    shore.clock.advance(3_600_000)
    assert shore.origin.journal == []
    assert (await shore.own(put(second, b"2"))).status == 202
    shore.surroundings.drop_behind()
    await sync(shore).lane(HOME, lane_of(second), "kick")
    assert [body for _, _, body in shore.origin.journal] == [b"1", b"2"]


@pytest.mark.parametrize("routes", [(), (Route("/items/{name}", ttl=5),)], ids=["gone", "read only"])
async def test_a_write_whose_route_has_gone_meanwhile_is_replayed_all_the_same(
    routes: tuple[Route, ...],
) -> None:
    shore = Shore()
    assert (await shore.own(put(TARGET, b"new"))).status == 202
    shore.surroundings.drop_behind()
    site = Site(ORIGIN, Routes(*routes, Route("/other", ttl=5)))
    await sync(shore, site=site).sweep()
    assert journal(shore, TARGET) == [b"new"]
    assert shore.members(shore.home) == []
    assert not shore.entry(TARGET).dirty


async def test_a_write_that_was_accepted_for_another_origin_is_replayed_to_the_one_of_today() -> None:
    """`HOMEPORT_ORIGIN` is in every key, and in no write: what waits goes to the new origin under its old key."""
    shore = Shore()
    assert (await shore.own(put(TARGET, b"new"))).status == 202
    shore.surroundings.drop_behind()
    await sync(shore, site=replace(SITE, origin="https://new.test")).sweep()
    assert journal(shore, TARGET) == [b"new"]
    assert shore.members(shore.home) == []


async def test_a_region_that_is_lost_takes_its_undrained_writes_along_and_nobody_names_them() -> None:
    shore = Shore()
    shore.origin.items = {TARGET: b"old"}
    shore.away.keep(KEY, stored(TARGET))
    accepted = await shore.own(put(TARGET, b"new"))
    assert accepted.status == 202
    shore.surroundings.drop_behind()
    for key in [key for key, _ in shore.home.cache.store.items()]:
        shore.home.cache.store.remove(key)  # the cache is deleted, or Momento's region burns
    shore.clock.advance(61_000)
    await sync(shore).sweep()
    assert shore.origin.journal == []
    assert events(shore, "write_lost") == []  # whoever could name it is gone with it
    write_id = str(body_of(accepted)["id"])
    receipt = await shore.own(Request("GET", address(KEY, write_id)))
    assert receipt.status == 404
    answer = await read(shore, ScriptedOrigin([Response(200, TEXT, b"old")]))
    assert bytes(answer.body) == b"old"
    assert (await shore.own(put(TARGET, b"again"))).status == 202  # a new and empty cache is all it takes
    shore.surroundings.drop_behind()


async def test_of_a_lost_region_what_its_drain_had_settled_is_at_the_origin_and_elsewhere_outdated() -> None:
    shore = Shore()
    shore.away.keep(KEY, stored(TARGET))
    assert (await shore.own(put(TARGET, b"new"))).status == 202
    await shore.surroundings.run_behind()
    await sync(shore).sweep()
    for key in [key for key, _ in shore.home.cache.store.items()]:
        shore.home.cache.store.remove(key)
    assert journal(shore, TARGET) == [b"new"]
    assert shore.entry(TARGET, shore.away).stale


async def test_a_sync_worker_that_is_broken_keeps_nobody_from_writing_and_what_waits_goes_when_it_is_mended() -> (
    None
):
    shore = Shore()
    targets = in_one_lane(3)
    for n, target in enumerate(targets):
        assert (await shore.own(put(target, b"%d" % n))).status == 202
    await shore.surroundings.run_behind()  # the kicks are heard by nobody
    assert shore.kicks.heard is False
    assert shore.origin.journal == []
    assert bytes((await read(shore, ScriptedOrigin())).body) == b"0"
    shore.clock.advance(2 * 3_600_000)
    await sync(shore).sweep()
    assert [body for _, _, body in shore.origin.journal] == [b"0", b"1", b"2"]
    assert events(shore, "oldest_write_waits")[0]["seconds"] == 7_200


async def test_an_edge_worker_that_dies_after_its_commit_leaves_a_write_that_cron_applies() -> None:
    shore = Shore()
    with pytest.raises(Died):
        await shore.own(put(TARGET, b"never"), by=Process(dies_at=3))  # in place of the commit
    shore.surroundings.drop_behind()
    answer = await shore.own(put(TARGET, b"new"), by=Process(dies_at=4))
    assert answer.status == 202
    with pytest.raises(Died):
        await shore.surroundings.run_behind()  # in place of the topic and the kick
    shore.surroundings.drop_behind()
    shore.clock.advance(61_000)
    await sync(shore).sweep()
    assert journal(shore, TARGET) == [b"new"]
    assert shore.members(shore.home) == []


@pytest.mark.parametrize("ahead_ms", [-5_000, 5_000, 3_600_000])
async def test_a_clock_that_is_wrong_by_up_to_an_hour_loses_no_write(ahead_ms: int) -> None:
    """The edge's clock against the sync worker's; Cloudflare's are right within a second."""
    shore = Shore()
    shore.clock.advance(ahead_ms)
    assert (await shore.own(put(TARGET, b"new"))).status == 202
    shore.surroundings.drop_behind()
    shore.clock.advance(-ahead_ms)
    await sync(shore).sweep()
    assert journal(shore, TARGET) == [b"new"]
    assert shore.members(shore.home) == []


def test_every_refusal_of_a_write_says_whether_it_was_written_and_when_to_come_again() -> None:
    for why in ("unreachable", "waiting", "full", "foreign", "contended", "origin", "unknown"):
        answer = refusal(why, HOME, address(KEY, "0f" * 16))
        assert answer.status == 503
        assert (answer.headers.get("retry-after") or "").isdigit()
        said = bytes(answer.body)
        assert (b"nothing was written" in said) != (why == "unknown")


async def test_what_is_owed_for_longer_than_a_receipt_lives_is_not_called_lost() -> None:
    """A region that is away for days; Momento keeps a receipt for one."""
    shore = Shore()
    shore.away.cache.faults = failing()
    accepted = await shore.own(put(TARGET, b"new"))
    shore.surroundings.drop_behind()
    for _ in range(60):
        shore.clock.advance(3_600_000)
        await sync(shore).sweep()
    assert len(shore.members(shore.home)) == 1
    assert (events(shore, "write_lost"), journal(shore, TARGET)) == ([], [b"new"])
    shore.away.cache.faults = None
    shore.clock.advance(61_000)
    await sync(shore).sweep()
    assert shore.members(shore.home) == []
    write_id = str(body_of(accepted)["id"])
    assert (await shore.own(Request("GET", address(KEY, write_id)))).status == 200
