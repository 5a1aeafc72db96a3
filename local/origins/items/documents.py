"""JSON in and out, and what makes a JSON object an item. Nothing here does I/O."""

from __future__ import annotations

import json
import re
from typing import Any, NoReturn

from .answers import Problem

MAX_CONTENT_BYTES = 1_048_576
"""The largest request content and the largest item: 1 MiB."""

# RFC 3986's unreserved characters, so that an id stands in a path as it is; "." and ".." cannot be ids.
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._~-]{0,99}")


def encode(document: Any) -> bytes:
    """Write a document the one way this application does: compact UTF-8, members in their order.

    Raises ValueError for what JSON cannot say: NaN, infinities, lone surrogates.
    """
    return json.dumps(document, ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode()


def decode(content: bytes) -> Any:
    """Read JSON text (RFC 8259) in UTF-8; raises a 400 `Problem` for anything else."""
    try:
        document = json.loads(content.decode(), parse_constant=_refuse)
        encode(document)  # finds the numbers and strings that could be read but never written
    except ValueError as error:
        raise Problem(400, f"The content is not JSON: {error}.") from error
    return document


def _refuse(constant: str) -> NoReturn:
    message = f"{constant} is not a JSON value"
    raise ValueError(message)


def media_type(content_type: str) -> str:
    """Give the media type without its parameters, in lower case; "" when there is none."""
    return content_type.partition(";")[0].strip().lower()


def json_object(content: bytes, content_type: str) -> dict[str, Any]:
    """Read the JSON object of a POST or PUT; raises 415 for another media type, 400 for another document."""
    if media_type(content_type) != "application/json":
        raise Problem(415, "Send the item as application/json.", {"accept": "application/json"})
    document = decode(content)
    if not isinstance(document, dict):
        raise Problem(400, "The content must be a JSON object.")
    return document


def item_id(value: object) -> str:
    """Give `value` back when it can be an item's id; raises 422 otherwise."""
    if isinstance(value, str) and _ID.fullmatch(value):
        return value
    raise Problem(
        422, "id must be 1 to 100 letters, digits, '.', '_', '~' or '-', and start with a letter or digit."
    )


def item(identity: str, document: object) -> bytes:
    """Check a document and write it as the item `identity`, which is added as first member when missing.

    Raises 422 when it is no valid item, 413 when it is larger than `MAX_CONTENT_BYTES`.
    """
    if not isinstance(document, dict):
        raise Problem(422, "An item must be a JSON object.")
    if document.get("id", identity) != identity:
        raise Problem(422, f"id must be {identity}, as in the path, or be left out.")
    if not isinstance(document.get("name"), str) or not document["name"]:
        raise Problem(422, "name must be a string that is not empty.")
    quantity = document.get("quantity", 0)
    if not isinstance(quantity, int) or isinstance(quantity, bool) or quantity < 0:
        raise Problem(422, "quantity must be an integer that is not negative.")
    if "poison" in document:
        raise Problem(422, "poison is not for items.")
    body = encode(document if "id" in document else {"id": identity, **document})
    if len(body) > MAX_CONTENT_BYTES:
        raise Problem(413, f"An item may have at most {MAX_CONTENT_BYTES} bytes.")
    return body
