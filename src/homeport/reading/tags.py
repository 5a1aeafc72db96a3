"""What a representation can be purged by: tags of its origin's and of its route's. Pure.

The origin says them in Cache-Tag, separated by commas (Cloudflare's field), or in Surrogate-Key, separated by blanks
(Fastly's). As at Cloudflare, capital and small letters are the same: a tag is kept in small letters. Neither field
is for visitors: `FIELDS` are taken off the answers of cached routes, as both networks do.
"""

from __future__ import annotations

import re

from homeport.messages import Headers
from homeport.route_faults import MOST_TAGS, PARAMETER
from homeport.routing import Match

FIELDS = ("cache-tag", "surrogate-key")
_TAG = re.compile(r"[!-~]{1,256}")
_BETWEEN = re.compile(r"[,\s]+")


def tag_of(text: str) -> str | None:
    """The tag that a text stands for; None unless it is 1 to 256 printable characters of ASCII without a blank."""
    return text.lower() if _TAG.fullmatch(text) else None


def tags_of(headers: Headers, match: Match) -> tuple[str, ...]:
    """The tags of the origin's answer on a route, its route's own first, each once; no more than `MOST_TAGS`."""
    values = dict(match.parameters)
    said = [PARAMETER.sub(lambda name: values[name[1]], template) for template in match.route.tags]
    said += (each.strip() for each in (headers.get("cache-tag") or "").split(","))
    # A comma too: several fields of a name arrive joined by one (RFC 9110 section 5.3).
    said += _BETWEEN.split(headers.get("surrogate-key") or "")
    tags = dict.fromkeys(tag for each in said if (tag := tag_of(each)))
    return tuple(tags)[:MOST_TAGS]
