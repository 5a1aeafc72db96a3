"""The wide line about a request."""

from __future__ import annotations

import pytest

from homeport import wide
from homeport.messages import Headers, Relayed, Request, Response
from tests.homeport.edge_world import TARGET, Shore
from tests.homeport.homeport_world import Clock, effects
from tests.homeport.writing_world import HOME, put


def of(said: str | None, *, streams: bool = False) -> dict[str, object]:
    """What a line tells of this Cache-Status."""
    fields = [("cache-status", said)] if said else []
    answer = Relayed(200, None, added=tuple(fields)) if streams else Response(200, Headers(fields))
    line = wide.line(Request("GET", "/a?b"), answer, 5)
    return {
        name.removeprefix("homeport."): value for name, value in line.items() if name.startswith("homeport.")
    }


@pytest.mark.parametrize("streams", [False, True])
@pytest.mark.parametrize(
    ("said", "told"),
    [
        ('Homeport; hit; detail="eu-west-1"', {"cache": "hit", "region": "eu-west-1"}),
        (
            'Other; hit; detail="x y", Homeport; fwd=uri-miss; fwd-status=200; stored; detail="a for b TIMEOUT_ERROR"',
            {"cache": "fwd=uri-miss", "region": "a", "detail": "for b TIMEOUT_ERROR"},
        ),
        ("Homeport; fwd=bypass", {"cache": "fwd=bypass"}),
        ('Homeport; detail="eu-west-1 accepted"', {"region": "eu-west-1", "detail": "accepted"}),
        (None, {}),
        ("Other; hit", {}),
    ],
)
def test_it_says_what_our_cache_status_says(said: str | None, told: dict[str, object], streams: bool) -> None:
    assert of(said, streams=streams) == told


def test_a_method_that_http_does_not_know_is_other() -> None:
    assert wide.line(Request("a secret", "/"), Response(200), 0)["http.request.method"] == "_OTHER"


async def test_it_tells_path_status_and_duration_and_no_query() -> None:
    surroundings = effects(Clock())

    async def answering() -> Response:
        surroundings.clock.advance(1_234)
        return Response(404)

    answer = await wide.told(Request("HEAD", "/items/1?token=x"), answering(), surroundings.effects)
    assert answer == Response(404)
    assert surroundings.events == [
        (
            "request",
            {
                "http.request.method": "HEAD",
                "url.path": "/items/1",
                "http.response.status_code": 404,
                "http.server.request.duration": 1.234,
            },
        )
    ]


async def test_of_an_accepted_write_and_of_a_hit_it_tells_the_region() -> None:
    shore = Shore()
    for request, cache in ((put(TARGET, b"new"), None), (Request("GET", TARGET), "hit")):
        answer = await wide.told(request, shore.send(request), shore.surroundings.effects)
        shore.surroundings.drop_behind()
        line = shore.surroundings.events[-1][1]
        assert (line["http.response.status_code"], line["homeport.region"]) == (answer.status, HOME)
        assert line.get("homeport.cache") == cache
