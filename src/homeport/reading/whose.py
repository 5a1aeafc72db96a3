"""Who sent a request, as far as a cache may know it: a fingerprint of what identifies them. Pure.

What a write with credentials left is shown to its author alone, until the origin has had its say.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable
from dataclasses import dataclass, field

from homeport.messages import Headers
from homeport.routing import Route

from .upstream import credentials

SealKeys = tuple[tuple[str, bytes], ...]
"""Ids of keys, and their 32 octets. The first seals, all open."""

_LABEL = b"homeport whose 1"


@dataclass(frozen=True, slots=True)
class Sender:
    """Whoever sent a request, by the fields and cookies that identify them; nothing: nobody in particular."""

    pairs: tuple[tuple[str, str], ...] = field(repr=False)
    keys: SealKeys = field(repr=False)

    @property
    def principal(self) -> str:
        """What tells this sender from others while a request is answered; it is kept nowhere."""
        return json.dumps(self.pairs) if self.pairs else ""

    def fingerprint(self, resource_key: str) -> str:
        """`{key id}.{HMAC-SHA-256 in hexadecimal}`: it differs from resource to resource, so nobody can be followed."""
        return _fingerprint(self.pairs, *self.keys[0], resource_key)

    def sent(self, whose: str, resource_key: str) -> bool:
        """Whether that fingerprint is this sender's, under whichever key it was made."""
        name = whose.partition(".")[0]
        return bool(self.pairs) and any(
            hmac.compare_digest(_fingerprint(self.pairs, each, key, resource_key), whose)
            for each, key in self.keys
            if each == name
        )


def sender(headers: Headers, route: Route, keys: SealKeys) -> Sender:
    """The sender of a request by these fields: what the route's `session` names, else all its credentials.

    Empty values identify nobody. The number and order of fields count: whoever joins or sorts them is another sender.
    """
    if not headers.names:
        return Sender((), keys)
    found = [(each, value) for each in route.session for value in _values(headers, each) if value]
    if not found:
        found = sorted((f"header:{name}", value) for name, value in secret(headers, route) if value)
    return Sender(tuple(found), keys)


def secret(headers: Headers, route: Route) -> Headers:
    """The fields that must not stand in a cache in plain: credentials, cookies, and what the route says are any."""
    names = secret_names((name for name, _ in headers), route) - headers.members("connection")
    return Headers((name, value) for name, value in headers if name in names)


def secret_names(names: Iterable[str], route: Route) -> frozenset[str]:
    """Those of some fields' names, in lower case, whose values are secrets."""
    known = frozenset(names)
    return credential_names(known, route) | (known & {"cookie"})


def credential_names(names: Iterable[str], route: Route) -> frozenset[str]:
    """The same without cookies, which most visitors have: a read with one of these is the origin's business."""
    if not route.credentials:
        return credentials(names)
    known = frozenset(names)
    return credentials(known) | (known & {name.lower() for name in route.credentials})


def nobody(_whose: str) -> bool:
    """Of a reader of whom nothing is known: no fingerprint is theirs."""
    return False


def _fingerprint(pairs: tuple[tuple[str, str], ...], name: str, key: bytes, resource_key: str) -> str:
    # A key of its own, so that what is encrypted and what is told apart have nothing in common.
    derived = hmac.digest(key, _LABEL, "sha256")
    return f"{name}.{hmac.digest(derived, json.dumps([resource_key, pairs]).encode(), 'sha256').hex()}"


def _values(headers: Headers, where: str) -> Iterable[str]:
    kind, _, name = where.partition(":")
    if kind == "header":
        return (value for known, value in headers if known == name.lower())
    # Not cut at commas, which stand in some cookies' values: a part of a value must not pass for the whole.
    cookies = (
        each.partition("=") for known, value in headers if known == "cookie" for each in value.split(";")
    )
    return (value.strip() for known, _, value in cookies if known.strip() == name)
