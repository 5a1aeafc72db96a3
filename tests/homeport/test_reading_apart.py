"""No answer is shown to a request that it was not meant for, whatever comes before: the whole edge, on random reads."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.edge import Edge
from homeport.messages import Headers, Relayed, Request, Response
from homeport.pushing.changed import Site
from homeport.reading.storing import SHARED
from homeport.reading.variants import normal
from homeport.routing import Route, Routes
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN
from tests.homeport.homeport_world import ORIGIN, Clock, ScriptedOrigin, effects, region
from tests.homeport.writing_world import AWAY, HOME, Kicks, ScriptedVisit

OTHER = "https://other.test"
ROUTES = Routes(
    Route("/plain/{id}", ttl=60),
    Route("/by/{id}", ttl=60, vary=("X-Beta",), collapse=True, fill="before"),
    Route("/some/{id}", ttl=60, ignore_query=("utm_*",), sort_query=True, stale_while_revalidate=60),
)
CREDENTIALS = ("x-api-key", "proxy-authorization", "x-auth-token", "x-session-id", "signature")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A request, and the base URL of the origin behind the edge that it comes to."""

    request: Request
    origin: str = ORIGIN


@dataclass(frozen=True, slots=True)
class Answer:
    """What the visitor got: `echo` is the request that the origin answered by it, None where it streamed past us."""

    status: str
    echo: dict[str, str] | None

    @property
    def reused(self) -> bool:
        return "; hit" in self.status or "; collapsed" in self.status


async def play(
    visitors: Sequence[Visitor], said: Sequence[tuple[str, str]], *, long: bool = False
) -> list[Answer]:
    """The visitors' answers, one after the other; the origin says of each answer what request it is for."""
    clock = Clock()
    surroundings, regions = effects(clock), {name: region(name, clock) for name in (HOME, AWAY)}
    answers = []
    for visitor in visitors:
        origin = ScriptedOrigin(lambda asked, base=visitor.origin: echo(asked, base, said))  # type: ignore[misc]
        origin.says_length = not long
        edge = Edge(Site(visitor.origin, ROUTES), regions, origin, Waker(Kicks()))
        found = await edge.answer(visitor.request, JAPAN, ScriptedVisit(), surroundings.effects)
        await surroundings.run_behind()
        answers.append(answer_of(found))
    return answers


def echo(asked: Request, base: str, said: Sequence[tuple[str, str]]) -> Response:
    fields = {**asked.headers.joined(), "": f"{asked.method} {base}{asked.target}"}
    return Response(200, Headers([*said, ("x-echo", json.dumps(fields))]), b"body")


def answer_of(found: Response | Relayed) -> Answer:
    fields = [*(found.headers or ())]
    if isinstance(found, Relayed):
        fields += found.added
    headers = Headers(fields)
    shown = headers.get("x-echo")
    return Answer(headers.get("cache-status") or "", None if shown is None else json.loads(shown))


CHANGES = st.sampled_from(
    [
        *(("authorization", "Bearer a"), ("authorization", "Bearer b"), ("cookie", "s=1"), ("cookie", "s=2")),
        *(("x-beta", "1"), ("x-beta", "2"), ("x-app", "1"), ("x-app", "2")),
        *(("accept-language", "de"), ("accept-language", "en, de;q=0.5"), ("cache-control", "max-stale")),
        *((name, "k") for name in CREDENTIALS),
        *(("method", "HEAD"), ("method", "PUT"), ("method", "PROPFIND"), ("origin", OTHER)),
        *(("query", "a=1&b=2"), ("query", "b=2&utm_x=1&a=1"), ("query", "")),
    ]
)


def changed(path: str, changes: Sequence[tuple[str, str]]) -> Visitor:
    """The GET of a path, but for these changes."""
    said = dict(changes)
    method, origin = said.pop("method", "GET"), said.pop("origin", ORIGIN)
    target = f"{path}?{said.pop('query')}" if "query" in said else path
    return Visitor(Request(method, target, Headers(said.items())), origin)


VISITORS = st.builds(
    lambda path, visits: [changed(path, changes) for changes in visits],
    st.sampled_from(["/plain/1", "/by/1", "/some/1"]),
    st.lists(st.lists(CHANGES, max_size=2), min_size=2, max_size=6),
)
SAID = st.tuples(
    st.sampled_from(
        ["max-age=60", "public, max-age=60", "s-maxage=60", "max-age=60, must-revalidate", "no-cache"]
    ),
    st.sampled_from(["", "", "x-app", "X-App, Accept-Language", "Authorization", "Cookie", "*"]),
).map(lambda said: (("cache-control", said[0]), ("vary", said[1]), ("etag", '"1"')))


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(VISITORS, SAID, st.booleans())
def test_what_is_shown_was_answered_to_a_request_that_is_the_same_in_all_that_counts(
    visitors: list[Visitor], said: tuple[tuple[str, str], ...], long: bool
) -> None:
    answers = asyncio.run(play(visitors, said, long=long))
    for visitor, answer in zip(visitors, answers, strict=True):
        if answer.echo is None:
            assert not answer.reused
        else:
            check(visitor, answer, answer.echo, dict(said))


