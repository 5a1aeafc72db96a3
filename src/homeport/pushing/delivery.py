"""What the origin delivers over HTTP: pages, and the names of what is gone or outdated. Pure."""

from __future__ import annotations

import binascii
import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from homeport.entry import Push
from homeport.errors import problem
from homeport.messages import Headers, Request, Response
from homeport.reading.tags import tag_of
from momento_http_shim.octets import Octets

from .changed import Site
from .order import MOST, Order, target_at
from .page import Page, page_of
from .signature import MEMBERS

MOST_CALLS = 400
"""Of Momento, that one delivery may need: less than half of the 1000 that an invocation is allowed, for tries again."""

_LISTS = ("pages", "delete", "invalidate", "tags")
_PAGE = {
    "url": str,
    "status": int,
    "headers": dict,
    "body": str,
    "body_base64": str,
    "state": str,
    "version": int,
    "as_of": list,
    "source": str,
    "number": int,
}
_WORDS = {
    str: "a text",
    int: "a whole number",
    dict: "an object of texts",
    list: "a list of two whole numbers",
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """Pages by the URLs that they came under; what is gone; what is outdated, by URLs and tags."""

    pages: tuple[tuple[str, Page], ...]
    gone: Order
    outdated: Order


Faults = list[tuple[str, str]]
"""Pairs of a member's path and what is wrong with it."""


def read(request: Request, site: Site, regions: int, now: int) -> Delivery | Response:
    """The delivery in a request that is to be trusted, or the refusal that names all that is wrong with it.

    `now` in ms since 1970. With the field Homeport-Push the body is the one page itself.
    """
    raw = request.headers.get(MEMBERS)
    media = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if raw is None and media != "application/json":
        detail = f"Send application/json; or the page itself, with its members in the field {MEMBERS}."
        return problem(415, "Not a delivery", detail)
    try:
        said: Any = json.loads(bytes(request.body) if raw is None else raw)
    except (ValueError, RecursionError):
        where = "The body" if raw is None else f"The field {MEMBERS}"
        return problem(400, "Not JSON", f"{where} is no JSON.")
    faults: Faults = []
    delivery = (
        _one(said, request.body, site, now, faults) if raw is not None else _all(said, site, now, faults)
    )
    if faults:
        return problem(422, "Not a delivery", "Correct these members. Nothing was stored.", errors=faults)
    calls = regions * sum(2 + 2 * len(page.tags) for _, page in delivery.pages)
    if calls > MOST_CALLS and len(delivery.pages) > 1:
        detail = f"The pages would take {calls} calls of Momento, at most {MOST_CALLS}: send fewer at once."
        return problem(413, "Too much at once", detail)
    return delivery


def _one(said: object, body: Octets, site: Site, now: int, faults: Faults) -> Delivery:
    page = _page(said, "", body, site, faults)
    nothing = Order((), (), soft=True, at=now)
    return Delivery((page,) if page else (), nothing, nothing)


def _all(said: Any, site: Site, now: int, faults: Faults) -> Delivery:
    faults += [*_shape_faults(said)] or [*_between_faults(said)]
    known = {} if faults else said
    pages = _pages(known.get("pages", []), site, faults)
    gone = _targets("delete", known, site, faults)
    outdated = _targets("invalidate", known, site, faults)
    names = [tag_of(each) for each in known.get("tags", [])]
    faults += [
        (f"tags[{n}]", "is no tag: 1 to 256 printable ASCII characters, no blank")
        for n, name in enumerate(names)
        if name is None
    ]
    if {*gone} & {*outdated}:
        faults.append(("delete", "names what invalidate names, too"))
    tags = tuple((name, None) for name in dict.fromkeys(names) if name is not None)
    soft = known.get("soft", True)
    return Delivery(
        tuple(pages), Order(gone, (), soft=False, at=now), Order(outdated, tags, soft=soft, at=now)
    )


def _targets(name: str, said: dict[str, Any], site: Site, faults: Faults) -> tuple[str, ...]:
    found = [target_at(url, site) for url in said.get(name, [])]
    faults += [(f"{name}[{n}]", each[1]) for n, each in enumerate(found) if isinstance(each, tuple)]
    return tuple(dict.fromkeys(each for each in found if isinstance(each, str)))


def _shape_faults(said: object) -> Iterator[tuple[str, str]]:
    known = ", ".join((*_LISTS, "soft"))
    if not isinstance(said, dict):
        yield "", f"is no object with the members {known}"
        return
    for name, value in said.items():
        if name == "soft":
            if type(value) is not bool:
                yield name, "is true or false"
        elif name not in _LISTS:
            yield name, f"is unknown: the members are {known}"
        elif not isinstance(value, list) or len(value) > MOST:
            yield name, f"is a list of at most {MOST}"
        elif name != "pages" and any(type(each) is not str for each in value):
            yield name, "is a list of texts"


def _between_faults(said: dict[str, Any]) -> Iterator[tuple[str, str]]:
    if not any(said.get(name) for name in _LISTS):
        yield "pages", "names nothing, and delete, invalidate and tags neither"


def _pages(said: list[Any], site: Site, faults: Faults) -> list[tuple[str, Page]]:
    found = [_page(each, f"pages[{n}]", None, site, faults) for n, each in enumerate(said)]
    pages = [each for each in found if each is not None]
    if len({page.about.key for _, page in pages}) < len(pages):
        faults.append(("pages", "name a URL twice"))
    return pages


def _page(said: Any, where: str, body: Octets | None, site: Site, faults: Faults) -> tuple[str, Page] | None:
    """A page, its `body` given apart or in its members; None where `faults` say why it is none."""
    dot = f"{where}." if where else ""
    if not isinstance(said, dict):
        faults.append((where, f"is no object with the members {', '.join(_PAGE)}"))
        return None
    wrong = [*_member_faults(said, apart=body is not None)]
    content = _body(said) if body is None else body
    if content is None:
        wrong.append(("body_base64" if "body_base64" in said else "body", "cannot be decoded"))
    if wrong or content is None:
        faults.extend((dot + name, fault) for name, fault in wrong)
        return None
    response = Response(said.get("status", 200), Headers(said.get("headers", {}).items()), content)
    push = Push(said.get("state", ""), said.get("version"), said.get("source", ""), said.get("number", 0))
    begun, ended = said["as_of"]
    page = page_of(said["url"], response, (begun, ended), push, site)
    if isinstance(page, Page):
        return said["url"], page
    faults.extend((dot + name, fault) for name, fault in page)
    return None


def _member_faults(said: dict[str, Any], *, apart: bool) -> Iterator[tuple[str, str]]:
    for name, value in said.items():
        kind = _PAGE.get(name)
        if kind is None:
            yield name, f"is unknown: the members are {', '.join(_PAGE)}"
        elif type(value) is not kind and not (name == "version" and value is None):
            yield name, f"is {_WORDS[kind]}"
    if any(type(value) is not str for value in _each(said.get("headers"), dict)):
        yield "headers", f"is {_WORDS[dict]}"
    if [type(each) for each in _each(said.get("as_of"), list)] != [int, int]:
        yield "as_of", f"is {_WORDS[list]}: when rendering began, and when it was done, in ms since 1970"
    if type(said.get("url")) is not str:
        yield "url", "is missing" if "url" not in said else "is a text"
    bodies = ("body" in said) + ("body_base64" in said)
    if bodies > (0 if apart else 1):
        yield "body", "stands twice" if not apart else "is the request's own"


def _each(value: object, kind: type) -> list[Any]:
    if not isinstance(value, kind):
        return []
    return list(value.values()) if isinstance(value, dict) else list(value)  # type: ignore[call-overload]


def _body(said: dict[str, Any]) -> bytes | None:
    try:
        if "body_base64" in said:
            return binascii.a2b_base64(said["body_base64"], strict_mode=True) if said["body_base64"] else b""
        return str(said.get("body", "")).encode()
    except (ValueError, TypeError):
        return None
