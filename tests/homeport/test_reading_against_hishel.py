"""Our decisions against hishel's, on random cases: every difference belongs to a class that has a name and a reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading import freshness, validate
from homeport.reading.decide import Reuse, judge
from homeport.reading.key import resource
from homeport.reading.storing import dated, may_store, stored_headers, varied
from homeport.reading.variants import variant
from homeport.routing import Route
from tests.homeport import hishel_oracle as hishel
from tests.homeport.hishel_cases import (
    NOT_MODIFIED_FIELDS,
    STORED_FIELDS,
    TO_REUSE,
    TO_SELECT,
    TO_STORE,
)
from tests.homeport.hishel_differences import (
    AHEAD,
    ALL,
    FIELDS,
    LONGER_HERE,
    LONGER_THERE,
    NOON_GMT,
    REUSED_HERE_ONLY,
    REUSED_THERE_ONLY,
    SELECTED_HERE_ONLY,
    STORED_HERE_ONLY,
    STORED_THERE_ONLY,
    UPDATED_DIFFERENTLY,
    Case,
    Predicate,
    explanations,
)
from tests.homeport.homeport_world import NOON, ORIGIN

ITEM = resource(ORIGIN, "/items/1")
DOCUMENT = Path(__file__).parents[2] / "docs/http-caching.md"

few = settings(derandomize=True, database=None, deadline=None, max_examples=600)


def compare(
    here: bool,
    there: bool,
    only_here: Mapping[str, Predicate],
    only_there: Mapping[str, Predicate],
    case: Case,
) -> None:
    if here != there:
        table = only_here if here else only_there
        assert explanations(table, case), f"{'only here' if here else 'only there'}: {case}"


def received(case: Case) -> Response:
    return dated(case.response, NOON + case.delay * 1000)


def stored_here(case: Case) -> bool:
    return may_store(case.request, received(case), case.route)


def stored_there(case: Case) -> bool:
    return hishel.stores(case.request, received(case))


def lives_here(case: Case) -> float:
    return freshness.lifetime(case.response.status, received(case).headers, None)


def lives_there(case: Case) -> float:
    return max(0, hishel.lifetime(received(case), NOON // 1000) or 0)


def reused_here(case: Case) -> bool:
    came = (NOON, NOON + case.delay * 1000)
    header = stored_headers(received(case).headers, came)
    entry = Entry("/items/1", NO_FIELDS, "stored", "n", came, status=case.response.status, header=header)
    return isinstance(judge(case.request, case.route, ITEM, entry, came[1] + case.seconds * 1000), Reuse)


def reused_there(case: Case) -> bool:
    return hishel.answers(case.request, case.stored, received(case), NOON // 1000 + case.delay + case.seconds)


def selected_here(case: Case) -> bool:
    names = varied(case.response.headers)
    return variant(ITEM, names, case.request.headers) == variant(ITEM, names, case.stored.headers)


def selected_there(case: Case) -> bool:
    return hishel.selects(case.request, case.stored, case.response)


@few
@given(TO_STORE)
def test_what_is_stored_differs_for_a_reason(case: Case) -> None:
    compare(stored_here(case), stored_there(case), STORED_HERE_ONLY, STORED_THERE_ONLY, case)


@few
@given(TO_REUSE)
def test_how_long_it_is_fresh_differs_for_a_reason(case: Case) -> None:
    here, there = lives_here(case), lives_there(case)
    if here != there:
        assert explanations(LONGER_HERE if here > there else LONGER_THERE, case), f"{here} {there}: {case}"


@few
@given(TO_REUSE)
def test_what_is_reused_differs_for_a_reason(case: Case) -> None:
    compare(reused_here(case), reused_there(case), REUSED_HERE_ONLY, REUSED_THERE_ONLY, case)


@few
@given(TO_SELECT)
def test_which_representation_is_chosen_differs_for_a_reason(case: Case) -> None:
    compare(selected_here(case), selected_there(case), SELECTED_HERE_ONLY, {}, case)


@few
@given(STORED_FIELDS, NOT_MODIFIED_FIELDS)
def test_what_a_304_does_differs_for_a_reason(stored: Headers, said: Headers) -> None:
    entry = Entry("/items/1", NO_FIELDS, "stored", "n", (NOON, NOON), header=stored)
    here = validate.about(entry, said)
    there = hishel.updated(Request("GET", "/items/1"), Response(200, stored), Response(304, said))
    compare(here, there is not None, UPDATED_DIFFERENTLY, UPDATED_DIFFERENTLY, Case(Response(304, said)))
    if here and there is not None:
        ours = validate.updated(entry, said, (NOON, NOON), "n2", ()).header.joined()
        for name in sorted({*ours, *there}):
            if ours.get(name) != there.get(name):
                assert any(name in names for names in FIELDS.values()), f"{name}: {stored} {said}"


def case(cache_control: str, status: int = 200, *fields: tuple[str, str]) -> Case:
    said = [("cache-control", cache_control)] if cache_control else []
    return Case(Response(status, Headers([("date", NOON_GMT), *said, *fields])))


def asking(case: Case, *fields: tuple[str, str], method: str = "GET") -> Case:
    return replace(case, request=Request(method, "/items/1", Headers(fields)))


FRESH = case("max-age=60")


@pytest.mark.parametrize(
    ("name", "found", "here"),
    [
        ("targeted field", case("no-store", 200, ("cdn-cache-control", "max-age=5")), True),
        ("targeted field", case("max-age=60", 200, ("cdn-cache-control", "no-store")), False),
        ("directive said twice", case("max-age=60, max-age=soon", 302), True),
        ("directive said twice", case('max-age=60, private, private="x"'), False),
        ("must-understand", case("max-age=60, no-store, must-understand"), True),
        ("must-understand", case("max-age=60, must-understand", 418), False),
        ("no number", case("max-age=soon, stale-if-error=5", 302), True),
        ("request's no-store", asking(FRESH, ("cache-control", "no-store")), False),
        ("Set-Cookie", case("max-age=60", 200, ("set-cookie", "s=1")), False),
        ("Vary by what no shared request bears", case("max-age=60", 200, ("vary", "Cookie")), False),
        ("private without a name", case('max-age=60, private=""'), False),
        ("of no use", case("max-age=0"), False),
        ("of no use", case("", 404, ("last-modified", NOON_GMT)), False),
    ],
)
def test_each_class_of_what_is_stored_has_a_case(name: str, found: Case, here: bool) -> None:
    table = STORED_HERE_ONLY if here else STORED_THERE_ONLY
    assert (stored_here(found), stored_there(found)) == (here, not here)
    assert name in explanations(table, found)


OLD = ("last-modified", "Tue, 14 Nov 2023 21:13:20 GMT")
EST = (("expires", "Tue, 14 Nov 2023 22:14:20 EST"),)


@pytest.mark.parametrize(
    ("name", "found", "here"),
    [
        ("targeted field", replace(case("", 200, ("cdn-cache-control", "max-age=5")), seconds=4), True),
        ("targeted field", case("max-age=60", 200, ("cdn-cache-control", "no-cache")), False),
        ("directive said twice", replace(case("max-age=60, max-age=5"), seconds=6), True),
        ("directive said twice", replace(case("max-age=5, max-age=60"), seconds=6), False),
        ("no number", case("s-maxage=soon, max-age=60"), False),
        ("no heuristic", case("", 200, OLD), False),
        ("another zone", case("", 200, *EST), False),
        ("the route's ttl", replace(case(""), route=Route("/items/{id}", ttl=5)), True),
        ("stale allowed", replace(case("max-age=60, stale-while-revalidate=9"), seconds=61), True),
        ("stale allowed", replace(asking(FRESH, ("cache-control", "max-stale")), seconds=61), True),
        ("HEAD by a GET", asking(FRESH, method="HEAD"), True),
        ("Range", asking(FRESH, ("range", "bytes=0-1")), True),
        ("the request's wishes", replace(asking(FRESH, ("cache-control", "max-age=1")), seconds=2), False),
        ("the request's wishes", asking(FRESH, ("cache-control", "min-fresh=61")), False),
        ("a stranger's page", asking(FRESH, ("authorization", "Bearer x")), False),
        ("Age", case("max-age=60", 200, ("age", "60")), False),
        ("time on the way", Case(Response(200, Headers([("cache-control", "max-age=5")])), delay=5), False),
        (
            "Date ahead",
            Case(Response(200, Headers([("cache-control", "max-age=5"), ("date", AHEAD)])), seconds=9),
            False,
        ),
    ],
)
def test_each_class_of_what_is_reused_has_a_case(name: str, found: Case, here: bool) -> None:
    table = REUSED_HERE_ONLY if here else REUSED_THERE_ONLY
    assert (reused_here(found), reused_there(found)) == (here, not here)
    assert explanations(table, found) == [name]


@pytest.mark.parametrize(
    ("varies", "left", "right"),
    [
        ("x", ("x", "a,b"), ("x", "a , b")),
        ("x", ("x", ""), ("y", "")),
        ("accept-language", ("accept-language", "de, en"), ("accept-language", "en,DE")),
        ("accept-encoding", ("accept-encoding", "br"), ("accept-encoding", "gzip")),
    ],
)
def test_the_class_of_what_is_selected_has_cases(
    varies: str, left: tuple[str, str], right: tuple[str, str]
) -> None:
    response = Response(200, Headers([("vary", varies)]))
    found = replace(asking(Case(response), left), stored=Request("GET", "/items/1", Headers([right])))
    assert (selected_here(found), selected_there(found)) == (True, False)
    assert explanations(SELECTED_HERE_ONLY, found)


def test_every_class_stands_in_the_document_and_none_else() -> None:
    _, _, section = DOCUMENT.read_text().partition("\n## Compared with hishel\n")
    rows = [
        line.split("|")[1].strip() for line in section.partition("\n## ")[0].splitlines() if line[:1] == "|"
    ]
    assert set(rows[2:]) == ALL
