"""The simulation's clock and queues against what is known of queues, its percentiles against known distributions."""

from __future__ import annotations

import math
from itertools import pairwise
from random import Random

import pytest

from benchmarks.world.agenda import Agenda, Process, Station
from benchmarks.world.percentiles import percentile, told


def erlang_c(servers: int, erlangs: float) -> float:
    """The share of those who wait (A. K. Erlang, 1917)."""
    terms = [erlangs**n / math.factorial(n) for n in range(servers)]
    last = erlangs**servers / math.factorial(servers) * servers / (servers - erlangs)
    return last / (sum(terms) + last)


def waits(servers: int, erlangs: float, customers: int, seed: int = 1) -> list[float]:
    """What customers wait at a station to which they come at random, each served for one unit in the mean."""
    agenda, chance, found = Agenda(), Random(seed), list[float]()  # noqa: S311 - no secret
    station = Station(agenda, servers)

    def customer() -> Process:
        came = agenda.now
        yield station
        found.append(agenda.now - came)
        yield chance.expovariate(1.0)
        station.leave()

    def arrivals() -> Process:
        for _ in range(customers):
            yield chance.expovariate(erlangs)
            agenda.start(customer())

    agenda.start(arrivals())
    agenda.run()
    assert station.served == customers
    return found


@pytest.mark.parametrize(("servers", "erlangs"), [(1, 0.5), (1, 0.8), (4, 3.0), (8, 5.0)])
def test_a_station_lets_wait_as_erlangs_formula_says(servers: int, erlangs: float) -> None:
    found = waits(servers, erlangs, 25_000)
    waiting = erlang_c(servers, erlangs)
    assert len(found) == 25_000
    assert sum(wait > 0 for wait in found) / len(found) == pytest.approx(waiting, rel=0.08)
    assert sum(found) / len(found) == pytest.approx(waiting / (servers - erlangs), rel=0.15)


def test_nobody_waits_where_there_are_servers_enough() -> None:
    assert max(waits(60, 1.0, 5_000)) == 0


def test_who_came_first_is_served_first() -> None:
    agenda, served = Agenda(), list[int]()
    station = Station(agenda, 1)

    def customer(name: int) -> Process:
        yield float(name)
        yield station
        served.append(name)
        yield 100.0
        station.leave()

    for name in (3, 1, 4, 2):
        agenda.start(customer(name))
    agenda.run()
    assert served == [1, 2, 3, 4]
    assert agenda.now == 401


def test_what_is_due_at_once_happens_in_the_order_in_which_it_was_entered() -> None:
    agenda, seen = Agenda(), list[str]()

    def process(name: str) -> Process:
        yield 5.0
        seen.append(name)

    for name in "abc":
        agenda.start(process(name))
    agenda.run()
    assert seen == ["a", "b", "c"]


def test_percentiles_are_those_of_known_distributions() -> None:
    assert percentile([7.0], 0.95) == 7
    assert percentile([0.0, 10.0], 0.5) == 5
    assert told([float(n) for n in range(101)]) == (50.0, 95.0)
    chance = Random(2)  # noqa: S311 - no secret
    exponential = sorted(chance.expovariate(1.0) for _ in range(40_000))
    lognormal = sorted(math.exp(0.6 * chance.gauss(0, 1)) for _ in range(40_000))
    for share in (0.5, 0.9, 0.95):
        assert percentile(exponential, share) == pytest.approx(-math.log(1 - share), rel=0.03)
    assert percentile(lognormal, 0.95) == pytest.approx(math.exp(0.6 * 1.644854), rel=0.03)
    found = [percentile(exponential, share / 100) for share in range(101)]
    assert all(one <= other for one, other in pairwise(found))


def test_of_no_times_there_is_no_percentile() -> None:
    with pytest.raises(IndexError):
        percentile([], 0.5)
