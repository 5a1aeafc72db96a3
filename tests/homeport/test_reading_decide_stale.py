"""When something stale is shown, and what forbids it (RFC 9111 section 4.2.4, RFC 5861); requests' directives."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, Request
from homeport.reading.decide import Ask, Decline, Reuse, judge
from homeport.reading.freshness import forbids_stale, stale_seconds
from homeport.reading.key import resource
from homeport.routing import Route
from tests.homeport.homeport_world import NOON, ORIGIN

ITEM = resource(ORIGIN, "/items/1")
PLAIN = Route("/items/{id}")
WINDOWS = Route("/items/{id}", stale_while_revalidate=30, stale_if_error=300)


def entry(cache_control: str = "max-age=60", *, soft: bool = False) -> Entry:
    header = Headers([("cache-control", cache_control)])
    return Entry("/items/1", NO_FIELDS, "stored", "n", (NOON, NOON), soft=soft, header=header)


def look(found: Entry, said: str, seconds: float, route: Route = PLAIN) -> str:
    """What becomes of it, in words: its ttl where it is shown, why the origin is asked, and what is spared for it."""
    headers = Headers([("cache-control", said)] if said else ())
    match judge(Request("GET", "/items/1", headers), route, ITEM, found, NOON + round(seconds * 1000)):
        case Reuse(shown, ttl, refresh):
            assert shown == found
            return f"hit {ttl}{' refresh' if refresh else ''}"
        case Ask(why, fill, known, spare):
            assert (fill, known) == ("replace", found)
            assert spare in (None, found)
            return why + (" spare" if spare else "")
        case Decline():
            return "decline"
    pytest.fail("a stored representation is shown, asked for or declined")


BANS = ["must-revalidate", "proxy-revalidate", "no-cache", "s-maxage=60"]


@pytest.mark.parametrize(
    ("cache_control", "forbids"),
    [
        ("", False),
        ("max-age=60", False),
        ("public", False),
        ("immutable", False),
        ('no-cache="set-cookie"', False),  # section 5.2.2.4: it is about these fields alone
        ("stale-while-revalidate=9", False),
        *((ban, True) for ban in BANS),  # sections 4.2.4, 5.2.2.2, .8, .4, .10
        *((ban.upper(), True) for ban in BANS),
        ('no-cache="set-cookie", no-cache', True),
    ],
)
def test_what_forbids_that_a_response_is_shown_stale(cache_control: str, forbids: bool) -> None:
    assert forbids_stale(Headers([("cache-control", cache_control)])) is forbids


@pytest.mark.parametrize("directive", ["stale-while-revalidate", "stale-if-error"])
@pytest.mark.parametrize(
    ("cache_control", "route", "seconds"),
    [
        ("{0}=30", None, 30),  # RFC 5861 sections 3, 4
        ("{0}=30", 5.0, 30),  # the origin's own word comes first
        ("{0}=0", 5.0, 0),
        ("{0}=soon", 5.0, 0),
        ("{0}", 5.0, 0),
        ("max-age=1", 5.0, 5),
        ("", None, 0),
        *((f"{{0}}=30, {ban}", 5.0, 0) for ban in BANS),  # RFC 9111 section 4.2.4
    ],
)
def test_for_how_long_it_may_be_shown_stale(
    directive: str, cache_control: str, route: float | None, seconds: float
) -> None:
    headers = Headers([("cache-control", cache_control.format(directive))])
    assert stale_seconds(headers, directive, route) == seconds


@pytest.mark.parametrize(
    ("rule", "cache_control", "seconds", "route", "step"),
    [
        ("9111 4.2.4: not unless allowed", "max-age=60", 60, PLAIN, "stale"),
        ("5861 3", "max-age=60, stale-while-revalidate=30", 59.9, PLAIN, "hit 0"),
        ("5861 3", "max-age=60, stale-while-revalidate=30", 60, PLAIN, "hit 0 refresh"),
        ("5861 3", "max-age=60, stale-while-revalidate=30", 75, PLAIN, "hit -15 refresh"),
        ("5861 3", "max-age=60, stale-while-revalidate=30", 90, PLAIN, "stale"),
        ("5861 4", "max-age=60, stale-if-error=30", 60, PLAIN, "stale spare"),
        ("5861 4", "max-age=60, stale-if-error=30", 89.9, PLAIN, "stale spare"),
        ("5861 4", "max-age=60, stale-if-error=30", 90, PLAIN, "stale"),
        ("the route's windows", "max-age=60", 89.9, WINDOWS, "hit -29 refresh"),
        ("the route's windows", "max-age=60", 90, WINDOWS, "stale spare"),
        ("the route's windows", "max-age=60", 360, WINDOWS, "stale"),
        ("the origin's window wins", "max-age=60, stale-while-revalidate=0", 61, WINDOWS, "stale spare"),
        *(("9111 4.2.4", f"max-age=60, {ban}", 61, WINDOWS, "stale") for ban in BANS),
        *(("9111 4.2.4", f"{ban}, stale-if-error=99", 61, PLAIN, "stale") for ban in BANS),
        *(("9111 4.2.4", f"{ban}, stale-while-revalidate=99", 61, PLAIN, "stale") for ban in BANS),
        ("9111 5.2.2.4: no-cache, fresh or not", "max-age=60, no-cache", 0, WINDOWS, "stale"),
        ("9111 5.2.2.4: about fields only", 'max-age=60, no-cache="x"', 59, PLAIN, "hit 1"),
    ],
)
def test_what_becomes_of_a_stale_one(
    rule: str, cache_control: str, seconds: float, route: Route, step: str
) -> None:
    assert look(entry(cache_control), "", seconds, route) == step, rule


MAX_STALE = [
    ("5.2.1.2: any", "max-stale", 86_000, "hit -85940"),
    ("5.2.1.2: by no more than", "max-stale=10", 70, "hit -10"),
    ("5.2.1.2: by no more than", "max-stale=10", 70.001, "stale"),
    ("5.2.1.2: zero", "max-stale=0", 60, "hit 0"),
    ("5.2.1.2: no number gives no leave", "max-stale=soon", 61, "stale"),
    ("5.2.1.2: too large a number", "max-stale=" + "9" * 40, 86_000, "hit -85940"),
    ("5.2.1.2: a fresh one is fresh", "max-stale", 59, "hit 1"),
    ("5.2.1.1: an age that is refused is refused", "max-stale, max-age=10", 70, "stale"),
    ("5.2.1.1: unless max-stale is also present", "max-stale=20, max-age=600", 70, "hit -10"),
    ("5.2.1.3: still fresh for", "max-stale, min-fresh=1", 70, "stale"),
    ("5.2.1.4: no-cache", "max-stale, no-cache", 70, "stale"),
    ("5.2.1.7: with max-stale a stored one will do", "only-if-cached, max-stale", 70, "hit -10"),
    ("5.2.1.7: without it none will", "only-if-cached", 70, "decline"),
]


@pytest.mark.parametrize(("section", "said", "seconds", "step"), MAX_STALE)
def test_a_visitor_may_take_what_is_stale(section: str, said: str, seconds: float, step: str) -> None:
    assert look(entry(), said, seconds) == step, section


@pytest.mark.parametrize("ban", BANS)
@pytest.mark.parametrize("said", ["max-stale", "max-stale=999", "max-stale, max-age=999"])
def test_no_visitor_overrides_what_the_origin_forbids(ban: str, said: str) -> None:  # sections 4.2.4, 5.2.1.2
    for cache_control in (f"max-age=60, {ban}", f"{ban}, max-age=60"):
        assert look(entry(cache_control), said, 61, WINDOWS) == "stale"


@pytest.mark.parametrize(
    ("section", "said", "seconds", "step"),
    [
        ("5.2.1.1: nothing stale without max-stale", "max-age=600", 61, "stale spare"),
        ("5.2.1.1: an age that is refused", "max-age=10", 61, "stale"),
        ("5.2.1.3: nothing stale", "min-fresh=0", 61, "stale spare"),
        ("5.2.1.4: asked for anew", "no-cache", 61, "stale"),
        ("5.2.1.5: it forbids storing, not reuse", "no-store", 61, "hit -1 refresh"),
        ("5.2.1.7: it is stored", "only-if-cached", 61, "hit -1 refresh"),
        ("5.2.1.7: an error cannot happen", "only-if-cached", 91, "decline"),
    ],
)
def test_the_visitors_wishes_are_heard_within_the_windows(
    section: str, said: str, seconds: float, step: str
) -> None:
    assert look(entry(), said, seconds, WINDOWS) == step, section


def test_immutable_adds_nothing_to_ordinary_freshness() -> None:
    # RFC 8246 section 2.1 spares a reload's conditional request "during the freshness lifetime": that is the user
    # agent's to leave out. To a shared cache a fresh response is fresh, and a stale one stale, as without it.
    for seconds in (0, 59.9, 60, 600):
        assert look(entry("max-age=60, immutable"), "", seconds) == look(entry(), "", seconds)
        assert look(entry("max-age=60, immutable"), "no-cache", seconds) == look(entry(), "no-cache", seconds)
    assert look(entry("immutable"), "", 0) == "stale"


def test_what_was_purged_softly_counts_as_expired_at_that_moment() -> None:
    soft = entry(soft=True)
    assert look(soft, "", 1) == "stale"
    assert look(soft, "", 1, WINDOWS) == "hit 0 refresh"
    assert look(soft, "max-stale=0", 1) == "hit 0"
    assert look(entry("max-age=60, must-revalidate", soft=True), "max-stale", 1, WINDOWS) == "stale"
    assert look(entry("max-age=60", soft=True), "no-cache", 1, WINDOWS) == "stale"


WORDS = st.lists(
    st.sampled_from(
        ["max-stale", "max-stale=9", "max-age=30", "max-age=999", "min-fresh=1", "no-cache", "only-if-cached"]
    ),
    max_size=3,
)


@settings(derandomize=True, database=None, deadline=None)
@given(WORDS, st.sampled_from(BANS), st.integers(0, 400), st.booleans(), st.sampled_from([PLAIN, WINDOWS]))
def test_no_request_gets_stale_what_may_not_be_shown_stale(
    said: list[str], ban: str, seconds: int, soft: bool, route: Route
) -> None:
    step = look(entry(f"max-age=60, {ban}", soft=soft), ", ".join(said), seconds, route)
    assert "refresh" not in step
    assert "spare" not in step
    if seconds >= 60 or soft or ban == "no-cache":
        assert not step.startswith("hit")
