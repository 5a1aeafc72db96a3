"""The vocabulary of `src/routes.py`: which paths are cached, and how each may be written.

A path that no route mentions passes through to the origin untouched. Routes are checked once, when the worker
starts, and every fault is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeGuard, get_args

from .reading.upstream import forwards

WhenUnreachable = Literal["refuse", "origin"]
_REPRESENTED = ("PUT", "DELETE")
_FIELD = re.compile(r"[a-z0-9!#$%&'+.^_`|~-]+")
_PARAMETER = re.compile(r"\{([a-z_][a-z0-9_]*)(\.\.\.)?\}")


@dataclass(frozen=True, slots=True)
class Route:
    """One declaration.

    `path` is a template: `{name}` stands for one segment, `{name...}`, at the end, for the rest.
    `ttl` is for how many seconds a representation is fresh whose origin does not say (RFC 9111 section 4.2);
    None means that only what the origin gives explicit freshness is reused.
    `vary` names request fields that choose the representation; they become part of the key. A write to such a path
    does not reach the stored representations: they live until their freshness ends.
    `write_behind` names methods accepted in the visitor's region and replayed later: only ones whose result the
    request alone determines. The others go straight to the origin.
    `invalidates` are templates, with this path's parameters, of paths that a write here changes as well.
    `when_unreachable` says what becomes of a write when the region's cache does not answer: `refuse` it with 503,
    or send it to the `origin`, although a write accepted before may then be replayed over it.
    """

    path: str
    ttl: float | None = None
    vary: tuple[str, ...] = ()
    write_behind: tuple[str, ...] = ()
    invalidates: tuple[str, ...] = ()
    when_unreachable: WhenUnreachable = "refuse"


@dataclass(frozen=True, slots=True)
class Match:
    """A route that covers a path, and what its parameters stand for."""

    route: Route
    parameters: tuple[tuple[str, str], ...] = ()

    @property
    def invalidated(self) -> tuple[str, ...]:
        """The other paths that a write to this one changes."""
        values = dict(self.parameters)
        return tuple(
            _PARAMETER.sub(lambda name: values[name.group(1)], template)
            for template in self.route.invalidates
        )


class RouteError(ValueError):
    """src/routes.py declares something that cannot work: `faults` lists each, with its route's path."""

    def __init__(self, faults: tuple[tuple[str, str], ...]) -> None:
        super().__init__("; ".join(f"{path}: {fault}" for path, fault in faults))
        self.faults = faults


class Routes:
    """All routes, in order: the first that covers a path is its route. Raises `RouteError`."""

    def __init__(self, *routes: Route) -> None:
        faults = [(route.path, fault) for route in routes for fault in _faults(route)]
        legible = [route for route in routes if not [*_path_faults(route.path)]]
        self._compiled = tuple((_pattern(route.path), route) for route in legible)
        faults += self._faults_between(legible)
        if faults:
            raise RouteError(tuple(faults))

    def match(self, path: str) -> Match | None:
        """The route of a path as it stands in the URL (percent-encoded, without the query)."""
        for pattern, route in self._compiled:
            if found := pattern.fullmatch(path):
                return Match(route, tuple(found.groupdict().items()))
        return None

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
    return _PARAMETER.sub(lambda found: "/".join("\0" * (length if found[2] else 1)), path)


def _templates(declared: object) -> tuple[str, ...]:
    """Those declared that are sound; the others' own faults have been told."""
    return tuple(each for each in declared if not [*_template_faults(each)]) if _are_texts(declared) else ()


def _are_texts(declared: object) -> TypeGuard[tuple[str, ...]]:
    return isinstance(declared, tuple) and all(isinstance(each, str) for each in declared)


def _pattern(path: str) -> re.Pattern[str]:
    parts, position = [], 0
    for found in _PARAMETER.finditer(path):
        parts.append(re.escape(path[position : found.start()]))
        parts.append(f"(?P<{found[1]}>.+)" if found[2] else f"(?P<{found[1]}>[^/]+)")
        position = found.end()
    return re.compile("".join(parts) + re.escape(path[position:]))


def _names(path: str) -> list[str]:
    return [name for name, _ in _PARAMETER.findall(path)]


def _faults(route: Route) -> Iterable[str]:
    yield from _path_faults(route.path)
    if route.path.startswith("/.homeport/"):
        yield "/.homeport/ belongs to Homeport itself"
    if route.ttl is not None and not (type(route.ttl) in (int, float) and 0 <= route.ttl <= 86_400):
        yield f"ttl={route.ttl!r}: from 0 to 86400 s, the longest that Momento keeps an item by default"
    for name in ("vary", "write_behind", "invalidates"):
        if not _are_texts(getattr(route, name)):
            yield f"{name}={getattr(route, name)!r}: a tuple of texts; of one, it is written with a comma: (…,)"
            return
    yield from _vary_faults(route.vary)
    yield from _write_faults(route)


def _path_faults(path: str) -> Iterable[str]:
    yield from _template_faults(path)
    if len(_names(path)) != len(set(_names(path))):
        yield "a parameter's name stands twice"


def _template_faults(template: str) -> Iterable[str]:
    if not template.startswith("/"):
        yield "a path begins with a slash"
    if set("{}") & set(_PARAMETER.sub("", template)):
        yield "a brace stands alone: a parameter is {name} in small letters, or {name...} at the end"
    if set("?#") & set(template):
        yield "a path has neither query nor fragment"
    if "...}" in template.removesuffix("...}"):
        yield "{name...} stands at the end only"


def _vary_faults(vary: tuple[str, ...]) -> Iterable[str]:
    names = [name.lower() for name in vary]
    if len(names) != len(set(names)):
        yield "vary: a field stands twice"
    for name in names:
        if not _FIELD.fullmatch(name) or not forwards(name):
            yield f"vary={name!r}: the origin does not get this field with a request whose answer is shared"


def _write_faults(route: Route) -> Iterable[str]:
    for method in route.write_behind:
        if method not in _REPRESENTED:
            yield f"write_behind={method!r}: only {' and '.join(_REPRESENTED)} can be accepted near the visitor"
    if route.write_behind and route.vary:
        yield "write_behind with vary: a write has no way to tell which representation it replaces"
    for template in route.invalidates:
        if [*_template_faults(template)] or not set(_names(template)) <= set(_names(route.path)):
            yield f"invalidates={template!r}: a path, with no parameters but this route's own"
    if route.when_unreachable not in get_args(WhenUnreachable):
        yield f"when_unreachable={route.when_unreachable!r}: one of {', '.join(get_args(WhenUnreachable))}"
