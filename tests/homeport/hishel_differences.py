"""Where Homeport decides otherwise than hishel, and why: each class by its name in docs/http-caching.md."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from homeport.messages import Headers, Request, Response
from homeport.routing import Route

GET, PLAIN = Request("GET", "/items/1"), Route("/items/{id}")
NOON_GMT, BEFORE = "Tue, 14 Nov 2023 22:13:20 GMT", "Tue, 14 Nov 2023 22:12:50 GMT"
AHEAD = "Tue, 14 Nov 2023 22:14:20 GMT"
MOMENTS = {BEFORE: -30, NOON_GMT: 0, AHEAD: 60}
"""In seconds after every test begins."""


@dataclass(frozen=True, slots=True)
class Case:
    """A request, the response that answered it or is stored, and the moment; seconds since that response came.

    `stored` is the request that it answered where it is another one, or its Vary is looked at.
    """

    response: Response
    request: Request = GET
    route: Route = PLAIN
    seconds: int = 0
    delay: int = 0
    """Seconds from asking to the response."""
    stored: Request = GET

    @property
    def said(self) -> list[tuple[str, str]]:
        """Directives of the response's Cache-Control, with what stands behind the equals sign."""
        return _directives(self.response.headers)

    @property
    def wanted(self) -> list[tuple[str, str]]:
        """The same of the request's."""
        return _directives(self.request.headers)


def _directives(headers: Headers) -> list[tuple[str, str]]:
    found = re.findall(r'([\w-]+)(?:=("[^"]*"|[^\s,]*))?', (headers.get("cache-control") or "").lower())
    return [(name, value) for name, value in found]


def _names(directives: list[tuple[str, str]]) -> set[str]:
    return {name for name, _ in directives}


def _repeated(case: Case, *but: str) -> bool:
    """The first counts, and of no-cache and private the stricter; with hishel the last does."""
    return any(
        len({value for known, value in case.said if known == name}) > 1
        for name in _names(case.said).difference(but)
    )


def _stricter(case: Case) -> bool:
    return _repeated(case, "no-cache", "private")


def _no_number(case: Case) -> bool:
    """It counts as stale; hishel goes on as if the directive were not there."""
    numbers = ("max-age", "s-maxage", "stale-while-revalidate", "stale-if-error")
    return any(name in numbers and not value.strip('"').isdigit() for name, value in case.said)


def _no_use(case: Case) -> bool:
    """Never fresh, and neither to be shown stale nor to be validated: it is not kept."""
    headers, names = case.response.headers, _names(case.said)
    always = ("no-cache", "") in case.said
    says = bool({"max-age", "s-maxage"} & names) or always or "expires" in headers
    whole = case.response.status == 200 and ("etag" in headers or "last-modified" in headers)
    return (always or not _fresh(case)) and not (says and (whole or (_window(case) and not _forbidden(case))))


def _forbidden(case: Case) -> bool:
    bans = {"must-revalidate", "proxy-revalidate", "s-maxage"}
    return ("no-cache", "") in case.said or bool(bans & _names(case.said))


def _fresh(case: Case) -> bool:
    for directive in ("s-maxage", "max-age"):
        for value in [value for name, value in case.said if name == directive][:1]:
            return value.strip('"').strip("0").isdigit()
    if "expires" in case.response.headers:
        return _later(case.response.headers)
    return bool(case.route.ttl) and case.response.status in (200, 203, 301, 308)


def _later(headers: Headers) -> bool:
    date = MOMENTS.get(headers.get("date") or "", 0)
    return MOMENTS.get(headers.get("expires") or "", date) > date


def _vary_of_nobody(case: Case) -> bool:
    names = {name.strip().lower() for name in (case.response.headers.get("vary") or "").split(",")}
    return bool(names & {"*", "cookie", "x-api-key", "authorization"})


def _window(case: Case) -> bool:
    by_origin = {"stale-while-revalidate", "stale-if-error"} & _names(case.said)
    return bool(by_origin) or bool(case.route.stale_while_revalidate or case.route.stale_if_error)


