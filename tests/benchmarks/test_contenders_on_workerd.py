"""The contenders do what they are said to do, on workerd: a quick look, without a load."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from benchmarks import hit, profile, writes
from benchmarks.hit.contenders import CONTENDERS, ROUTES
from benchmarks.rig.cores import PROC, Watch
from benchmarks.rig.homeport import homeport
from benchmarks.rig.origin import page
from benchmarks.rig.surroundings import VISITOR, Surroundings, surroundings
from benchmarks.rig.workerd import Served

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def around() -> Iterator[Surroundings]:
    with surroundings() as found:
        yield found


@pytest.fixture(scope="module")
def edge(around: Surroundings) -> Iterator[Served]:
    with homeport(around, ROUTES) as served:
        yield served


def test_homeport_answers_out_of_its_cache_once_it_is_filled(around: Surroundings, edge: Served) -> None:
    hit.fill("homeport", edge, 1000, around)
    before = around.calls()["Get"]

    hit.fill("homeport", edge, 1000, around)

    assert around.calls()["Get"] == before + 1


def test_the_floor_of_a_hit_is_one_get_of_momentos(around: Surroundings) -> None:
    around.put("plain:1000", page(1000))
    with CONTENDERS["bare_python"](around) as floor:
        before = around.calls()["Get"]

        hit.fill("bare_python", floor, 1000, around)

    assert around.calls()["Get"] == before + 1


def test_homeport_and_its_floor_accept_a_write_by_the_same_calls(around: Surroundings, edge: Served) -> None:
    with writes.floor(around) as floor:
        made = [writes.check(name, peer, around) for name, peer in (("floor", floor), ("homeport", edge))]

    assert made == [{"SortedSetPut": 1, "GetWithHash": 1, "SetIf": 1}] * 2


def test_each_step_of_the_profile_answers_and_the_crossings_of_a_hit_are_counted(
    around: Surroundings,
) -> None:
    with homeport(around, ROUTES, "profile", profile.INSTEAD) as worker:
        hit.fill("profile", worker, 1000, around)
        found = {name: httpx.get(f"{worker.url}/step/{name}", headers=VISITOR) for name in profile.STEPS}
        whole = httpx.get(f"{worker.url}/hit/1000", headers=VISITOR)
        crossings = dict(httpx.get(f"{worker.url}/crossings", headers=VISITOR).json())

    assert {name: answer.status_code for name, answer in found.items()} == dict.fromkeys(profile.STEPS, 200)
    assert found["answered"].headers["cache-status"] == whole.headers["cache-status"]
    assert found["answered"].content == whole.content
    assert crossings == {"attributes": 1, "calls": 5, "calls back": 1}  # who adds one says so in ADR 0021


@pytest.mark.skipif(not PROC.exists(), reason="only Linux says how busy a process is")
def test_the_processor_time_of_a_contender_is_that_of_its_processes(
    around: Surroundings, edge: Served
) -> None:
    watch = Watch(edge.family)
    hit.fill("homeport", edge, 100_000, around)
    busy = watch.busy()

    assert busy is not None
    assert 0 < busy.processor < 4 * busy.clock
    assert edge.family.seconds() != around.momento.seconds()
