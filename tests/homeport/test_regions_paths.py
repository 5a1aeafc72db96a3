"""Round trips along a network of hubs."""

from __future__ import annotations

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.regions.paths import kilometres, times, to_hub

hubs = st.sampled_from("ABCDEFG")
networks = st.dictionaries(
    st.tuples(hubs, hubs).filter(lambda ends: ends[0] != ends[1]), st.integers(0, 30), max_size=14
)
degrees = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


def relaxed(edges: dict[tuple[str, str], int], start: str) -> dict[str, float]:
    """The same by Bellman and Ford, who need no queue."""
    found = {start: 0.0}
    for _ in range(8):
        for (one, other), time in edges.items():
            for near, far in ((one, other), (other, one)):
                if near in found:
                    found[far] = min(found.get(far, math.inf), found[near] + time)
    return found


@given(networks, hubs)
@settings(max_examples=300)
def test_the_shortest_round_trips_are_found(edges: dict[tuple[str, str], int], start: str) -> None:
    links: dict[str, list[tuple[str, float]]] = {}
    for (one, other), time in edges.items():
        links.setdefault(one, []).append((other, time))
        links.setdefault(other, []).append((one, time))
    assert times(links, start) == relaxed(edges, start)


@given(degrees, degrees)
def test_a_great_circle_is_as_long_there_as_back_and_at_most_half_the_earth(
    one: tuple[float, float], other: tuple[float, float]
) -> None:
    away = kilometres(one, other)
    assert 0 <= away <= 20016
    assert away == pytest.approx(kilometres(other, one), abs=1e-6)


def test_known_distances_are_right() -> None:
    london, new_york, sydney = (51.51, -0.13), (40.71, -74.01), (-33.87, 151.21)
    assert kilometres(london, new_york) == pytest.approx(5570, abs=15)
    assert kilometres(london, sydney) == pytest.approx(16994, abs=40)
    assert kilometres(london, london) == 0
    assert to_hub(london, new_york) == pytest.approx(83.5, abs=0.5)
