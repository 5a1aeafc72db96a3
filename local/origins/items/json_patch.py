"""JSON Patch (RFC 6902): reading its operations, and what each does to a document."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from .answers import Problem
from .documents import MAX_CONTENT_BYTES, encode
from .pointers import Tokens, existing, find, index, parse

Patch = Callable[[Any], Any]
"""Maps a document, which it may consume, to the patched one; raises 409 or 413."""

Step = Callable[[Any], tuple[Any, int]]
"""One operation: a document in; the changed one and the number of bytes copied out."""


def read_json_patch(operations: Any) -> Patch:
    """Read a whole patch document, a decoded array of operations; raises 400 when it is malformed."""
    if not isinstance(operations, list) or not all(isinstance(operation, dict) for operation in operations):
        raise Problem(400, "A JSON Patch is an array of objects.")
    steps = [_read_operation(operation) for operation in operations]

    def apply(document: Any) -> Any:
        # Copies may double a document with each operation: their sum is held to what an item may have.
        copied = 0
        for step in steps:
            document, size = step(document)
            copied += size
            if copied > MAX_CONTENT_BYTES:
                raise Problem(413, f"The patch copies more than {MAX_CONTENT_BYTES} bytes.")
        return document

    return apply


def _read_operation(operation: Mapping[str, Any]) -> Step:
    name, path = operation.get("op"), parse(operation.get("path"))
    match name:
        case "add" | "replace" | "test":
            if "value" not in operation:
                raise Problem(400, f"The operation {name} needs a value.")
            change = {"add": _added, "replace": _replaced, "test": _tested}[name]
            return lambda document: (change(document, path, operation["value"]), 0)
        case "remove":
            return lambda document: (_removed(document, path), 0)
        case "copy" | "move":
            source = parse(operation.get("from"))
            if name == "copy":
                return lambda document: _copied(document, source, path)
            if len(source) < len(path) and path[: len(source)] == source:
                raise Problem(400, "A value cannot be moved into itself.")
            return lambda document: (_moved(document, source, path), 0)
    raise Problem(400, "op must be add, remove, replace, move, copy or test.")


def _added(document: Any, path: Tokens, value: Any) -> Any:
    if not path:
        return value
    parent = find(document, path[:-1])
    if isinstance(parent, list):
        size = len(parent)
        parent.insert(size if path[-1] == "-" else index(path[-1], size + 1), value)
    elif isinstance(parent, dict):
        parent[path[-1]] = value
    else:
        existing(parent, path[-1])
    return document


def _removed(document: Any, path: Tokens) -> Any:
    if not path:
        return None
    parent = find(document, path[:-1])
    del parent[existing(parent, path[-1])]
    return document


def _replaced(document: Any, path: Tokens, value: Any) -> Any:
    if not path:
        return value
    parent = find(document, path[:-1])
    parent[existing(parent, path[-1])] = value
    return document


def _moved(document: Any, source: Tokens, path: Tokens) -> Any:
    value = find(document, source)
    return _added(_removed(document, source), path, value) if source != path else document


def _copied(document: Any, source: Tokens, path: Tokens) -> tuple[Any, int]:
    value = encode(find(document, source))
    return _added(document, path, json.loads(value)), len(value)


def _tested(document: Any, path: Tokens, value: Any) -> Any:
    if not _equal(find(document, path), value):
        place = "".join(f"/{token}" for token in path)
        raise Problem(409, f"The test at {place!r} failed: another value is there.")
    return document


def _equal(one: Any, other: Any) -> bool:
    """Compare as RFC 6902, section 4.6, says: numbers by value, and a boolean never equals a number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return bool(one == other)
