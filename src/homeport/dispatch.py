"""Whose business a request at the edge is. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from .messages import Headers, Request
from .reading.upstream import AUTHORIZATION, OVERRIDES
from .reading.whose import credential_names
from .routing import Match, Route, Routes

OURS = "/.homeport/"

REMEMBERED = 256
"""Paths of so many characters are: longer ones of a thousand would fill the isolate's memory."""

_DOTS = re.compile(r"(?:^|/)(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Ours:
    """Homeport's own surface; `path` is what follows `/.homeport/`."""

    path: str


@dataclass(frozen=True, slots=True)
class PassThrough:
    """The origin's business alone: streamed there and back."""


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """A path that the origin might take for another one than its route says."""


@dataclass(frozen=True, slots=True)
class Read:
    """A GET or HEAD that the visitor's region may answer."""

    match: Match


@dataclass(frozen=True, slots=True)
class Personal:
    """A GET or HEAD that is the origin's to answer, unless a write was accepted here; with `own`, its sender's own."""

    match: Match
    own: bool


@dataclass(frozen=True, slots=True)
class Write:
    """A request that may change what a cached route shows."""

    match: Match


def dispatch(
    request: Request, routes: Routes, *, sealing: bool = False
) -> Ours | PassThrough | Ambiguous | Read | Personal | Write:
    """Sort a request by its path and method.

    A read with credentials is answered by the origin for this visitor alone; with Authorization only it may be shared
    where the origin says so (RFC 9111 section 3.5). A method that is not known to be safe counts as a write (RFC 9111
    section 4.4, RFC 9110 section 9.2.1). `sealing`: writes with credentials are accepted here, too.
    """
    path = request.path
    found = _covered(path, routes) if len(path) <= REMEMBERED else _covered.__wrapped__(path, routes)
    if not isinstance(found, tuple):
        return PassThrough() if found is None else found
    match, read = found
    if request.method in ("OPTIONS", "TRACE", "CONNECT"):
        return PassThrough()
    names = request.headers.names
    if request.method not in ("GET", "HEAD") or not names.isdisjoint(OVERRIDES):
        return Write(match)
    named = credential_names(names, match.route)
    alone = bool(named) and (named != {AUTHORIZATION} or "cookie" in names)
    bypasses = bool(match.route.bypass_when) and _bypasses(match.route, request.headers)
    if "upgrade" in names or ((alone or bypasses) and not (sealing and match.route.write_behind)):
        return PassThrough()
    return Personal(match, bypasses) if alone or bypasses else read


@lru_cache(maxsize=1024)
def _covered(path: str, routes: Routes) -> Ambiguous | Ours | tuple[Match, Read] | None:
    """What stands at a path, whatever is asked of it; None: the origin's business. What is asked for often is kept."""
    if is_ambiguous(path):
        return Ambiguous()
    if path.startswith(OURS):
        return Ours(path.removeprefix(OURS))
    match = routes.match(path)
    return (match, Read(match)) if match else None


def is_ambiguous(path: str) -> bool:
    """Whether whoever parses the URL next may fold the path into another (RFC 3986 section 5.2.4, URL Standard)."""
    return "\\" in path or _DOTS.search(path) is not None


def _bypasses(route: Route, headers: Headers) -> bool:
    """Whether the request bears a cookie or a field whose bearer the route leaves to the origin."""
    for kind, _, name in (each.partition(":") for each in route.bypass_when):
        if kind == "header" and name.lower() in headers:
            return True
        if kind == "cookie" and name in _cookies(headers):
            return True
    return False


def _cookies(headers: Headers) -> set[str]:
    pairs = (headers.get("cookie") or "").replace(",", ";").split(";")
    return {pair.partition("=")[0].strip() for pair in pairs}
