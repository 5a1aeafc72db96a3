"""The two patch formats for JSON: merge patch (RFC 7396) and JSON Patch (RFC 6902). Pure.

Documents are read into Python values and written anew: compact, UTF-8, members in their order. Integers stay exact;
other numbers become doubles, so that `1.0` stays `1.0` and `1e2` becomes `100.0` (RFC 8259 section 6). What cannot be
read or written without a guess is `UnclearError`: only the origin can tell. Nothing nests deeper than `DEEPEST`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, NoReturn

from momento_http_shim.octets import Octets

MERGE, OPERATIONS = "application/merge-patch+json", "application/json-patch+json"
LARGEST = 128 * 1024
"""Of a document before and after, in octets."""

MOST_MOVED = 1024 * 1024
"""Octets that the operations of one patch may copy and move together: copies could double a document each time."""

DEEPEST = 100
"""Levels of a document, and steps of a pointer."""

_INDEX = re.compile(r"0|[1-9][0-9]{0,8}")
_NO_ESCAPE = re.compile(r"~(?![01])")


class MisfitError(ValueError):
    """Not applied, for (RFC 5789 section 2.2): 400, it is malformed; 409, a test failed; 422, it does not fit."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status, self.detail = status, detail


class UnclearError(ValueError):
    """Only the origin can tell what the patch comes to."""


def fault(kind: str, patch: Octets) -> str | None:
    """Why a patch document of this media type is malformed; None where it is not, or nobody here can tell."""
    try:
        _read(kind, patch)
    except MisfitError as misfit:
        return misfit.detail
    except UnclearError:
        return None
    return None


def patched(kind: str, patch: Octets, document: Octets) -> bytes | MisfitError | None:
    """The document after a patch of this media type; None where only the origin can tell."""
    try:
        read, current = _read(kind, patch), decode(document)
        result = encode(merge_patch(current, read) if kind == MERGE else json_patch(current, read))
    except MisfitError as misfit:
        return (
            misfit if misfit.status != 400 or fault(kind, patch) else None
        )  # the document itself is no JSON
    except (UnclearError, RecursionError):
        return None
    return result if len(result) <= LARGEST else None


def merge_patch(target: Any, patch: Any) -> Any:
    """RFC 7396 section 2, word by word; neither argument is changed."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = merge_patch(merged.get(name), value)
    return merged


def json_patch(document: Any, operations: Any) -> Any:
    """The document, which is consumed, after all operations; `MisfitError` at the first that fails (section 5)."""
    moved = 0
    for operation in _checked(operations):
        document, octets = _step(document, operation)
        moved += octets
        if moved > MOST_MOVED:
            raise UnclearError
    return document


def decode(octets: Octets) -> Any:
    """Read JSON in UTF-8 (RFC 8259); `MisfitError` for anything else, and for a name that stands twice in an object."""
    if len(octets) > LARGEST:
        raise UnclearError
    try:
        value = json.loads(bytes(octets).decode(), object_pairs_hook=_members, parse_constant=_no_constant)
    except MisfitError:
        raise
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise MisfitError(400, f"It is not JSON: {error}.") from error
    except (ValueError, RecursionError) as error:  # an integer of too many digits; too deep
        raise UnclearError from error
    if _too_deep(value):
        raise UnclearError
    return value


def encode(value: Any) -> bytes:
    """Write JSON. `UnclearError` for what can be read and not be written: a number too large, half a surrogate pair."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()
    except (ValueError, RecursionError) as error:
        raise UnclearError from error


def _read(kind: str, patch: Octets) -> Any:
    read = decode(patch)
    return _checked(read) if kind == OPERATIONS else read


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MisfitError(400, "A name stands twice in one object.")  # RFC 6902 appendix A.13
    return members


def _no_constant(name: str) -> NoReturn:
    raise MisfitError(400, f"{name} is not JSON.")


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            each
            for one in level
            if isinstance(one, dict | list)
            for each in (one.values() if isinstance(one, dict) else one)
        ]
        if not level:
            return False
    return True


