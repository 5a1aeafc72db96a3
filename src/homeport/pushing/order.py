"""An operator's order to purge: what it says, and how a part of it travels. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

from homeport.dispatch import is_ambiguous
from homeport.errors import problem
from homeport.messages import Response
from homeport.reading.key import target_of
from homeport.reading.tags import tag_of

from .changed import Site

MOST = 1000
"""URLs and tags in one order."""

# What a visitor's URL looks like after their browser has encoded it (URL Standard, path and special-query sets).
_TARGET = re.compile(r"/[!$-;=@-\[\]_a-z|~]*(\?[!$-&(-;=?-~]*)?")


@dataclass(frozen=True, slots=True)
class Order:
    """What to purge of a region: targets as they are keyed, and tags, each from a score on (None: from its mark on).

    `at` is when the order came, in ms since 1970. `soft`: representations are only to be treated as expired.
    """

    targets: tuple[str, ...]
    tags: tuple[tuple[str, float | None], ...]
    soft: bool
    at: int


@dataclass(frozen=True, slots=True)
class Progress:
    """What became of one part of an order in one region, and what is left of it.

    `purged` entries; `owed` ones that could not be reached and that another region remembers. `error` is Momento's
    code where the region could not be told of everything.
    """

    purged: int = 0
    owed: int = 0
    error: str | None = None
    rest: Order | None = None


def read(body: bytes, site: Site, now: int) -> Order | Response:
    """The order in a request's JSON, or the refusal that names everything wrong with it; `now` in ms since 1970."""
    try:
        said: Any = json.loads(body)
    except (ValueError, RecursionError):
        return problem(400, "Not JSON", 'Send {"urls": ["/path?query"], "tags": ["name"], "soft": false}.')
    if faults := [*_shape_faults(said)]:
        return problem(422, "Not an order to purge", "Correct these members.", errors=faults)
    urls, tags = said.get("urls", []), said.get("tags", [])
    if len(urls) + len(tags) > MOST:
        return problem(413, "Too much at once", f"An order has at most {MOST} URLs and tags together.")
    targets = [target_at(url, site) for url in urls]
    names = [tag_of(tag) or ("", "is no tag: 1 to 256 printable ASCII characters, no blank") for tag in tags]
    faults = [(f"urls[{n}]", each[1]) for n, each in enumerate(targets) if isinstance(each, tuple)]
    faults += [(f"tags[{n}]", each[1]) for n, each in enumerate(names) if isinstance(each, tuple)]
    if faults:
        return problem(422, "Not an order to purge", "Correct these members.", errors=faults)
    marks = tuple((name, None) for name in dict.fromkeys(names) if isinstance(name, str))
    once = tuple(each for each in dict.fromkeys(targets) if isinstance(each, str))
    return Order(once, marks, said.get("soft", False), now)


def _shape_faults(said: object) -> Iterator[tuple[str, str]]:
    if not isinstance(said, dict):
        yield "", "is no object with the members urls, tags, soft"
        return
    for name, value in said.items():
        if name not in ("urls", "tags", "soft"):
            yield name, "is unknown: the members are urls, tags, soft"
        elif name == "soft":
            if type(value) is not bool:
                yield name, "is true or false"
        elif not isinstance(value, list) or any(type(each) is not str for each in value):
            yield name, "is a list of texts"
    if not said.get("urls") and not said.get("tags"):
        yield "urls", "names nothing, and tags neither"


def target_at(url: str, site: Site) -> str | tuple[str, str]:
    """The target as it is keyed, or an empty name and what is wrong with the URL."""
    target = url.removeprefix(site.origin)
    path = target.partition("?")[0]
    if not _TARGET.fullmatch(target):
        return "", f"is a path or begins with {site.origin}, percent-encoded as by browsers, without fragment"
    if is_ambiguous(path):
        return "", "holds a dot segment"
    match = site.routes.match(path)
    if match is None:
        return "", "is cached by no route"
    if match.route.vary:
        return "", "is of a route with vary, so its keys cannot be known: purge it by a tag"
    return target_of(target, match.route)


def encode(part: Order | Progress) -> str:
    """One line of JSON."""
    return json.dumps(asdict(part), separators=(",", ":"))


def decode_order(members: Any) -> Order:
    """An order from its members in JSON; it comes from ourselves."""
    tags = tuple((name, score) for name, score in members["tags"])
    return Order(tuple(members["targets"]), tags, members["soft"], members["at"])


def decode_progress(members: Any) -> Progress:
    """Likewise."""
    rest = members.pop("rest")
    return Progress(**members, rest=decode_order(rest) if rest else None)
