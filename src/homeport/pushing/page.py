"""A page that the origin pushes, and what must not be pushed. Pure."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from homeport.entry import Push
from homeport.messages import Headers, Response
from homeport.reading.freshness import lifetime, response_directives, stored_age
from homeport.reading.key import Resource, resource
from homeport.reading.storing import LARGEST, UNDERSTOOD, dated, fits, stored_headers, varied
from homeport.reading.tags import tags_of
from homeport.routing import Match

from .changed import Site
from .order import target_at

_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_VALUE = re.compile(r"[\t -~\x80-\xff]*")
_TEXT = re.compile(r"[^\ud800-\udfff]*")
# What a delta-seconds may be at most: beyond it a number is not exact in JavaScript (RFC 8259 section 6).
LARGEST_NUMBER = 2**53 - 1


@dataclass(frozen=True, slots=True)
class Page:
    """A representation that the origin made, as a region is to keep it.

    `as_of` is the span in which it was rendered, in ms since 1970. Everything is checked: see `page_of`.
    """

    about: Resource
    response: Response
    as_of: tuple[int, int]
    push: Push
    tags: tuple[str, ...] = ()

    def clamped(self, now: int) -> Page:
        """The same, rendered at `now` at the latest: a publisher's clock may be ahead of its receiver's."""
        return replace(self, as_of=(min(self.as_of[0], now), min(self.as_of[1], now)))


Faults = tuple[tuple[str, str], ...]
"""Pairs of a member's name and what is wrong with it."""


def page_of(url: str, response: Response, as_of: tuple[int, int], push: Push, site: Site) -> Page | Faults:
    """The page at a URL, or why it must not be pushed. It gets a Date, and an ETag of its octets where it has none."""
    faults = [*_faults(response), *_shared_faults(response.headers), *_push_faults(as_of, push)]
    target = target_at(url, site)
    match = site.routes.match(target.partition("?")[0]) if isinstance(target, str) else None
    if not isinstance(target, str):
        faults.append(("url", target[1]))
    if faults or not isinstance(target, str) or match is None:
        return tuple(faults)
    whole = dated(response, as_of[1])
    if whole.status == 200 and "etag" not in whole.headers:
        etag = f'"{hashlib.sha256(bytes(whole.body)).hexdigest()[:32]}"'
        whole = replace(whole, headers=whole.headers.plus(("etag", etag)))
    if not _is_fresh(whole, as_of, match):
        detail = "would not be shown before the origin was asked: give it a max-age, or its route a ttl"
        return (("headers", detail),)
    return Page(resource(site.origin, target), whole, as_of, push, tags_of(whole.headers, match))


def _faults(response: Response) -> Iterator[tuple[str, str]]:
    headers = response.headers
    if response.status not in UNDERSTOOD:
        yield "status", f"{response.status} is not kept: {', '.join(map(str, sorted(UNDERSTOOD)))} are"
    if response.status == 204 and len(response.body):
        yield "body", "a 204 has none"
    if any(not _NAME.fullmatch(name) or not _VALUE.fullmatch(value) for name, value in headers):
        yield "headers", "hold a name or a value that no field has (RFC 9110 section 5)"
    if not fits(response):
        yield "body", f"body and fields have more than {LARGEST} octets"


def _shared_faults(headers: Headers) -> Iterator[tuple[str, str]]:
    said = response_directives(headers)
    if "set-cookie" in headers:
        yield "headers", "hold Set-Cookie: everybody would get that cookie"
    for directive in ("private", "no-store"):
        if directive in said:
            yield "headers", f"forbid by {directive} that everybody sees it"
    if said.get("no-cache") == "":
        yield "headers", "demand by no-cache that the origin is asked before it is shown"
    if "content-encoding" in headers or "content-range" in headers:
        yield "headers", "hold Content-Encoding or Content-Range: push the whole, and not coded"
    elif names := varied(headers):
        yield "headers", f"vary by {', '.join(names)}: only what is the same for everybody can be pushed"


def _push_faults(as_of: tuple[int, int], push: Push) -> Iterator[tuple[str, str]]:
    if not 0 <= as_of[0] <= as_of[1] <= LARGEST_NUMBER:
        yield "as_of", "is two moments in ms since 1970: when rendering began, and when it was done"
    if not 0 <= (push.version or 0) <= LARGEST_NUMBER:
        yield "version", f"is a number from 0 to {LARGEST_NUMBER}"
    if not 0 <= push.number <= LARGEST_NUMBER:
        yield "number", f"is a number from 0 to {LARGEST_NUMBER}"
    for name, text, most in (("state", push.state, 256), ("source", push.source, 64)):
        if len(text) > most or not _TEXT.fullmatch(text):
            yield name, f"is a text of at most {most} characters"


def _is_fresh(whole: Response, as_of: tuple[int, int], match: Match) -> bool:
    lives = lifetime(whole.status, whole.headers, match.route.ttl)
    return lives > stored_age(stored_headers(whole.headers, as_of))
