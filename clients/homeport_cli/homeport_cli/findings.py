"""What a doctor finds without asking anybody: variables, secrets, the key, routes. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, Literal

from homeport import settings as setting
from homeport.exposed import exposed
from homeport.routing import Routes
from homeport.settings import Faults, Settings
from homeport.writing.sealed import base64url
from momento_http_shim import Credentials, InvalidArgument

Level = Literal["fine", "note", "wrong"]
EXAMPLE = "//origin.example.com"
SOON_SECONDS = 14 * 24 * 3600
"""A key that expires sooner is worth a note."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: what it says, and the line that mends it."""

    level: Level
    what: str
    says: str
    mend: str = ""


_SECRETS = {
    "MOMENTO_API_KEY": ("both", ""),
    "MOMENTO_WEBHOOK_SECRETS": (
        "sync",
        "the webhook's address does not exist: the kick and cron wake the drain",
    ),
    "HOMEPORT_HOME_SECRETS": ("edge", "visitors who travel after a write read the nearest region"),
    "HOMEPORT_OPERATE_TOKENS": ("sync", "/.homeport/purge does not exist: `homeport purge` needs none"),
    "HOMEPORT_READ_TOKENS": ("sync", "a monitor needs an operating token"),
    "HOMEPORT_PUSH_SECRETS": ("sync", "/.homeport/push does not exist: `homeport push` needs none"),
    "HOMEPORT_SEAL_KEYS": ("both", "writes with credentials go straight to the origin"),
}
"""Which worker has a secret, and what it means that it has none."""

_SYNC = " -c wrangler.sync.toml"
_BOTH_FILES = "[vars] of wrangler.toml and wrangler.sync.toml"


def mend(name: str) -> str:
    """The line that sets a variable or secret."""
    if name not in _SECRETS:
        return f'{name} = "…" in {_BOTH_FILES}'
    put = f'npx wrangler secret put {name} --env=""'
    return {"edge": put, "sync": put + _SYNC, "both": f"{put}{_SYNC}; {put}"}[_SECRETS[name][0]]


def of_variables(variables: Mapping[str, str]) -> Iterator[Finding]:
    """Faults of settings, names that nobody reads, and secrets by the number and length of their words."""
    found = setting.read(variables)
    faults = found.faults if isinstance(found, Faults) else ()
    for name, fault in faults:
        yield Finding("wrong", name, fault, mend(name))
    for name in variables:
        if name not in setting.NAMES:
            near = get_close_matches(name, setting.NAMES, 1)
            yield Finding("wrong", name, "nobody reads it", f"{near[0]}=…" if near else f"remove {name}")
    for name in _SECRETS:
        if name not in dict(faults):
            yield _secret(name, variables.get(name, ""))
    if EXAMPLE in variables.get("HOMEPORT_ORIGIN", ""):
        yield Finding("wrong", "HOMEPORT_ORIGIN", "is the example's", mend("HOMEPORT_ORIGIN"))
    if isinstance(found, Settings):
        yield from _of_settings(found)


def _secret(name: str, value: str) -> Finding:
    words = value.split()
    if not words:
        return Finding("note", name, f"not set: {_SECRETS[name][1]}", mend(name))
    if name == "HOMEPORT_SEAL_KEYS":
        ids = ", ".join(word.partition(":")[0] for word in words)
        return Finding("fine", name, f"keys {ids}; the first seals")
    if len(set(words)) < len(words):
        return Finding("wrong", name, "a word stands twice", mend(name))
    return Finding("fine", name, f"{len(words)} of {', '.join(str(len(word)) for word in words)} characters")


def _of_settings(settings: Settings) -> Iterator[Finding]:
    if EXAMPLE not in settings.origin:
        yield Finding("fine", "HOMEPORT_ORIGIN", settings.origin)
    yield Finding("fine", "HOMEPORT_REGIONS", ", ".join(settings.regions))
    if settings.team:
        roles = ", ".join(role for _, role in settings.team.audiences)
        yield Finding("fine", "HOMEPORT_ACCESS_TEAM", f"{settings.team.issuer}: {roles}")
    if settings.local:
        detail = "is 1: answers tell more than visitors should see. Never deploy it"
        yield Finding("note", "HOMEPORT_LOCAL", detail, "remove HOMEPORT_LOCAL")


def of_configurations(edge: Mapping[str, str] | None, sync: Mapping[str, str] | None) -> Iterator[Finding]:
    """Variables that the two workers are told differently."""
    if edge is None or sync is None:
        return
    for name in ("HOMEPORT_ORIGIN", "HOMEPORT_REGIONS", "HOMEPORT_CACHE_PREFIX"):
        if edge.get(name) != sync.get(name):
            detail = (
                "wrangler.toml and wrangler.sync.toml differ: one worker would not find what the other keeps"
            )
            yield Finding("wrong", name, detail, f'{name} = "…", the same in {_BOTH_FILES}')


def of_routes(routes: Routes | Faults) -> Iterator[Finding]:
    """Faulty routes, and those whose writes an origin may apply late or twice."""
    if isinstance(routes, Faults):
        for name, fault in routes.faults:
            yield Finding("wrong", name, fault, "correct it in src/routes.py")
        return
    yield Finding("fine", "routes", f"{len([*routes])} routes")
    for path, reason in exposed(routes):
        yield Finding(
            "note",
            f"route {path}",
            f"exposed: {reason}",
            "deduplicates=True where the origin honours Idempotency-Key, honours_if_match=True where If-Match",
        )


def of_key(key: str, endpoints: Sequence[str], now: int) -> Iterator[Finding]:
    """The Momento key's kind and, where it tells it, its end; `now` in ms since 1970."""
    if not key:
        return
    try:
        found = [Credentials.from_key(key, endpoint) for endpoint in endpoints]
    except InvalidArgument as error:
        yield Finding("wrong", "MOMENTO_API_KEY", str(error), mend("MOMENTO_API_KEY"))
        return
    if found:
        yield _ends(found[0].authorization, now)


def _ends(authorization: str, now: int) -> Finding:
    said = claims(authorization)
    until = said.get("exp")
    kind = "a v2 key" if said.get("t") == "g" else "a key"
    if type(until) is not int:
        return Finding("fine", "MOMENTO_API_KEY expiry", f"{kind} that does not say when it expires")
    left = until - now // 1000
    if left <= 0:
        return Finding("wrong", "MOMENTO_API_KEY expiry", f"{kind}, expired", mend("MOMENTO_API_KEY"))
    level: Level = "note" if left < SOON_SECONDS else "fine"
    says = f"{kind}, expires in {left // 86_400} days"
    return Finding(level, "MOMENTO_API_KEY expiry", says, mend("MOMENTO_API_KEY") if level == "note" else "")


def claims(token: str) -> dict[str, Any]:
    """The claims of a JWT (RFC 7519), unverified; none of what is no JWT."""
    pieces = token.split(".")
    octets = base64url(pieces[1]) if len(pieces) == 3 else None
    try:
        found = json.loads(octets or b"{}")
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
