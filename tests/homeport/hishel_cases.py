"""Random requests, responses and moments for two caches to disagree about."""

from __future__ import annotations

from hypothesis import strategies as st

from homeport.messages import Headers, Request, Response
from homeport.routing import Route
from tests.homeport.hishel_differences import AHEAD, BEFORE, NOON_GMT, Case

AN_HOUR_BEFORE = "Tue, 14 Nov 2023 21:13:20 GMT"

Fields = tuple[tuple[str, str], ...]


def field(name: str, *values: str) -> st.SearchStrategy[Fields]:
    """A field with one of these values, or none; none is three times as likely."""
    absent: Fields = ()
    return st.sampled_from([absent] * 3 * len(values) + [((name, value),) for value in values])


def cache_control(*directives: str, most: int) -> st.SearchStrategy[Fields]:
    lists = st.lists(st.sampled_from(directives), max_size=most)
    return lists.map(lambda said: (("cache-control", ", ".join(said)),) if said else ())


def all_of(*parts: st.SearchStrategy[Fields]) -> st.SearchStrategy[Headers]:
    return st.tuples(*parts).map(lambda found: Headers(pair for fields in found for pair in fields))


SAID = cache_control(
    *("public", "private", 'private="x-a"', 'private=""', "no-store", "no-cache", 'no-cache="x-a"'),
    *("must-revalidate", "proxy-revalidate", "must-understand", "immutable", "no-transform", "x=1"),
    *("max-age=0", "max-age=60", "MAX-AGE=120", 'max-age="60"', "max-age=soon", "max-age=60", "max-age=120"),
    *("s-maxage=0", "s-maxage=30", "s-maxage=soon", "stale-while-revalidate=30", "stale-if-error=30"),
    most=4,
)
FRESHNESS = (
    SAID,
    field("expires", AHEAD, AHEAD, "0", NOON_GMT, "Tue, 14 Nov 2023 22:14:20 EST"),
    field("date", NOON_GMT, BEFORE, AHEAD, "soon"),
    field("last-modified", AN_HOUR_BEFORE),
    field("age", "0", "30", "old"),
    field("cdn-cache-control", "max-age=30", "no-store", "Bad", "none"),
)
REUSABLE = all_of(*FRESHNESS)
STORABLE = all_of(
    *FRESHNESS,
    field("etag", '"1"', 'W/"1"'),
    field("set-cookie", "s=1"),
    field("vary", "*", "Cookie", "accept-encoding", "Accept-Language, x", "x-api-key"),
    field("content-encoding", "br"),
)
WANTED = cache_control(
    *("no-store", "no-cache", "max-age=10", "max-age=999", "min-fresh=20", "max-stale", "max-stale=10"),
    *("only-if-cached", "no-transform"),
    most=2,
)
ROUTES = st.builds(
    Route,
    path=st.just("/items/{id}"),
    ttl=st.sampled_from([None, None, 0.0, 45.0]),
    stale_while_revalidate=st.sampled_from([None, None, 20.0]),
    stale_if_error=st.sampled_from([None, None, 20.0]),
)
REQUESTS = st.builds(
    Request,
    st.sampled_from(["GET", "GET", "GET", "HEAD"]),
    st.just("/items/1"),
    all_of(WANTED, field("authorization", "Bearer x"), field("range", "bytes=0-1")),
)
STATUSES = st.sampled_from(
    [*[200] * 8, 100, 201, 203, 204, 206, 299, 301, 302, 304, 308, 404, 410, 418, 451, 500, 501, 503, 599]
)

TO_STORE = st.builds(Case, st.builds(Response, STATUSES, STORABLE), REQUESTS, ROUTES)
TO_REUSE = st.builds(
    Case,
    st.builds(Response, st.sampled_from([200, 200, 200, 301, 404, 500]), REUSABLE),
    REQUESTS,
    ROUTES,
    seconds=st.sampled_from([0, 1, 29, 30, 31, 44, 45, 59, 60, 61, 79, 80, 89, 90, 119, 120, 150, 400]),
    delay=st.sampled_from([0, 0, 0, 5]),
)

CHOOSING = all_of(
    field("accept-language", "de, en", "de,en", "EN, de", "de", ""),
    field("accept-encoding", "gzip", "br"),
    field("x", "a, b", "a,b", "a", "A", ""),
)
CHOOSERS = st.builds(Request, st.just("GET"), st.just("/items/1"), CHOOSING)
VARIES = st.sampled_from(
    ["x", "accept-language", "Accept-Language, X", "accept-encoding", "accept-encoding, x", "y"]
)
TO_SELECT = st.builds(
    Case,
    VARIES.map(lambda names: Response(200, Headers([("vary", names)]))),
    CHOOSERS,
    stored=CHOOSERS,
)

VALIDATORS = (
    field("etag", '"1"', 'W/"1"', '"2"', 'W/"2"'),
    field("last-modified", BEFORE, BEFORE, AN_HOUR_BEFORE),
)
DESCRIBING = (
    field("content-type", "text/plain", "text/html"),
    field("content-language", "de", "en"),
    field("x-hop", "1"),
    field("x-a", "1", "2"),
    field("vary", "accept", "x"),
    field("age", "5"),
)
STORED_FIELDS = all_of(*VALIDATORS, *DESCRIBING)
NOT_MODIFIED_FIELDS = all_of(
    *VALIDATORS,
    *DESCRIBING,
    field("cache-control", "max-age=5", 'private="x-a"', 'no-cache="X-A, b"'),
    field("connection", "close, X-Hop"),
    field("content-length", "0"),
    field("content-encoding", "gzip"),
    field("content-range", "bytes 0-1/2"),
    field("set-cookie", "s=1"),
    field("cache-tag", "a"),
    field("keep-alive", "5"),
)
