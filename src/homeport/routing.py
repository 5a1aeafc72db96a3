"""The vocabulary of `src/routes.py`: which paths are cached, and how each may be written.

A path that no route mentions passes through to the origin untouched. Routes are checked once, when the worker
starts, and every fault is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from .bulk import Bulk
from .collection import Collection, filled
from .route_faults import PARAMETER, are_texts, collection_faults, faults_of, path_faults, template_faults
from .writing.representation import Represent, plain

if TYPE_CHECKING:
    from .reading.overlay import Overlay

WhenUnreachable = Literal["refuse", "origin"]
Fill = Literal["behind", "before"]
AcceptedStatus = Literal[202, 200, 201, 204]
Conflict = Literal["origin", "ours", "park"]


@dataclass(frozen=True, slots=True)
class Route:
    """One declaration.

    `path` is a template: `{name}` stands for one segment, `{name...}`, at the end, for the rest.
    `ttl` is for how many seconds a representation is fresh whose origin does not say (RFC 9111 section 4.2);
    None means that only what the origin gives explicit freshness is reused.
    `vary` names request fields that choose the representation; they become part of the key. A write to such a path
    does not reach the stored representations: they live until their freshness ends.
    `write_behind` names methods accepted in the visitor's region and replayed later, of PUT, DELETE, PATCH and POST,
    which takes `collection_of` or `deduplicates`; the others go straight to the origin. So does a PATCH that is neither
    a merge patch (RFC 7396) nor a JSON Patch (RFC 6902), or whose resource is not shown as JSON.
    `representation` says what a GET shows after an accepted PUT or PATCH: a pure function of (write, current), see
    `homeport.writing.representation`; ready-made there are `plain`, `wrapped("data")` and `merged`. A write on which it
    fails goes straight to the origin.
    `invalidates` are templates, with this path's parameters, of paths that a write here changes as well.
    `stale_while_revalidate` and `stale_if_error` are for how many seconds after its freshness a representation may be
    shown while the origin is asked behind the answer, and where it fails (RFC 5861); the origin's own word comes first.
    `ignore_query` is True, or names of query parameters (`utm_*` for all that begin so), that do not choose the
    representation: they are neither in the key nor sent to the origin. `sort_query` makes their order irrelevant.
    `tags` are templates of what representations can be purged by, besides the origin's Cache-Tag and Surrogate-Key.
    `collapse` lets one visitor of a region ask the origin for what many miss at once; the others wait for it a little.
    `fill` says whether a representation is stored behind the answer or before it: the latter is slower, and a visitor
    who reads again at once certainly finds it. `bypass_when` are cookies and request fields, as `cookie:session` or
    `header:x-preview`, whose bearer is answered by the origin alone.
    `when_unreachable` says what becomes of a write when the region's cache does not answer: `refuse` it with 503,
    or send it to the `origin`, although a write accepted before may then be replayed over it.
    `accepted_status` is what an accepted write is answered with, for clients that insist: 200 shows the representation;
    201 does so, too, where the region knew none before, else it is 200; 204 shows nothing. The origin has yet to agree.
    `coalesce` lets one request stand for several accepted writes of a resource, where none of them was sent yet: the
    origin sees their last state. `bulk` is an endpoint that takes writes of many resources in one request.
    `deduplicates`: the origin honours Idempotency-Key on this route: it applies requests of one key once. A POST
    without `collection_of` takes that. `honours_if_match`: it does not, but it honours If-Match and If-None-Match, and
    gives strong entity tags: each replay is then conditional on the state before it.
    `conflict` says what becomes of an accepted write that the origin answers with 412 or 409: the `origin`'s state
    stands, `ours` is sent again without its author's precondition (after 409 there is none to leave out: the origin's
    stands), `park` leaves it to the operator.
    `collection_of`: the path holds a list, and this is the template of its items, with this path's parameters and one
    more. The list then shows pending writes of its items, and a POST accepted here makes one: it is named by the member
    `identity` of the JSON body, or Homeport names it there. The origin must take that name, and answer 409 where it is
    taken. What is known of the item is told by the item's route.
    `overlay` says how the list shows them: a pure function, see `homeport.reading.overlay`; without one the list is a
    JSON array, as `listed()` has it.
    `concurrency` is how many replays of its writes are under way at once at most, `rate` how many begin in a second:
    in one drain. Each region has four lanes, and each of these one drain at a time.
    `credentials` names further request fields that are their sender's secret here, besides those of which it is known:
    a read with one is the origin's business, and of a write they are sealed. `session` names what identifies a sender,
    as `cookie:session` or `header:authorization`; without it all credentials together do, cookies that change included.
    """

    path: str
    ttl: float | None = None
    vary: tuple[str, ...] = ()
    write_behind: tuple[str, ...] = ()
    invalidates: tuple[str, ...] = ()
    when_unreachable: WhenUnreachable = "refuse"
    stale_while_revalidate: float | None = None
    stale_if_error: float | None = None
    ignore_query: bool | tuple[str, ...] = False
    sort_query: bool = False
    tags: tuple[str, ...] = ()
    collapse: bool = False
    fill: Fill = "behind"
    bypass_when: tuple[str, ...] = ()
    representation: Represent = plain
    accepted_status: AcceptedStatus = 202
    coalesce: bool = False
    bulk: Bulk | None = None
    deduplicates: bool = False
    honours_if_match: bool = False
    conflict: Conflict = "origin"
    collection_of: str = ""
    identity: str = "id"
    overlay: Overlay | None = None
    concurrency: int | None = None
    rate: float | None = None
    credentials: tuple[str, ...] = ()
    session: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A route that covers a path, and what its parameters stand for."""

    route: Route
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def invalidated(self) -> tuple[str, ...]:
        """The other paths that a write to this one changes."""
        values = dict(self.parameters)
        return tuple(filled(template, values) for template in self.route.invalidates)


