"""A 304 that forbids what is stored: its visitor gets the representation, and nobody else does unasked."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, Response
from tests.homeport.reading_world import ITEM, STALE, Sea, status_of


@pytest.mark.parametrize("forbids", ["no-store", "max-age=60, no-store", "private, max-age=60"])
async def test_a_304_that_forbids_storing_is_not_stored(
    forbids: str,
) -> None:  # RFC 9111 sections 5.2.2.5, .7
    sea = Sea()
    sea.home.keep(ITEM.key, STALE)
    for _ in range(2):
        sea.answering(Response(304, Headers([("etag", '"1"'), ("cache-control", forbids)])))
        answer = await sea.read()
        await sea.surroundings.run_behind()
        assert (answer.status, bytes(answer.body)) == (200, b"old")
        assert answer.headers.get("cache-control") == forbids
        assert "stored" not in str(status_of(answer))
        assert sea.home.kept(ITEM.key) == STALE
        assert len(sea.origin.requests) == 1


async def test_any_other_304_is_stored() -> None:  # section 4.3.4
    sea = Sea()
    sea.home.keep(ITEM.key, STALE)
    sea.answering(Response(304, Headers([("etag", '"1"'), ("cache-control", "max-age=60")])))
    answer = await sea.read()
    await sea.surroundings.run_behind()
    assert str(status_of(answer)).startswith("Homeport; fwd=stale; fwd-status=304; stored")
    answer = await sea.read()
    assert str(status_of(answer)).startswith("Homeport; hit; ttl=60")
    assert bytes(answer.body) == b"old"
