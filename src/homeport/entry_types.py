"""Of what types an entry's line is. Pure: a value out of JSON in, a verdict out; every hit asks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

KINDS = frozenset(("stored", "tombstone", "marker", "variants", "command"))
RARE = ("soft", "varies", "of", "tags", "whose", "etag", "push")
RARE_OF_PENDING = ("fingerprint", "sealed", "by", "key")
"""Members that the line has only where they say something."""


def well_typed(line: Any, ours: Any) -> bool:
    """Whether the line is one that could have been written: damage must not read as a representation.

    `ours` is its member `homeport`. Raises what reading a line of another shape raises, for instance KeyError.
    """
    vary, header = line["request"]["header"], line["response"]["header"]
    begun, ended = ours["as_of"]
    return (
        ours["kind"] in KINDS
        and type(ours["stale"]) is bool
        and _all(int, (ours["seq"], ours["body_bytes"], line["response"]["status"], begun, ended))
        and _all(str, (ours["nonce"], line["endpoint"], line["query"], *vary.values(), *header.values()))
        and type(ours["pending"]) is list
        and all(map(_item, ours["pending"]))
        and (ours.keys().isdisjoint(RARE) or _rarely(ours))
    )


def _all(kind: type, values: Iterable[object]) -> bool:
    """Whether all values are of one type, none of a subtype: a truth value is no number."""
    return {*map(type, values)} <= {kind}


def _rarely(ours: Any) -> bool:
    return (
        type(ours.get("soft", False)) is bool
        and _all(str, [ours.get(name, "") for name in ("of", "whose", "etag")])
        and _all(list, [ours.get(name, []) for name in ("varies", "tags")])
        and _all(str, (*ours.get("varies", ()), *ours.get("tags", ())))
        and ("push" not in ours or _push(*ours["push"]))
    )


def _push(state: Any, version: Any, source: Any, number: Any) -> bool:
    return _all(str, (state, source)) and _all(int, (version or 0, number))


def _item(item: Any) -> bool:
    numbers = ("seq", "accepted", "body_bytes", "tries", "not_before")
    return (
        _all(int, [item[name] for name in numbers])
        and _all(str, [item[name] for name in ("id", "method", "url")])
        and _all(str, [item.get(name, "") for name in RARE_OF_PENDING])
        and type(item["sent"]) is bool
        and type(item.get("shown", False)) is bool
        and type(item["header"]) is list
        and all(type(field) is list and len(field) == 2 for field in item["header"])
        and _all(str, [text for field in item["header"] for text in field])
    )
