"""The two patch formats for JSON: merge patch (RFC 7396), JSON Patch (RFC 6902). Pure functions.

Status codes are those of RFC 5789, section 2.2: 400 for a malformed patch, 409 for one that does not fit the
item as it is, 415 for another format. Whether the outcome is a valid item is not decided here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from .answers import Problem
from .documents import decode, media_type
from .json_patch import Patch, read_json_patch


def read_patch(content: bytes, content_type: str) -> Patch:
    """Read a patch document; the result maps an item's document, which it may consume, to the patched one."""
    kind = media_type(content_type)
    if kind not in _FORMATS:
        accepted = ", ".join(_FORMATS)
        # RFC 5789, section 3.1: Accept-Patch tells what would have been understood.
        raise Problem(415, f"Send the patch as one of {accepted}.", {"accept-patch": accepted})
    return _FORMATS[kind](decode(content))


def _read_merge_patch(patch: Any) -> Patch:
    return lambda document: _merged(document, patch)


def _merged(target: Any, patch: Any) -> Any:
    """Apply RFC 7396, section 2, word by word."""
    if not isinstance(patch, dict):
        return patch
    merged = target if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = _merged(merged.get(name), value)
    return merged


_FORMATS: Mapping[str, Callable[[Any], Patch]] = {
    "application/merge-patch+json": _read_merge_patch,
    "application/json-patch+json": read_json_patch,
}
