"""The key of a resource: the same for everybody who derives it, in any language.

A UUID version 5 (RFC 9562 section 5.5) in the URL namespace over compact JSON of `{url, method, headers, body}`:
what `uuidv5(JSON.stringify({url, method, headers, body}), uuidv5.URL)` gives in JavaScript.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha1

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers
from homeport.routing import Route

_NAMESPACE_URL = bytes.fromhex("6ba7b8119dad11d180b400c04fd430c8")
"""RFC 9562 section 6.6."""

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode


@dataclass(frozen=True, slots=True)
class Resource:
    """What an entry is about: a target of the origin and the request fields that choose its representation."""

    key: str
    target: str
    vary: Headers

    def stands_in(self, entry: Entry) -> bool:
        """Whether an entry found under this key is really this resource's: a key is never trusted alone.

        A marker has nothing to give away, and one put by a drain may not know its target.
        """
        return entry.kind == "marker" or (entry.target == self.target and entry.vary == self.vary)


@lru_cache(maxsize=256)  # what is asked for often
def resource(origin: str, target: str, varying: Headers = NO_FIELDS) -> Resource:
    """The resource of a request target, `varying` by these fields. `origin` is its base URL without a final slash."""
    return Resource(compute(origin + target, "GET", varying.joined(), None), target, varying)


def of_variant(resource: Resource, fields: Headers) -> Resource:
    """One of a resource's representations, under a key of its own: by these request fields besides the route's."""
    vary = resource.vary.plus(*fields)
    return Resource(compute(resource.key, "GET", vary.joined(), None), resource.target, vary)


def target_of(target: str, route: Route) -> str:
    """The target that stands for all that a route holds for the same: without what it ignores of the query."""
    path, mark, query = target.partition("?")
    if not mark or not (route.ignore_query or route.sort_query):
        return target
    parameters = [] if route.ignore_query is True else query.split("&")
    if route.ignore_query:
        parameters = [each for each in parameters if not _ignored(each.partition("=")[0], route)]
    if route.sort_query:
        parameters.sort(key=lambda each: each.partition("=")[0])  # stable: a repeated name keeps its order
    return f"{path}?{'&'.join(parameters)}" if parameters else path


def _ignored(name: str, route: Route) -> bool:
    names = route.ignore_query if isinstance(route.ignore_query, tuple) else ()
    return any(name.startswith(each[:-1]) if each.endswith("*") else name == each for each in names)


def varying(headers: Headers, names: tuple[str, ...]) -> Headers:
    """The request fields that a route varies by, in the route's order; an absent one counts as empty."""
    return Headers((name, headers.get(name.lower()) or "") for name in names) if names else NO_FIELDS


def compute(url: str, method: str, headers: Mapping[str, str], body: str | None) -> str:
    """The UUID as text. Members are written in this order; texts and null are what both languages write alike."""
    name = _json({"url": url, "method": method, "headers": dict(headers), "body": body})
    # What uuid.uuid5 does (RFC 9562 section 5.5), without the making of a UUID that is not wanted.
    octets = bytearray(sha1(_NAMESPACE_URL + name.encode(), usedforsecurity=False).digest()[:16])
    octets[6] = octets[6] & 0x0F | 0x50
    octets[8] = octets[8] & 0x3F | 0x80
    text = octets.hex()
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
