"""Representations under keys of their own, by request fields that only the origin's Vary names (RFC 9111 section 4.1).

Under the resource's own key stands an entry that names the fields. What it sends to belongs to that very version of it:
news of a change, or a write, replaces it, and all its representations are misses at once.
"""

from __future__ import annotations

import re

from homeport.entry import Entry
from homeport.messages import Headers

from .key import Resource, of_variant

_AROUND_COMMA = re.compile(r"[ \t]*,[ \t]*")


def variant(resource: Resource, names: tuple[str, ...], fields: Headers) -> Resource:
    """The resource under the key that these request fields choose; `names` in order of the alphabet."""
    return of_variant(resource, Headers((name, normal(name, fields.get(name))) for name in names))


def normal(name: str, value: str | None) -> str:
    """A request field as it chooses: without the white space that means nothing, and languages by their preference.

    RFC 9111 section 4.1 lets a cache normalise by what the field's definition gives; an absent field counts as empty.
    """
    text = (value or "").strip(" \t")
    if '"' not in text:  # within quotes white space is part of the value
        text = _AROUND_COMMA.sub(",", text)
    return _languages(text) if name == "accept-language" else text


def _languages(text: str) -> str:
    """Language ranges by weight, in lower case; of equal weight their order means nothing (RFC 9110 section 12.5.4)."""
    ranges = []
    for each in text.lower().replace(" ", "").split(","):
        language, _, weight = each.partition(";q=")
        ranges.append((weight or "1", language))
    return ",".join(
        f"{language};q={weight}" for weight, language in sorted(ranges, key=lambda r: (_falling(r[0]), r[1]))
    )


def _falling(weight: str) -> float:
    try:
        return -float(weight)
    except ValueError:
        return 0.0


def belongs(entry: Entry, variants: Entry) -> bool:
    """Whether a representation was put there under this version of the entry that sends to it."""
    return entry.of == variants.nonce