def _blanks(case: Case) -> bool:
    """Between the two requests only blanks, letters' size and order of languages differ, or absent and empty."""
    names = [name.strip().lower() for name in (case.response.headers.get("vary") or "").split(",")]
    return all(
        name == "accept-encoding"
        or _loosely(name, case.request.headers.get(name)) == _loosely(name, case.stored.headers.get(name))
        for name in names
    )


def _loosely(name: str, value: str | None) -> list[str]:
    parts = [part.strip() for part in (value or "").split(",")]
    return sorted(part.lower() for part in parts) if name == "accept-language" else parts


Predicate = Callable[[Case], bool]


def _says_nothing(case: Case) -> bool:
    return not _names(case.said) & {"max-age", "s-maxage"} and "expires" not in case.response.headers


HERE: Mapping[str, Predicate] = {
    "targeted field": lambda case: "cdn-cache-control" in case.response.headers,
    "directive said twice": _stricter,
}
THERE: Mapping[str, Predicate] = {**HERE, "directive said twice": _repeated}
STORED_HERE_ONLY: Mapping[str, Predicate] = {
    **HERE,
    "must-understand": lambda case: "must-understand" in _names(case.said),
    "no number": _no_number,
}
STORED_THERE_ONLY: Mapping[str, Predicate] = {
    **THERE,
    "must-understand": lambda case: "must-understand" in _names(case.said),
    "request's no-store": lambda case: "no-store" in _names(case.wanted),
    "Set-Cookie": lambda case: "set-cookie" in case.response.headers,
    "Vary by what no shared request bears": _vary_of_nobody,
    "private without a name": lambda case: ("private", '""') in case.said,
    "of no use": _no_use,
}
LONGER_HERE: Mapping[str, Predicate] = {**HERE}
LONGER_THERE: Mapping[str, Predicate] = {
    **THERE,
    "no number": _no_number,
    "no heuristic": _says_nothing,
    "another zone": lambda case: "EST" in (case.response.headers.get("expires") or ""),
}
REUSED_HERE_ONLY: Mapping[str, Predicate] = {
    **LONGER_HERE,
    "the route's ttl": lambda case: case.route.ttl is not None and _says_nothing(case),
    "stale allowed": lambda case: (
        (_window(case) or "max-stale" in _names(case.wanted)) and not _forbidden(case)
    ),
    "HEAD by a GET": lambda case: case.request.method == "HEAD",
    "Range": lambda case: "range" in case.request.headers,
}
REUSED_THERE_ONLY: Mapping[str, Predicate] = {
    **LONGER_THERE,
    "the request's wishes": lambda case: bool(_names(case.wanted) & {"max-age", "min-fresh"}),
    "a stranger's page": lambda case: "authorization" in case.request.headers,
    "Age": lambda case: "age" in case.response.headers,
    "time on the way": lambda case: case.delay > 0,
    "Date ahead": lambda case: case.response.headers.get("date") == AHEAD,
}
SELECTED_HERE_ONLY: Mapping[str, Predicate] = {"the same in other words": _blanks}
UPDATED_DIFFERENTLY: Mapping[str, Predicate] = {
    "weak ETag of a 304": lambda case: (case.response.headers.get("etag") or "").startswith("W/"),
}
FIELDS: Mapping[str, frozenset[str]] = {
    "Content-Type of a 304": frozenset(("content-type",)),
    "fields of what is stored": frozenset(("etag", "vary", "content-md5")),
    "Set-Cookie of a 304": frozenset(("set-cookie",)),
    "Age of a 304": frozenset(("age",)),
    "nominated by Connection": frozenset(("x-hop",)),
    "tags of a 304": frozenset(("cache-tag", "surrogate-key")),
}
TABLES = (
    STORED_HERE_ONLY,
    STORED_THERE_ONLY,
    LONGER_THERE,
    REUSED_HERE_ONLY,
    REUSED_THERE_ONLY,
    SELECTED_HERE_ONLY,
    UPDATED_DIFFERENTLY,
)
ALL = {name for table in (*TABLES, FIELDS) for name in table}


def explanations(table: Mapping[str, Predicate], case: Case) -> list[str]:
    """The classes of a table that a case belongs to."""
    return [name for name, holds in table.items() if holds(case)]
