"""A POST to a collection: which item it makes, and the body that says so. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from homeport.messages import Request
from homeport.pushing.changed import Site
from homeport.reading.key import resource, target_of
from homeport.routing import Match
from momento_http_shim.octets import Octets

from . import patch
from .representation import media_type
from .write import Write

_SAFE = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,127}")
"""What stands in a path as it is (RFC 3986 section 2.3), and is no dot segment."""

_DIGESTS = ("content-digest", "content-md5", "digest", "repr-digest")


@dataclass(frozen=True, slots=True)
class Unnamed:
    """Only the origin can tell which item it makes; `why` in a word."""

    why: str


def straight_because(request: Request, match: Match) -> str | None:
    """Why a POST must go straight to the origin, by its header fields alone; None where it need not."""
    if request.method != "POST" or not match.route.collection_of:
        return None
    kind = media_type(request.headers)
    return None if kind == "application/json" or kind.endswith("+json") else "format"


def named(
    request: Request, match: Match, site: Site, write_id: str, token: Callable[[], str]
) -> Write | Unnamed:
    """The write of any method, its body read; of a POST to a collection that of its item.

    The item's name is the member `identity` of the body, where it has one: a text of unreserved characters or an
    integer, which reads the same in every URL. Else one is made of a `token` (a UUID, RFC 9562 section 5.4) and put
    into the body; its other octets stay as they are.
    """
    collection = site.routes.collection(match.route)
    if request.method != "POST" or collection is None:
        return _write(request, match, site, write_id, request.target)
    try:
        members = patch.decode(request.body)
    except ValueError:
        return Unnamed("body")
    if not isinstance(members, dict):
        return Unnamed("body")
    value = members.get(match.route.identity, members)
    if value is members:
        if any(name in request.headers for name in _DIGESTS):
            return Unnamed("digest")
        value = _uuid(token())
        request = replace(request, body=_with(request.body, match.route.identity, value, alone=not members))
    if type(value) is int:
        value = str(value)
    if not isinstance(value, str) or not _SAFE.fullmatch(value):
        return Unnamed("identity")
    target = collection.item(match.parameters, value)
    item = site.routes.match(target)
    return _write(request, item, site, write_id, target) if item else Unnamed("identity")


def _write(request: Request, match: Match, site: Site, write_id: str, target: str) -> Write:
    about = resource(site.origin, target_of(target, match.route))
    lists = tuple(each.key for each in site.lists(about.target))
    return Write(write_id, about, request, match.route, lists)


def _uuid(token: str) -> str:
    variant = "89ab"[int(token[16], 16) & 3]
    return f"{token[:8]}-{token[8:12]}-4{token[13:16]}-{variant}{token[17:20]}-{token[20:32]}"


def _with(body: Octets, name: str, value: str, *, alone: bool) -> bytes:
    before, brace, after = bytes(body).partition(b"{")
    member = patch.encode({name: value})[1:-1]
    return bytes(before + brace + member + (b"" if alone else b",") + after)