class RouteError(ValueError):
    """src/routes.py declares something that cannot work: `faults` lists each, with its route's path."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{path}: {fault}" for path, fault in faults))
        self.faults = faults


class Routes:
    """All routes, in order: the first that covers a path is its route. Raises `RouteError`."""

    def __init__(self, *routes: Route) -> None:
        faults = [(route.path, fault) for route in routes for fault in faults_of(route)]
        legible = [route for route in routes if not [*path_faults(route.path)]]
        self._compiled = tuple((_pattern(route.path), route) for route in legible)
        self._collections = tuple(
            Collection(route, _pattern(route.collection_of))
            for route in legible
            if not [*collection_faults(route)] and route.collection_of
        )
        faults += self._faults_between(legible)
        if faults:
            raise RouteError(tuple(faults))

    def match(self, path: str) -> Match | None:
        """The route of a path as it stands in the URL (percent-encoded, without the query)."""
        for pattern, route in self._compiled:
            if found := pattern.fullmatch(path):
                return Match(route, tuple(found.groupdict().items()))
        return None

    def __iter__(self) -> Iterator[Route]:
        return (route for _, route in self._compiled)

    def collection(self, route: Route) -> Collection | None:
        """The collection that a route's paths are; None where they are none."""
        for each in self._collections:
            if each.route is route:
                return each
        return None

    def listings(self, path: str) -> Iterator[tuple[str, Match]]:
        """The paths of the lists that a path's resource stands in, and what matches them."""
        for each in self._collections:
            if found := each.listing(path):
                yield found[0], Match(each.route, found[1])

    def _faults_between(self, routes: Sequence[Route]) -> Iterable[tuple[str, str]]:
        deepest = max((route.path.count("/") for route in routes), default=0)
        for route in routes:
            samples = _samples(route.path, deepest)
            first = [found.route for path in samples if (found := self.match(path))]
            if all(each is not route for each in first):
                yield (
                    route.path,
                    f"an earlier route covers the same paths, {first[0].path}: this one is never reached",
                )
            for template in (route.collection_of,) * (self.collection(route) is not None):
                items = [self.match(path) for path in _samples(template, deepest)]
                if not all(each and each.route.write_behind and each.route is not route for each in items):
                    yield (
                        route.path,
                        f"collection_of={template!r}: a route of its own has to have write_behind: other writes to an "
                        "item must not overtake a POST that waits",
                    )
            for template in _templates(route.invalidates):
                others = [self.match(path) for path in _samples(template, deepest)]
                if None in others:
                    yield route.path, f"invalidates={template!r}: no route caches that path"
                elif any(other.route.vary for other in others if other):
                    yield (
                        route.path,
                        f"invalidates={template!r}: its route has vary, so its keys cannot be known",
                    )


def _samples(path: str, deepest: int) -> tuple[str, ...]:
    """Paths that a template covers and no narrower template does; of a rest, some deeper than any other route."""
    return tuple(_sample(path, length) for length in (range(1, deepest + 2) if "...}" in path else (1,)))


def _sample(path: str, length: int) -> str:
    return PARAMETER.sub(lambda found: "/".join("\0" * (length if found[2] else 1)), path)


def _templates(declared: object) -> tuple[str, ...]:
    """Those declared that are sound; the others' own faults have been told."""
    return tuple(each for each in declared if not [*template_faults(each)]) if are_texts(declared) else ()


def _pattern(path: str) -> re.Pattern[str]:
    parts, position = [], 0
    for found in PARAMETER.finditer(path):
        parts.append(re.escape(path[position : found.start()]))
        parts.append(f"(?P<{found[1]}>.+)" if found[2] else f"(?P<{found[1]}>[^/]+)")
        position = found.end()
    return re.compile("".join(parts) + re.escape(path[position:]))
