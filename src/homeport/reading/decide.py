"""What a read comes to, decided from what the region's cache showed (RFC 9111 section 4). Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from homeport.entry import Entry, Unreadable
from homeport.messages import Request
from homeport.routing import Route

from .freshness import age, directives, lifetime, seconds
from .key import Resource

Forward = Literal["miss", "request", "stale", "uri-miss"]
"""Why the origin is asked, in the words of RFC 9211 section 2.2."""


@dataclass(frozen=True, slots=True)
class Reuse:
    """Answer from the entry, which stays fresh for `ttl` seconds; a dirty one has no such time."""

    entry: Entry
    ttl: int | None


@dataclass(frozen=True, slots=True)
class Ask:
    """Ask the origin; `fill` says whether its answer may be stored where nothing stands, or replace what was read."""

    why: Forward
    fill: Literal["absent", "replace", "no"]


@dataclass(frozen=True, slots=True)
class Decline:
    """The visitor wants no answer but a stored one (`only-if-cached`), and there is none: 504."""


Step = Reuse | Ask | Decline


def around(request: Request) -> Ask | Decline:
    """The next step where the region's cache does not answer: nothing it holds can be used, or be replaced."""
    return Decline() if "only-if-cached" in directives(request.headers) else Ask("miss", "no")


def judge(
    request: Request, route: Route, resource: Resource, found: Entry | Unreadable | None, now: int
) -> Step:
    """The next step after a look at the region's cache; `found` is None where nothing stands, `now` in ms."""
    said = directives(request.headers)
    step = _judge(said, route, resource, found, now)
    if isinstance(step, Ask) and "only-if-cached" in said:
        return Decline()
    return step


def _judge(
    said: dict[str, str], route: Route, resource: Resource, found: Entry | Unreadable | None, now: int
) -> Reuse | Ask:
    if found is None:
        return Ask("uri-miss", "absent")
    if isinstance(found, Unreadable):
        return Ask("uri-miss", "no" if found.foreign else "replace")
    if not resource.stands_in(found):
        return Ask("uri-miss", "no")
    if found.dirty:
        return Reuse(found, None)  # what was accepted here is the truth here, whatever the visitor asks for
    if found.kind == "marker":
        return Ask("uri-miss", "replace")
    if found.stale:
        return Ask("stale", "replace")
    return _judge_age(said, route, found, now)


def _judge_age(said: dict[str, str], route: Route, entry: Entry, now: int) -> Reuse | Ask:
    lives = lifetime(entry.status, entry.header, route.ttl)
    old = age(entry, now)
    if old >= lives:
        return Ask("stale", "replace")
    if "no-cache" in said or old > _limit(said, "max-age", old) or lives - old < _limit(said, "min-fresh", 0):
        return Ask("request", "replace")
    return Reuse(entry, int(lives - old))


def _limit(said: dict[str, str], directive: str, default: float) -> float:
    return seconds(said[directive]) if directive in said else default