def check(visitor: Visitor, answer: Answer, answered: dict[str, str], said: dict[str, str]) -> None:
    request, asked = visitor.request, visitor.request.headers
    assert request.method in ("GET", "HEAD")
    assert not {name for name, _ in asked} & set(CREDENTIALS), answer
    same = request.path == "/some/1" and "=" in request.target
    assert answered[""] == f"GET {visitor.origin}{'/some/1?a=1&b=2' if same else request.target}"
    assert not answered.keys() & {"cookie", *CREDENTIALS}
    if asked.get("authorization") != answered.get("authorization"):
        assert answer.reused
        assert any(word in said["cache-control"] for word in SHARED)  # RFC 9111 section 3.5
    if request.path == "/by/1":
        assert (asked.get("x-beta") or "") == answered.get("x-beta", "")
    for name in filter(None, said["vary"].lower().split(", ")):
        assert name in ("x-app", "accept-language") or not answer.reused
        if answer.reused:
            assert normal(name, asked.get(name)) == normal(name, answered.get(name))


FRESH = (("cache-control", "max-age=60"),)
PUBLIC = (("cache-control", "public, max-age=60"),)
BY_APP = (*FRESH, ("vary", "X-App"))
BEARER, OTHERS = ("authorization", "Bearer a"), ("authorization", "Bearer b")


def get(target: str, *pairs: tuple[str, str], method: str = "GET") -> Request:
    return Request(method, target, Headers(pairs))


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (get("/plain/1"), get("/plain/1"), FRESH),
        (get("/plain/1"), get("/plain/1", method="HEAD"), FRESH),
        (get("/plain/1", ("cookie", "s=1")), get("/plain/1", ("cookie", "s=2")), FRESH),
        (get("/plain/1", ("x-app", "1")), get("/plain/1", ("x-app", "2")), FRESH),
        (get("/plain/1", ("x-app", "1")), get("/plain/1", ("x-app", "1")), BY_APP),
        (get("/by/1", ("x-beta", "1")), get("/by/1", ("x-beta", "1")), FRESH),
        (get("/some/1?b=2&a=1"), get("/some/1?utm_x=1&a=1&b=2"), FRESH),
        (get("/plain/1", BEARER), get("/plain/1", OTHERS), PUBLIC),
        (get("/plain/1", BEARER), get("/plain/1"), PUBLIC),
        (get("/plain/1"), get("/plain/1", BEARER), PUBLIC),
    ],
)
def test_two_that_are_the_same_share_an_entry(
    first: Request, second: Request, said: tuple[tuple[str, str], ...]
) -> None:
    _, answer = asyncio.run(play([Visitor(first), Visitor(second)], said))
    assert "; hit" in answer.status


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        (Visitor(get("/plain/1")), Visitor(get("/plain/1?")), FRESH),
        (Visitor(get("/plain/1")), Visitor(get("/plain/2")), FRESH),
        (Visitor(get("/plain/1")), Visitor(get("/plain/1"), OTHER), FRESH),
        (Visitor(get("/plain/1")), Visitor(get("/plain/1", method="PROPFIND")), FRESH),
        (Visitor(get("/plain/1")), Visitor(get("/plain/1", BEARER)), FRESH),
        (Visitor(get("/plain/1", BEARER)), Visitor(get("/plain/1")), FRESH),
        (Visitor(get("/plain/1", BEARER)), Visitor(get("/plain/1", BEARER)), FRESH),
        (Visitor(get("/by/1", ("x-beta", "1"))), Visitor(get("/by/1", ("x-beta", "2"))), FRESH),
        (Visitor(get("/by/1", ("x-beta", "1"))), Visitor(get("/by/1")), FRESH),
        (Visitor(get("/plain/1", ("x-app", "1"))), Visitor(get("/plain/1", ("x-app", "2"))), BY_APP),
        (Visitor(get("/plain/1", ("x-app", "1"))), Visitor(get("/plain/1")), BY_APP),
        (Visitor(get("/some/1?a=1")), Visitor(get("/some/1?a=2")), FRESH),
        *((Visitor(get("/plain/1")), Visitor(get("/plain/1", (name, "k"))), PUBLIC) for name in CREDENTIALS),
        *((Visitor(get("/plain/1", (name, "k"))), Visitor(get("/plain/1")), PUBLIC) for name in CREDENTIALS),
    ],
)
def test_two_that_differ_in_what_counts_never_share_an_entry(
    first: Visitor, second: Visitor, said: tuple[tuple[str, str], ...]
) -> None:
    answers = asyncio.run(play([first, second], said))
    assert not any(answer.reused for answer in answers)
