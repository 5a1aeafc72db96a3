"""What can be wrong with a declaration in `src/routes.py`. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, TypeGuard

from .bulk import Bulk
from .keys import DAY_SECONDS as DAY
from .reading.upstream import credentials, forwards
from .writing.representation import plain

if TYPE_CHECKING:
    from .routing import Route

PARAMETER = re.compile(r"\{([a-z_][a-z0-9_]*)(\.\.\.)?\}")
FILL = ("behind", "before")
WHEN_UNREACHABLE = ("refuse", "origin")
LEAST_RATE, MOST_RATE = 0.1, 1000
ACCEPTED_STATUS = (202, 200, 201, 204)
CONFLICT = ("origin", "ours", "park")
_REPRESENTED = ("PUT", "DELETE", "PATCH", "POST")
_FIELD = re.compile(r"[a-z0-9!#$%&'+.^_`|~-]+")
_TAG = re.compile(r"[!-z|~]{0,256}")
MOST_TAGS = 32
"""Of one representation."""

_BYPASS = re.compile(r"cookie:[^\s;=,]+|header:[A-Za-z0-9!#$%&'+.^_`|~-]+")


def faults_of(route: Route) -> Iterable[str]:
    """What is wrong with one route, in words."""
    yield from path_faults(route.path)
    if route.path.startswith("/.homeport/"):
        yield "/.homeport/ belongs to Homeport itself"
    for name in ("ttl", "stale_while_revalidate", "stale_if_error"):
        if (value := getattr(route, name)) is not None and not (
            type(value) in (int, float) and 0 <= value <= DAY
        ):
            yield f"{name}={value!r}: from 0 to {DAY} s, the longest that Momento keeps an item by default"
    for name in ("vary", "write_behind", "invalidates", "tags", "bypass_when", "credentials", "session"):
        if not are_texts(getattr(route, name)):
            yield f"{name}={getattr(route, name)!r}: a tuple of texts; of one, it is written with a comma: (…,)"
            return
    yield from _vary_faults(route.vary)
    yield from _tag_faults(route)
    yield from _read_faults(route)
    yield from _write_faults(route)
    yield from _post_faults(route)
    yield from _protection_faults(route)
    yield from _secret_faults(route)


def path_faults(path: str) -> Iterable[str]:
    """What is wrong with a route's path."""
    yield from template_faults(path)
    if len(_names(path)) != len(set(_names(path))):
        yield "a parameter's name stands twice"


def template_faults(template: str) -> Iterable[str]:
    """What is wrong with a template of paths."""
    if not template.startswith("/"):
        yield "a path begins with a slash"
    if set("{}") & set(PARAMETER.sub("", template)):
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


def _tag_faults(route: Route) -> Iterable[str]:
    for template in route.tags:
        if not _TAG.fullmatch(PARAMETER.sub("", template)) or not template:
            yield f"tags={template!r}: up to 256 printable ASCII characters, no blank, and parameters as {{name}}"
        if not set(_names(template)) <= set(_names(route.path)):
            yield f"tags={template!r}: no parameters but this route's own"
    if len(route.tags) > MOST_TAGS:
        yield f"tags: {len(route.tags)} of them, at most {MOST_TAGS}"


def _read_faults(route: Route) -> Iterable[str]:
    if type(route.ignore_query) is not bool and not are_texts(route.ignore_query):
        yield f"ignore_query={route.ignore_query!r}: True, or a tuple of parameters' names"
    if route.fill not in FILL:
        yield f"fill={route.fill!r}: one of {', '.join(FILL)}"
    for name in ("sort_query", "collapse", "coalesce", "deduplicates", "honours_if_match"):
        if type(getattr(route, name)) is not bool:
            yield f"{name}={getattr(route, name)!r}: True or False"
    for each in route.bypass_when:
        if not _BYPASS.fullmatch(each):
            yield f"bypass_when={each!r}: cookie:name or header:name"


def _write_faults(route: Route) -> Iterable[str]:
    for method in route.write_behind:
        if method not in _REPRESENTED:
            yield f"write_behind={method!r}: only {', '.join(_REPRESENTED)} can be accepted near the visitor"
    yield from _representation_faults(route)
    if route.vary and set(route.write_behind) - ({"POST"} if route.collection_of else set()):
        yield "write_behind with vary: a write has no way to tell which representation it replaces"
    for template in route.invalidates:
        if [*template_faults(template)] or not set(_names(template)) <= set(_names(route.path)):
            yield f"invalidates={template!r}: a path, with no parameters but this route's own"
    if route.when_unreachable not in WHEN_UNREACHABLE:
        yield f"when_unreachable={route.when_unreachable!r}: one of {', '.join(WHEN_UNREACHABLE)}"
    yield from _drain_faults(route)
    if route.accepted_status not in ACCEPTED_STATUS:
        yield f"accepted_status={route.accepted_status!r}: one of {', '.join(map(str, ACCEPTED_STATUS))}"
    yield from _conflict_faults(route)


