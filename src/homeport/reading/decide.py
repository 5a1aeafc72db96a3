"""What a read comes to, decided from what the region's cache showed (RFC 9111 section 4). Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from homeport.entry import Entry, Unreadable
from homeport.messages import Request
from homeport.routing import Route

from .freshness import age, directives, forbids_stale, lifetime, response_directives, seconds, stale_seconds
from .key import Resource
from .storing import SHARED, may_be_stale
from .upstream import AUTHORIZATION
from .whose import nobody

Forward = Literal["bypass", "miss", "request", "stale", "uri-miss", "vary-miss"]
"""Why the origin is asked, in the words of RFC 9211 section 2.2."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """Answer from the entry, which stays fresh for `ttl` seconds, negative if stale; a dirty one has no such time.

    `refresh`: it is shown stale, and the origin is asked behind the answer (RFC 5861 section 3).
    """

    entry: Entry
    ttl: int | None
    refresh: bool = False


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the origin; `fill` says whether its answer may be stored where nothing stands, or replace what was read.

    `known` is what it may say of that it still stands; `spare` is shown where it fails (RFC 5861 section 4).
    """

    why: Forward
    fill: Literal["absent", "replace", "no"]
    known: Entry | None = None
    spare: Entry | None = None


@dataclass(frozen=True, slots=True)
class Decline:
    """The visitor wants no answer but a stored one (`only-if-cached`), and there is none: 504."""


@dataclass(frozen=True, slots=True)
class Vary:
    """The representations stand under keys of their own, by more request fields: look there."""

    variants: Entry


Step = Reuse | Ask | Decline


def around(request: Request) -> Ask | Decline:
    """The next step where the region's cache does not answer: nothing it holds can be used, or be replaced."""
    return Decline() if "only-if-cached" in directives(request.headers) else Ask("miss", "no")


def judge(
    request: Request,
    route: Route,
    resource: Resource,
    found: Entry | Unreadable | None,
    now: int,
    shown: Callable[[str], bool] = nobody,
) -> Step | Vary:
    """The next step after a look at the region's cache; `found` is None where nothing stands, `now` in ms.

    `shown` says whether a fingerprint is the reader's: what is somebody's alone is nobody else's.
    """
    said = directives(request.headers)
    if isinstance(found, Entry) and found.whose and not shown(found.whose):
        return Decline() if "only-if-cached" in said else Ask("bypass", "no")
    step = _judge(request, said, route, resource, found, now)
    if isinstance(step, Ask) and "only-if-cached" in said:
        return Decline()
    return step


def _judge(
    request: Request,
    said: Mapping[str, str],
    route: Route,
    resource: Resource,
    found: Entry | Unreadable | None,
    now: int,
) -> Reuse | Ask | Vary:
    if found is None:
        return Ask("uri-miss", "absent")
    if isinstance(found, Unreadable):
        return Ask("uri-miss", "no" if found.foreign else "replace")
    if not resource.stands_in(found):
        return Ask("uri-miss", "no")
    if found.dirty:
        # What was accepted here is the truth here, whatever the visitor asks for, if it can be told.
        return Ask("stale", "no") if found.unclear else Reuse(found, None)
    if found.kind in ("marker", "command") or (AUTHORIZATION in request.headers and not _for_all(found)):
        return Ask("uri-miss", "replace")
    if found.stale:
        return Ask("stale", "replace", known=found)
    if found.kind == "variants":
        return Vary(found)
    return _judge_age(said, route, found, now)


def _for_all(entry: Entry) -> bool:
    """Whether it may answer a request with Authorization (RFC 9111 section 3.5)."""
    return entry.kind == "variants" or not response_directives(entry.header).keys().isdisjoint(SHARED)


def _judge_age(said: Mapping[str, str], route: Route, entry: Entry, now: int) -> Reuse | Ask:
    validated = response_directives(entry.header).get("no-cache") == ""
    lives = 0.0 if validated else lifetime(entry.status, entry.header, route.ttl)
    old = age(entry, now)
    refused = "no-cache" in said or old > _limit(said, "max-age", old)
    if old < lives and not entry.soft:
        if refused or lives - old < _limit(said, "min-fresh", 0):
            return Ask("request", "replace", known=entry)
        return Reuse(entry, int(lives - old))
    late = max(0.0, old - lives)
    # max-age and min-fresh want nothing stale, unless max-stale stands beside the former (sections 5.2.1.1, .3).
    fresh_only = "min-fresh" in said or ("max-age" in said and "max-stale" not in said)
    if not refused and not fresh_only and not forbids_stale(entry.header):
        # A client's max-stale gives leave, and takes none of the origin's bans away (RFC 9111 section 5.2.1.2).
        if "max-stale" in said and late <= seconds(said["max-stale"] or "2147483648"):
            return Reuse(entry, -int(late))
        if late < stale_seconds(entry.header, "stale-while-revalidate", route.stale_while_revalidate):
            return Reuse(entry, -int(late), refresh=True)
    spare = late < stale_seconds(entry.header, "stale-if-error", route.stale_if_error)
    return Ask("stale", "replace", known=entry, spare=entry if spare and not refused else None)


def outdated(step: Ask, request: Request, route: Route, status: int) -> Entry | None:
    """What stands there and might be shown stale for long, although the answer, which is not kept, took its place."""
    known = step.known
    if step.fill != "replace" or known is None or known.stale:
        return None
    if AUTHORIZATION in request.headers or "no-store" in directives(request.headers):
        return None
    superseded = status in (404, 410) or (status < 400 and status != 304)
    return known if superseded and may_be_stale(known.header, route) else None


def _limit(said: Mapping[str, str], directive: str, default: float) -> float:
    return seconds(said[directive]) if directive in said else default
