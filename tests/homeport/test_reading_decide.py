"""What a read comes to; each row cites its section of RFC 9111 unless it says else."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.entry import Entry, Kind, Pending, Unreadable
from homeport.messages import NO_FIELDS, Headers, Request
from homeport.reading.decide import Ask, Decline, Reuse, Vary, around, judge
from homeport.reading.key import resource
from homeport.routing import Route
from tests.homeport.homeport_world import NOON, ORIGIN

ROUTE = Route("/items/{id}", ttl=60)
ITEM = resource(ORIGIN, "/items/1")
ENTRY = Entry("/items/1", NO_FIELDS, "stored", "n", (NOON, NOON), body=b"x")
WRITE = Pending("w", 1, NOON, "PUT", "/items/1", NO_FIELDS)
ABSENT, REPLACE = Ask("uri-miss", "absent"), Ask("uri-miss", "replace")
STALE, REQUEST = Ask("stale", "replace", known=ENTRY), Ask("request", "replace", known=ENTRY)
BEARER = Headers([("authorization", "Bearer x")])


def look(
    found: Entry | Unreadable | None, said: str = "", *, after_ms: int = 0, route: Route = ROUTE
) -> Reuse | Ask | Decline | Vary:
    headers = Headers([("cache-control", said)] if said else ())
    return judge(Request("GET", "/items/1", headers), route, ITEM, found, NOON + after_ms)


def test_nothing_there_is_a_miss_to_be_filled() -> None:
    assert look(None) == ABSENT


def test_damage_is_a_miss_to_be_replaced() -> None:
    assert look(Unreadable("damaged")) == REPLACE


def test_a_newer_releases_entry_is_a_miss_and_left_alone() -> None:
    assert look(Unreadable("format 2", foreign=True)) == Ask("uri-miss", "no")


def test_another_resources_entry_is_a_miss_and_left_alone() -> None:  # section 4: the target must match
    assert look(replace(ENTRY, target="/items/2")) == Ask("uri-miss", "no")
    assert look(replace(ENTRY, target="/items/2", pending=(WRITE,))) == Ask("uri-miss", "no")
    assert look(replace(ENTRY, vary=Headers([("accept", "a")]))) == Ask("uri-miss", "no")


def test_a_marker_is_a_miss_to_be_replaced() -> None:
    assert look(replace(ENTRY, kind="marker")) == REPLACE
    assert look(replace(ENTRY, kind="marker", target="")) == REPLACE
    assert look(replace(ENTRY, kind="marker", stale=True)) == REPLACE


def test_what_is_marked_stale_is_asked_for_again_however_young() -> None:
    marked = replace(ENTRY, stale=True)
    assert look(marked) == Ask("stale", "replace", known=marked)


@pytest.mark.parametrize("said", ["", "max-stale", "max-stale=60"])
def test_what_is_marked_stale_is_never_shown_unasked_nor_in_an_errors_place(said: str) -> None:
    # Section 4.4: it is known to be outdated, whatever windows the route or the visitor would give.
    marked = replace(ENTRY, stale=True)
    route = replace(ROUTE, stale_while_revalidate=60, stale_if_error=60)
    assert look(marked, said, route=route) == Ask("stale", "replace", known=marked)


@pytest.mark.parametrize("kind", ["stored", "tombstone"])
@pytest.mark.parametrize(
    "said", ["", "no-cache", "no-store", "max-age=0", "min-fresh=9999", "only-if-cached"]
)
@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("after_ms", [0, 80_000_000])
def test_what_is_dirty_is_the_truth_here_whatever_the_visitor_asks_for(
    kind: Kind, said: str, stale: bool, after_ms: int
) -> None:
    dirty = replace(ENTRY, kind=kind, stale=stale, pending=(WRITE,))
    assert look(dirty, said, after_ms=after_ms, route=Route("/items/{id}")) == Reuse(dirty, None)


def test_a_settled_tombstone_is_asked_for_again() -> None:
    gone = replace(ENTRY, kind="tombstone", status=404)
    assert look(gone) == Ask("stale", "replace", known=gone)


@pytest.mark.parametrize(
    ("section", "after_ms", "step"),
    [
        ("4.2", 0, Reuse(ENTRY, 60)),
        ("4.2", 1, Reuse(ENTRY, 59)),
        ("4.2", 30_500, Reuse(ENTRY, 29)),
        ("4.2", 59_999, Reuse(ENTRY, 0)),
        ("4.2: fresh only while the lifetime exceeds the age", 60_000, STALE),
        ("4.2", 60_001, STALE),
        ("another machine's clock may be behind", -5_000, Reuse(ENTRY, 60)),
    ],
)
def test_an_entry_is_fresh_for_its_lifetime(section: str, after_ms: int, step: Reuse | Ask) -> None:
    assert look(ENTRY, after_ms=after_ms) == step, section


def test_without_any_lifetime_an_entry_is_stale_at_once() -> None:
    assert look(ENTRY, route=Route("/items/{id}")) == STALE


def test_the_origins_own_lifetime_wins_over_the_routes() -> None:
    entry = replace(ENTRY, header=Headers([("cache-control", "max-age=5"), ("age", "2")]))
    assert look(entry) == Reuse(entry, 3)
    assert look(entry, after_ms=3_000) == Ask("stale", "replace", known=entry)


def test_a_lifetime_is_judged_by_the_route_as_it_is_now() -> None:
    assert look(ENTRY, after_ms=5_000, route=replace(ROUTE, ttl=5)) == STALE


@pytest.mark.parametrize(
    ("section", "said", "after_ms", "step"),
    [
        ("5.2.1.4", "no-cache", 0, REQUEST),
        ("5.2.1.4", "No-Cache", 0, REQUEST),
        ("5.2.1.1", "max-age=10", 10_000, Reuse(ENTRY, 50)),
        ("5.2.1.1", "max-age=10", 10_001, REQUEST),
        ("5.2.1.1", "max-age=0", 1, REQUEST),
        ("5.2.1.1", "max-age=600", 10_000, Reuse(ENTRY, 50)),
        ("5.2.1.3", "min-fresh=20", 40_000, Reuse(ENTRY, 20)),
        ("5.2.1.3", "min-fresh=20", 40_001, REQUEST),
        ("5.2.1.3", "min-fresh=61", 0, REQUEST),
        ("5.2.1.5: it forbids storing, not reuse", "no-store", 1_000, Reuse(ENTRY, 59)),
        ("5.2.1.6", "no-transform", 1_000, Reuse(ENTRY, 59)),
        ("5.2.3: unknown directives", "x-fast, fresh=1", 1_000, Reuse(ENTRY, 59)),
        ("a stale one is stale first", "no-cache", 60_000, STALE),
    ],
)
def test_the_visitors_wishes_are_heard(section: str, said: str, after_ms: int, step: Reuse | Ask) -> None:
    assert look(ENTRY, said, after_ms=after_ms) == step, section


@pytest.mark.parametrize(
    "found",
    [
        None,
        Unreadable("damaged"),
        Unreadable("format 2", foreign=True),
        replace(ENTRY, kind="marker"),
        replace(ENTRY, stale=True),
        replace(ENTRY, target="/items/2"),
    ],
)
def test_only_if_cached_declines_where_the_origin_would_be_asked(found: Entry | Unreadable | None) -> None:
    assert look(found, "only-if-cached") == Decline()  # section 5.2.1.7


def test_only_if_cached_gets_what_is_fresh_and_nothing_that_is_not() -> None:  # section 5.2.1.7
    assert look(ENTRY, "only-if-cached", after_ms=59_000) == Reuse(ENTRY, 1)
    assert look(ENTRY, "only-if-cached", after_ms=60_000) == Decline()
    assert look(ENTRY, "only-if-cached, max-age=5", after_ms=6_000) == Decline()


@pytest.mark.parametrize(
    ("section", "cache_control"),
    [("3.5", "public"), ("3.5", "s-maxage=60"), ("3.5", "max-age=60, must-revalidate")],
)
def test_a_read_with_authorization_gets_what_the_origin_gave_to_all(section: str, cache_control: str) -> None:
    entry = replace(ENTRY, header=Headers([("cache-control", cache_control)]))
    assert judge(Request("GET", "/items/1", BEARER), ROUTE, ITEM, entry, NOON) == Reuse(entry, 60), section


@pytest.mark.parametrize("cache_control", ["", "max-age=60", "max-age=60, proxy-revalidate", "immutable"])
def test_a_read_with_authorization_gets_nothing_else_that_is_stored(cache_control: str) -> None:
    # Stricter than section 3.5, which is about what was stored for such a request: it may be shown a stranger's page.
    entry = replace(ENTRY, header=Headers([("cache-control", cache_control)]))
    assert judge(Request("GET", "/items/1", BEARER), ROUTE, ITEM, entry, NOON) == REPLACE


def test_an_entry_that_names_the_fields_of_its_variants_sends_there() -> None:  # section 4.1
    variants = replace(ENTRY, kind="variants", varies=("accept-language",))
    assert look(variants, after_ms=80_000_000) == Vary(variants)
    assert look(variants, "only-if-cached") == Vary(variants)
    assert judge(Request("GET", "/items/1", BEARER), ROUTE, ITEM, variants, NOON) == Vary(variants)
    marked = replace(variants, stale=True)
    assert look(marked) == Ask("stale", "replace", known=marked)


def test_where_no_region_answers_nothing_is_filled() -> None:  # section 5.2.1.7
    assert around(Request("GET", "/items/1")) == Ask("miss", "no")
    said = Headers([("cache-control", "max-age=5, Only-If-Cached")])
    assert around(Request("GET", "/items/1", said)) == Decline()


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_head_is_judged_as_get_is(method: str) -> None:  # section 4
    assert judge(Request(method, "/items/1"), ROUTE, ITEM, ENTRY, NOON) == Reuse(ENTRY, 60)