def _conflict_faults(route: Route) -> Iterable[str]:
    if route.conflict not in CONFLICT:
        yield f"conflict={route.conflict!r}: one of {', '.join(CONFLICT)}"


def _drain_faults(route: Route) -> Iterable[str]:
    bulk: Any = route.bulk
    if bulk is not None:
        wrong = "json_operations(path), json_array(path) or a Bulk of homeport.bulk"
        yield from bulk.faults if isinstance(bulk, Bulk) else (f"bulk={bulk!r}: {wrong}",)
    if (route.coalesce is True or bulk is not None) and not route.write_behind:
        yield "coalesce, bulk: without write_behind no write waits that could go with another"


def _post_faults(route: Route) -> Iterable[str]:
    deduplicates: Any = route.deduplicates
    yield from collection_faults(route)
    if "POST" in route.write_behind and not route.collection_of:
        if deduplicates is not True:
            yield (
                "write_behind='POST': it is replayed until the origin answers, which must apply it once: it honours "
                "Idempotency-Key (deduplicates=True), or it is told the name of the item it makes (collection_of)"
            )
        if route.accepted_status == 201:
            yield "accepted_status=201: of a POST without collection_of nobody knows yet what it creates"
    if route.overlay is not None and not route.collection_of:
        yield "overlay without collection_of: nobody knows what is in the list"
    if route.overlay is not None and not _takes_two(route.overlay):
        yield "overlay: a function of (body, changes) that awaits nothing: homeport.reading.overlay"


def collection_faults(route: Route) -> Iterable[str]:
    """What is wrong with what a route says of the items of a list."""
    template: Any = route.collection_of
    identity: Any = route.identity
    if not isinstance(identity, str) or not identity:
        yield f"identity={identity!r}: the name of a member of the JSON that an item is"
    if template == "":
        return
    if not isinstance(template, str) or [*path_faults(template)] or not _has_one_more(template, route.path):
        yield f"collection_of={template!r}: a path, with this route's parameters and just one {{name}} more"


def _has_one_more(template: str, path: str) -> bool:
    own = PARAMETER.findall(path)
    more = [each for each in PARAMETER.findall(template) if each not in own]
    return len(more) == 1 and not more[0][1] and set(own) <= set(PARAMETER.findall(template))


def _secret_faults(route: Route) -> Iterable[str]:
    for name in (each.lower() for each in route.credentials):
        sealable = forwards(name) or name == "cookie" or credentials((name,))
        if not _FIELD.fullmatch(name) or name.startswith("content-") or not sealable:
            yield f"credentials={name!r}: no field that can be a secret of its sender's"
        if name in (each.lower() for each in route.vary):
            yield f"credentials={name!r}: a field in vary chooses what is shared, so it is no secret"
    for each in route.session:
        kind, _, name = each.lower().partition(":")
        known = kind == "cookie" or credentials((name,)) or name in map(str.lower, route.credentials)
        if not _BYPASS.fullmatch(each):
            yield f"session={each!r}: cookie:name or header:name"
        elif not known and name != "cookie":
            yield f"session={each!r}: what identifies a sender is a secret: name it in credentials, too"


def _representation_faults(route: Route) -> Iterable[str]:
    given: Any = route.representation
    if given is plain:
        return
    if not _takes_two(given):
        yield "representation: a function of (write, current) that awaits nothing: homeport.writing.representation"
    if not route.write_behind:
        yield "representation without write_behind: no write is accepted near the visitor"


def _takes_two(given: Any) -> bool:
    """Whether it is a function of two arguments that awaits nothing."""
    from inspect import iscoroutinefunction, signature  # dear at a worker's start, and few routes need it

    try:
        signature(given).bind(None, None)
    except (TypeError, ValueError):
        return False
    return not iscoroutinefunction(given)


def _protection_faults(route: Route) -> Iterable[str]:
    most, rate = route.concurrency, route.rate
    if most is not None and not (type(most) is int and most >= 1):
        yield f"concurrency={most!r}: a whole number of replays at once, 1 or more"
    if rate is not None and not (type(rate) in (int, float) and LEAST_RATE <= rate <= MOST_RATE):
        yield f"rate={rate!r}: replays per second, from {LEAST_RATE} to {MOST_RATE}"


def are_texts(declared: object) -> TypeGuard[tuple[str, ...]]:
    """Whether it is a tuple of texts: a text alone is a tuple of its letters to whoever goes through it."""
    return isinstance(declared, tuple) and all(isinstance(each, str) for each in declared)


def _names(path: str) -> list[str]:
    return [name for name, _ in PARAMETER.findall(path)]
