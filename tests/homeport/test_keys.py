"""The names under which things stand in a region's cache."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport import keys
from momento_http_shim.limits import Limits

KEY = "ff0e1d2c-3b4a-5968-8776-655443322110"
WRITE = "0" * 31 + "1"


def test_each_kind_of_thing_has_a_prefix_of_its_own() -> None:
    names = [keys.entry(KEY), keys.receipt(WRITE), keys.queue(2), keys.lease(2), keys.DEAD]
    names += [keys.tag("a"), keys.tag_mark("a"), keys.pause(2), keys.letter(WRITE)]
    assert names == [
        f"e:{KEY}",
        f"r:{WRITE}",
        "q:2",
        "lease:2",
        "dead",
        "t:a",
        "g:a",
        "pause:2",
        f"d:{WRITE}",
    ]


@given(st.uuids())
def test_a_resource_has_one_lane_of_those_there_are(key: UUID) -> None:
    lane = keys.lane_of(str(key))
    assert lane == keys.lane_of(str(key))
    assert lane in range(keys.LANES)


def test_resources_are_spread_evenly_over_all_lanes() -> None:
    lanes = [keys.lane_of(f"{first:02x}{KEY[2:]}") for first in range(256)]
    assert [lanes.count(lane) for lane in range(keys.LANES)] == [256 // keys.LANES] * keys.LANES


@given(st.uuids(), st.uuids())
def test_a_member_tells_the_resource_and_the_write(key: UUID, write: UUID) -> None:
    name = keys.member(str(key), write.hex)
    assert keys.parse_member(name.encode()) == (str(key), write.hex)


@pytest.mark.parametrize(
    ("name", "parsed"), [(b"key", ("key", "")), (b"", ("", "")), (b"key/id/more", ("key", "id/more"))]
)
def test_what_is_no_member_of_ours_is_still_two_names(name: bytes, parsed: tuple[str, str]) -> None:
    assert keys.parse_member(name) == parsed


def test_a_day_is_as_long_as_momento_keeps_an_item() -> None:
    assert Limits().ttl_seconds == keys.DAY_SECONDS
