"""Requests that may be sent twice and count once (draft-ietf-httpapi-idempotency-key-header).

The first answer to a key is kept with the change it reports, in one transaction, and given again to the
same request for 24 hours. The draft's 409, for a request that is still being served, cannot arise:
changes are made one at a time.
"""

from __future__ import annotations

import hashlib
import json
import re
import sqlite3
from collections.abc import Callable, Mapping
from contextlib import suppress

from .answers import Answer, Problem

KEPT_SECONDS = 24 * 3600
"""How long an answer is kept: the expiration policy that the draft's section 2.3 asks for."""

# The draft wants a structured-field string (RFC 8941, section 3.3.3), quoted. Many clients send the bare key:
# it is understood as the same key.
_QUOTED = re.compile(r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\])*)"')
_BARE = re.compile(r"[\x21\x23-\x5b\x5d-\x7e]+")

# What makes two requests the same, beside method, target and content.
_COMPARED = ("content-type", "if-match", "if-none-match", "if-unmodified-since")


def read_key(field: str | None) -> str | None:
    """Give the key that `Idempotency-Key` carries, None without the field; raises 400 for an invalid one."""
    if field is None:
        return None
    quoted = _QUOTED.fullmatch(field.strip())
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else field.strip()
    if (quoted or _BARE.fullmatch(key)) and 0 < len(key) <= 255:
        return key
    raise Problem(
        400, 'Idempotency-Key must be a string of 1 to 255 ASCII characters, such as "8e03978e-40d5".'
    )


def fingerprint(method: str, target: str, headers: Mapping[str, str], content: bytes) -> str:
    """Give a digest that two requests share only when they ask for the same (the draft's section 2.4).

    JSON is compared by value: a request that comes once alone and once among others is written anew.
    """
    with suppress(ValueError, RecursionError):
        content = json.dumps(json.loads(content), sort_keys=True).encode()
    asked = [method, target, *(headers.get(name) for name in _COMPARED), hashlib.sha256(content).hexdigest()]
    return hashlib.sha256(json.dumps(asked).encode()).hexdigest()


def answer_once(
    connection: sqlite3.Connection, key: str | None, request: str, now: float, produce: Callable[[], Answer]
) -> Answer:
    """Answer a request whose fingerprint is `request`: produce its answer once, repeat it after that.

    Must be called within a transaction. Raises 422 when the key was used for another request. When `produce`
    raises, nothing is kept.
    """
    if key is None:
        return produce()
    connection.execute("DELETE FROM answers WHERE time <= ?", (now - KEPT_SECONDS,))
    select = "SELECT fingerprint, status, headers, content FROM answers WHERE key = ?"
    if kept := connection.execute(select, (key,)).fetchone():
        if kept[0] != request:
            raise Problem(
                422, "This Idempotency-Key was used for another request. Use a new key for a new request."
            )
        return Answer(kept[1], {**json.loads(kept[2]), "idempotent-replayed": "true"}, kept[3])
    answer = produce()
    connection.execute(
        "INSERT INTO answers (key, fingerprint, time, status, headers, content) VALUES (?, ?, ?, ?, ?, ?)",
        (key, request, now, answer.status, json.dumps(dict(answer.headers)), answer.content),
    )
    return answer
