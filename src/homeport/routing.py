"""The vocabulary of `src/routes.py`: which paths are cached, and how each may be written.

A path that no route mentions passes through to the origin untouched. Routes are checked once, when the worker
starts, and every fault is told at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

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
        faulty = {path for path, _ in faults}
        sound = tuple(route for route in routes if route.path not in faulty)
        self._compiled = tuple((_pattern(route.path), route) for route in sound)
        faults += self._faults_between(sound)
        if faults:
            raise RouteError(tuple(faults))

    def match(self, path: str) -> Match | None:
        """The route of a path as it stands in the URL (percent-encoded, without the query)."""
        for pattern, route in self._compiled:
            if found := pattern.fullmatch(path):
                return Match(route, tuple(found.groupdict().items()))
        return None

    def _faults_between(self, routes: Iterable[Route]) -> Iterable[tuple[str, str]]:
        for route in routes:
            first = self.match(_sample(route.path))
            if first is not None and first.route is not route:
                yield (
                    route.path,
                    f"an earlier route covers the same paths, {first.route.path}: this one is never reached",
                )
            for template in route.invalidates:
                other = self.match(_sample(template))
                if other is None:
                    yield route.path, f"invalidates={template!r}: no route caches that path"
                elif other.route.vary:
                    yield (
                        route.path,
                        f"invalidates={template!r}: its route has vary, so its keys cannot be known",
                    )


def _sample(path: str) -> str:
    """A path that a template covers and no narrower template does."""
    return _PARAMETER.sub(lambda found: "\0/\0" if found[2] else "\0", path)


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
    names = _names(route.path)
    yield from _template_faults(route.path)
    if len(names) != len(set(names)):
        yield "a parameter's name stands twice"
    if route.path.startswith("/.homeport/"):
        yield "/.homeport/ belongs to Homeport itself"
    if route.ttl is not None and not (type(route.ttl) in (int, float) and 0 <= route.ttl <= 86_400):
        yield f"ttl={route.ttl!r}: from 0 to 86400 s, the longest that Momento keeps an item by default"
    for name in ("vary", "write_behind", "invalidates"):
        if not isinstance(getattr(route, name), tuple):
            yield f"{name}={getattr(route, name)!r}: a tuple; of one, it is written with a comma: (…,)"
            return
    yield from _vary_faults(route.vary)
    yield from _write_faults(route, names)


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


def _write_faults(route: Route, names: list[str]) -> Iterable[str]:
    for method in route.write_behind:
        if method not in _REPRESENTED:
            yield f"write_behind={method!r}: only {' and '.join(_REPRESENTED)} can be accepted near the visitor"
    if route.write_behind and route.vary:
        yield "write_behind with vary: a write has no way to tell which representation it replaces"
    for template in route.invalidates:
        if [*_template_faults(template)] or not set(_names(template)) <= set(names):
            yield f"invalidates={template!r}: a path, with no parameters but this route's own"
    if route.when_unreachable not in get_args(WhenUnreachable):
        yield f"when_unreachable={route.when_unreachable!r}: one of {', '.join(get_args(WhenUnreachable))}"
