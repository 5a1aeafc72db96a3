"""What may be pushed, what must not be, and why."""

from __future__ import annotations

import hashlib

import pytest

from homeport.entry import Push
from homeport.messages import Headers, Response
from homeport.pushing.page import LARGEST_NUMBER, Page, page_of
from homeport.reading.storing import LARGEST
from tests.homeport.homeport_world import NOON, ORIGIN
from tests.homeport.push_world import SITE, TARGET, page, response


def faults(
    answer: Response,
    url: str = TARGET,
    as_of: tuple[int, int] = (NOON, NOON),
    push: Push | None = None,
) -> list[tuple[str, str]]:
    found = page_of(url, answer, as_of, push or Push(), SITE)
    assert not isinstance(found, Page), found
    return list(found)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ([("set-cookie", "a=b")], "Set-Cookie"),
        ([("set-cookie", "a=b"), ("cache-control", 'no-cache="set-cookie", max-age=5')], "Set-Cookie"),
        ([("cache-control", "private")], "private"),
        ([("cache-control", 'private="x-name", max-age=5')], "private"),
        ([("cache-control", "no-store")], "no-store"),
        ([("cdn-cache-control", "no-store"), ("cache-control", "max-age=5")], "no-store"),
        ([("cache-control", "no-cache")], "no-cache"),
        ([("vary", "*")], "vary by *"),
        ([("vary", "accept-language, cookie")], "vary by accept-language, cookie"),
        ([("content-encoding", "gzip")], "not coded"),
        ([("content-range", "bytes 0-1/2")], "not coded"),
        ([("cache-control", "max-age=0")], "max-age"),
        ([("cache-control", "max-age=5"), ("age", "5")], "max-age"),
        ([("x-name", "a\r\nset-cookie: b=c")], "no field has"),
        ([("x name", "a")], "no field has"),
        ([("x-name", "\u20ac")], "no field has"),
    ],
)
def test_fields_that_forbid_it_are_refused_with_the_reason(fields: list[tuple[str, str]], said: str) -> None:
    found = faults(response(b"x", *fields))
    assert [name for name, _ in found] == ["headers"]
    assert said in found[0][1]


@pytest.mark.parametrize("status", [100, 206, 304, 401, 500, 503, 999])
def test_a_status_that_is_not_kept_is_refused(status: int) -> None:
    assert faults(response(b"x", ("cache-control", "max-age=60"), status=status))[0][0] == "status"


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("https://elsewhere.test/items/1", "begins with"),
        (f"{ORIGIN}.evil.test/items/1", "begins with"),
        ("//elsewhere.test/items/1", "is cached by no route"),
        ("/nothing", "is cached by no route"),
        ("/items/%2e%2e/secret", "dot segment"),
        ("/items/1#part", "fragment"),
        ("/items/ü", "percent-encoded"),
        ("/vary/1", "vary"),
        ("", "begins with"),
    ],
)
def test_what_is_not_a_cached_path_of_the_origin_is_refused(url: str, said: str) -> None:
    ((name, why),) = faults(response(), url)
    assert name == "url"
    assert said in why


def test_what_momento_could_not_hold_is_refused() -> None:
    assert [name for name, _ in faults(response(b"x" * (LARGEST + 1)))] == ["body"]


def test_a_204_with_a_body_is_refused() -> None:
    found = faults(response(b"x", ("cache-control", "max-age=60"), status=204))
    assert found == [("body", "a 204 has none")]


@pytest.mark.parametrize("as_of", [(NOON, NOON - 1), (-1, NOON), (NOON, 2**53)])
def test_a_span_that_is_none_is_refused(as_of: tuple[int, int]) -> None:
    assert faults(response(), as_of=as_of)[0][0] == "as_of"


@pytest.mark.parametrize(
    ("push", "name"),
    [
        (Push(version=-1), "version"),
        (Push(version=LARGEST_NUMBER + 1), "version"),
        (Push(number=-1), "number"),
        (Push(state="x" * 257), "state"),
        (Push(state="\ud800"), "state"),
        (Push(source="x" * 65), "source"),
    ],
)
def test_what_no_line_can_hold_is_refused(push: Push, name: str) -> None:
    assert [each for each, _ in faults(response(), push=push)] == [name]


def test_everything_wrong_is_told_at_once() -> None:
    found = faults(response(b"x", ("set-cookie", "a=b"), ("vary", "*"), status=500), "/nothing", (5, 4))
    assert [name for name, _ in found] == ["status", "headers", "headers", "as_of", "url"]


def test_a_route_without_ttl_needs_a_freshness_of_the_pages_own() -> None:
    assert "max-age" in faults(response(), "/unsaid/1")[0][1]
    assert page(b"x", ("cache-control", "max-age=5"), url="/unsaid/1").about.target == "/unsaid/1"


def test_a_page_gets_a_strong_etag_of_its_octets_and_keeps_its_own() -> None:
    digest = hashlib.sha256(b"page").hexdigest()[:32]
    assert page(b"page").response.headers.get("etag") == f'"{digest}"'
    assert page(b"page", ("etag", '"mine"')).response.headers.get("etag") == '"mine"'


def test_a_page_gets_the_date_of_its_rendering() -> None:
    assert page().response.headers.get("date") == "Tue, 14 Nov 2023 22:13:20 GMT"


def test_the_url_may_begin_with_the_origin() -> None:
    assert page(url=f"{ORIGIN}{TARGET}").about == page().about


def test_a_page_has_the_tags_of_its_route_and_its_own() -> None:
    tagged = page(b"x", ("cache-tag", "News, Front"), url="/tagged/7")
    assert tagged.tags == ("item-7", "news", "front")


def test_a_404_with_explicit_freshness_may_be_pushed() -> None:
    gone = response(b"gone", ("cache-control", "max-age=60"), status=404)
    made = page_of(TARGET, gone, (NOON, NOON), Push(), SITE)
    assert isinstance(made, Page)
    assert "etag" not in made.response.headers


def test_a_clock_ahead_counts_as_now() -> None:
    assert page(at=NOON + 60_000).clamped(NOON).as_of == (NOON, NOON)
    assert page(at=NOON - 5).clamped(NOON).as_of == (NOON - 5, NOON)


def test_vary_by_what_fetch_decodes_is_no_variation() -> None:
    assert page(b"x", ("vary", "Accept-Encoding")).response.headers == Headers(
        (*response(b"x", ("vary", "Accept-Encoding")).headers, *list(page(b"x").response.headers)[1:])
    )
