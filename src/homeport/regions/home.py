"""A visitor's home: the region that accepted their last write, as a signed value that they carry themselves. Pure.

They carry it in a cookie or, where there are no cookies, in a field of their requests. The value is

    {region}.{table}.{time}.{mac}

`table` is the version of the table of regions by which the region was chosen, `time` the time of the accepted write in
hexadecimal seconds since 1970, `mac` the first 128 bits of an HMAC-SHA-256 (RFC 2104, section 5 for its length) in
hexadecimal over a label of its purpose and everything before it.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Container, Sequence
from dataclasses import dataclass

from homeport.keys import DAY_SECONDS
from homeport.messages import Headers

from .hubs import TABLE

COOKIE = "__Host-homeport"
"""Browsers take a name that begins so only with Secure and Path=/, and without Domain (RFC 6265bis section 4.1.3)."""

FIELD = "homeport-home"
"""The field of requests and responses that holds the same value."""

LIFE_SECONDS = 30 * DAY_SECONDS
OTHER_TABLE_SECONDS = DAY_SECONDS
"""How long a value of another table is honoured: as long as an accepted write can wait for the origin."""

AHEAD_SECONDS = 300
"""How far in the future a value may lie: clocks differ."""

RENEWED_AFTER_SECONDS = 10
RECENT_SECONDS = 10 + RENEWED_AFTER_SECONDS
"""Reads are consistent for ten seconds after a write at least, and a write may leave a value as old as that."""

MOST_VALUES = 8
"""So many are looked at: a browser sends one, and to check each costs time."""

_LABEL = "homeport-home."
_VALUE = re.compile(r"(([a-z0-9-]{1,32})\.([A-Za-z0-9_-]{1,16})\.([0-9a-f]{1,12}))\.([0-9a-f]{32})")
# Several Cookie fields come out of JavaScript's Headers as one, joined by a comma and a space.
_BETWEEN = re.compile(r"(;[ \t]*|, )")


@dataclass(frozen=True, slots=True)
class Home:
    """A home that is honoured; `written` is the time of the accepted write in seconds since 1970."""

    region: str
    table: str
    written: int

    def age(self, now: int) -> float:
        """Seconds since the accepted write; `now` in ms since 1970."""
        return now / 1000 - self.written

    def recent(self, now: int) -> bool:
        """Whether the visitor may have written so lately that only a consistent read certainly shows it."""
        return self.age(now) <= RECENT_SECONDS


def seal(home: Home, secret: str) -> str:
    """The value that stands for a home."""
    signed = f"{home.region}.{home.table}.{home.written:x}"
    return f"{signed}.{_mac(signed, secret)}"


def read(
    value: str, now: int, regions: Container[str], secrets: Sequence[str], table: str = TABLE
) -> Home | None:
    """The home that a value stands for; None where it is forged, damaged, outdated, or its region not configured.

    `now` in ms since 1970; `regions` are the configured ones; any of `secrets` may have signed it.
    """
    parts = _VALUE.fullmatch(value)
    if parts is None:
        return None
    signed, region, chosen_by, written, mac = parts.groups()
    if not any(hmac.compare_digest(_mac(signed, secret), mac) for secret in secrets):
        return None
    home = Home(region, chosen_by, int(written, 16))
    life = LIFE_SECONDS if chosen_by == table else OTHER_TABLE_SECONDS
    return home if region in regions and -AHEAD_SECONDS <= home.age(now) < life else None


def recall(
    values: Sequence[str], now: int, regions: Container[str], secrets: Sequence[str], table: str = TABLE
) -> Home | None:
    """The home of the first value that is honoured."""
    homes = (read(value, now, regions, secrets, table) for value in values[:MOST_VALUES])
    return next((home for home in homes if home), None)


def renewal(
    home: Home | None, region: str, now: int, secrets: Sequence[str], table: str = TABLE
) -> tuple[tuple[str, str], ...]:
    """The fields by which the answer to an accepted write says where home is; none where that need not be said.

    `home` is what the visitor showed, `region` accepted the write at `now`, in ms since 1970; the first of `secrets`
    signs. A renewed value keeps the table that chose the region: a day after the last write a new one decides.
    """
    if not secrets or (home and home.age(now) <= RENEWED_AFTER_SECONDS):
        return ()
    value = seal(Home(region, home.table if home else table, now // 1000), secrets[0])
    cookie = f"{COOKIE}={value}; Max-Age={LIFE_SECONDS}; Path=/; Secure; HttpOnly; SameSite=Lax"
    return (("set-cookie", cookie), (FIELD, value))


def take_off(headers: Headers) -> tuple[Headers, tuple[str, ...]]:
    """A request's fields without our field and cookie, and their values, the field's first. Nothing else changes.

    A Cookie field with nothing left in it goes as a whole.
    """
    if FIELD not in headers and COOKIE not in (headers.get("cookie") or ""):
        return headers, ()
    kept: list[tuple[str, str]] = []
    said: list[str] = []
    cookies: list[str] = []
    for name, value in headers:
        if name == FIELD:
            said += [each.strip(" \t") for each in value.split(",")]
        elif name == "cookie" and COOKIE in value:
            rest, ours = _take_off(value)
            cookies += ours
            kept += [(name, rest)] if rest else []
        else:
            kept.append((name, value))
    return Headers(kept), (*said, *cookies)


def instead(before: Headers, after: Headers) -> dict[str, str | None]:
    """The fields that `take_off` changed, with their new values; None for one that is gone."""
    return {name: after.get(name) for name in (FIELD, "cookie") if before.get(name) != after.get(name)}


def _take_off(cookies: str) -> tuple[str, list[str]]:
    """The value of a Cookie field without our cookie, and our cookie's values."""
    kept, ours, between = "", list[str](), ""
    for place, part in enumerate(_BETWEEN.split(cookies)):
        if place % 2:
            between = between or part
            continue
        name, _, value = part.partition("=")
        if name.strip(" \t") == COOKIE:
            ours.append(value.strip(" \t"))
            between = "; " if kept else ""
        else:
            kept, between = kept + (between if kept else "") + part, ""
    return kept, ours


def _mac(signed: str, secret: str) -> str:
    return hmac.digest(secret.encode(), (_LABEL + signed).encode(), "sha256").hex()[:32]
