"""Deleting and invalidating, by URL and by tag."""

from __future__ import annotations

import pytest

from homeport.pushing.tag_index import SKEW_MS
from homeport_origin import NotTold
from tests.clients.client_world import NAMES, Renderer, Sea, down

URL = "/"


async def test_delete_leaves_a_miss_everywhere() -> None:
    sea = Sea()
    publisher = sea.publisher()
    await publisher.publish(URL, Renderer(), state="a")
    assert {each.purged for each in (await publisher.delete(URL)).values()} == {1}
    kinds = [entry.kind for name in NAMES if (entry := sea.entry(URL, name))]
    assert kinds == ["marker"] * 3


async def test_a_tag_invalidates_what_was_pushed_with_it() -> None:
    sea = Sea()
    publisher = sea.publisher()
    for number in range(3):
        await publisher.publish(f"/items/{number}", Renderer(), state="a")
    done = await publisher.invalidate("items", soft=False)
    assert {name: each.purged for name, each in done.items()} == dict.fromkeys(NAMES, 3)
    assert set(sea.shown("/items/1").values()) == {None}


async def test_a_page_rendered_before_its_tag_was_purged_only_marks() -> None:
    sea = Sea()
    publisher = sea.publisher()
    await publisher.invalidate("items")
    sea.ms += SKEW_MS
    published = await publisher.publish("/items/1", Renderer(), state="a")
    assert {told.state for told in published.regions.values()} == {"stale"}
    sea.ms += SKEW_MS + 1
    published = await publisher.publish("/items/1", Renderer(), state="a")
    assert {told.state for told in published.regions.values()} == {"stored"}


async def test_a_region_that_cannot_be_told_of_a_deletion_is_owed() -> None:
    sea = Sea()
    sea.faulty(NAMES[2], down())
    done = await sea.publisher(strict=True).delete(URL)
    assert (done[NAMES[2]].owed, done[NAMES[2]].error) == (1, "TIMEOUT_ERROR")
    sea.faulty(NAMES[0], down())
    sea.faulty(NAMES[1], down())
    with pytest.raises(NotTold):
        await sea.publisher(strict=True).delete(URL)
