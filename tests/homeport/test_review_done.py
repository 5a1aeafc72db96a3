"""What an origin shows after its 409 to a POST may be anything: it must not stop the lane."""

from __future__ import annotations

import json

import pytest

from homeport.messages import Headers, Response
from tests.homeport.collection_world import LIST, A, Bay
from tests.homeport.writing_world import about

JSON = Headers((("content-type", "application/json"),))


@pytest.mark.parametrize("shown", [b"[" * 100_000, b"\xff", b"", b'{"id":' * 50_000])
async def test_an_item_that_no_one_can_read_is_not_this_writes_and_the_lane_goes_on(shown: bytes) -> None:
    bay = Bay()
    assert (await bay.makes({"id": A})).status == 202
    bay.origin.answers[LIST] = [Response(409)]
    bay.origin.answers[f"/items/{A}"] = [Response(200, JSON, shown)]
    await bay.drains()
    assert bay.members(bay.home) == []
    assert not bay.entry(f"/items/{A}").pending
    letters = [key for key, _ in bay.home.cache.store.items() if key.startswith(b"d:")]
    assert len(letters) == 1
    assert json.loads(bytes((bay.home.octets(about(f"/items/{A}").key) or b"").partition(b"\n")[0]))