def _checked(operations: Any) -> list[dict[str, Any]]:
    """The operations, each well-formed (RFC 6902 sections 3 and 4); members that are not defined are ignored."""
    if not isinstance(operations, list) or not all(isinstance(each, dict) for each in operations):
        raise MisfitError(400, "A JSON Patch is an array of objects.")
    for each in operations:
        name, path = each.get("op"), _tokens(each.get("path"))
        if name in ("move", "copy"):
            source = _tokens(each.get("from"))
            if name == "move" and len(source) < len(path) and path[: len(source)] == source:
                raise MisfitError(400, "A value cannot be moved into itself.")
        elif name not in ("add", "remove", "replace", "test"):
            raise MisfitError(400, "op is one of add, remove, replace, move, copy, test.")
        elif name != "remove" and "value" not in each:
            raise MisfitError(400, f"The operation {name} needs a value.")
    return operations


def _tokens(pointer: Any) -> list[str]:
    """RFC 6901 section 3."""
    if not isinstance(pointer, str) or (pointer and pointer[0] != "/") or _NO_ESCAPE.search(pointer):
        raise MisfitError(400, "path and from are JSON Pointers (RFC 6901).")
    tokens = [each.replace("~1", "/").replace("~0", "~") for each in pointer.split("/")[1:]]
    if len(tokens) > DEEPEST:
        raise UnclearError
    return tokens


def _step(document: Any, operation: Mapping[str, Any]) -> tuple[Any, int]:
    """The document after one operation, and how many octets it copied or moved."""
    path = _tokens(operation["path"])
    match operation["op"]:
        case "add":
            return _added(document, path, operation["value"]), 0
        case "remove":
            return _removed(document, path), 0
        case "replace":
            if not path:
                return operation["value"], 0
            parent, place = _existing(document, path)
            parent[place] = operation["value"]
            return document, 0
        case "test":
            if not equal(_found(document, path), operation["value"]):
                raise MisfitError(409, f"The test at {operation['path']!r} failed: another value is there.")
            return document, 0
        case name:
            source = _tokens(operation["from"])
            text = encode(_found(document, source))
            if name == "move":
                if source == path:
                    return document, 0
                document = _removed(document, source)
            return _added(document, path, decode(text)), len(text)


def _found(document: Any, path: list[str]) -> Any:
    for n in range(len(path)):
        document = document[_place(document, path[: n + 1])]
    return document


def _existing(document: Any, path: list[str]) -> tuple[Any, Any]:
    """The object or array in which the value stands, and its name or index there."""
    parent = _found(document, path[:-1])
    return parent, _place(parent, path)


def _place(parent: Any, path: list[str]) -> Any:
    """The name or index of the last step in its parent, where there is a value."""
    if isinstance(parent, dict) and path[-1] in parent:
        return path[-1]
    if isinstance(parent, list) and _INDEX.fullmatch(path[-1]) and int(path[-1]) < len(parent):
        return int(path[-1])
    raise _missing(path)


def _added(document: Any, path: list[str], value: Any) -> Any:
    if not path:
        return value
    parent, last = _found(document, path[:-1]), path[-1]
    if isinstance(parent, dict):
        parent[last] = value
    elif isinstance(parent, list) and last == "-":
        parent.append(value)
    elif isinstance(parent, list) and _INDEX.fullmatch(last) and int(last) <= len(parent):
        parent.insert(int(last), value)
    else:
        raise _missing(path)
    return document


def _removed(document: Any, path: list[str]) -> Any:
    if not path:
        raise UnclearError  # nothing would be left, which is no document
    parent, place = _existing(document, path)
    del parent[place]
    return document


def equal(one: Any, other: Any) -> bool:
    """RFC 6902 section 4.6: numbers by value; true is no number."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(equal(one[name], other[name]) for name in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(equal, one, other))
    return bool(one == other)


def _missing(path: list[str]) -> MisfitError:
    place = "".join("/" + each.replace("~", "~0").replace("/", "~1") for each in path)
    return MisfitError(422, f"There is nothing at {place[:200]!r} that the patch could change.")
