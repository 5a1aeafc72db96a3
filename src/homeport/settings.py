"""Settings, read from the Worker's variables and secrets. Pure: a mapping in, settings or every fault out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from .draining.budget import SUBREQUESTS, WALL_MS
from .reading.whose import SealKeys
from .regions.cells import Added
from .regions.declared import URL, declared
from .writing.pressure import Marks
from .writing.sealed import base64url

if TYPE_CHECKING:
    from .operating.team import Team

NAMES = (
    "HOMEPORT_ORIGIN",
    "HOMEPORT_REGIONS",
    "HOMEPORT_CACHE_PREFIX",
    "HOMEPORT_STORE_TIMEOUT_MS",
    "HOMEPORT_ORIGIN_TIMEOUT_MS",
    "HOMEPORT_SUBREQUESTS",
    "HOMEPORT_WALL_MS",
    "HOMEPORT_MOST_TRIES",
    "HOMEPORT_DEAD_LETTER_DAYS",
    "HOMEPORT_HOME_SECRETS",
    "HOMEPORT_OPERATE_TOKENS",
    "HOMEPORT_READ_TOKENS",
    "HOMEPORT_ACCESS_TEAM",
    "HOMEPORT_ACCESS_AUD",
    "HOMEPORT_ACCESS_READ_AUD",
    "HOMEPORT_LOG_REQUESTS",
    "HOMEPORT_SEAL_KEYS",
    "HOMEPORT_MOST_WAITING",
    "HOMEPORT_MOST_WAITING_BYTES",
    "HOMEPORT_MOST_WAITING_SECONDS",
    "HOMEPORT_ALARM_SECONDS",
    "HOMEPORT_PUSH_SECRETS",
    "HOMEPORT_LOCAL",
    "MOMENTO_API_KEY",
    "MOMENTO_WEBHOOK_SECRETS",
)
"""Every variable and secret that is read."""

_TEAM = ("HOMEPORT_ACCESS_TEAM", "HOMEPORT_ACCESS_AUD", "HOMEPORT_ACCESS_READ_AUD")
_SHORTEST_SECRET = 32
_MARKS = Marks()
_SEAL_KEY = re.compile(r"([A-Za-z0-9_-]{1,32}):([A-Za-z0-9_-]{43})=?")
_CACHE_PREFIX = re.compile(r"[A-Za-z0-9_.-]{0,40}")


@dataclass(frozen=True, slots=True)
class Settings:
    """What both workers are told. Times in milliseconds.

    `regions` maps each configured region, the default first, to its endpoint: a host name suffix, or a base URL for a
    local Momento. `added` says where regions of the user's own stand. `local`: this runs on a developer's machine.
    `subrequests` and `wall_ms` bound an invocation of the sync worker, `most_tries` the replays of one write (0: only
    its age does), `dead_letter_days` the life of dead letters.
    `marks` say how much may wait in a lane; what waits for longer than `alarm_seconds` is an event.
    `log_requests`: the edge worker writes a line for each request. `team` of Cloudflare Access admits operators.
    """

    origin: str
    regions: Mapping[str, str]
    cache_prefix: str
    store_timeout_ms: int
    origin_timeout_ms: int
    api_key: str = field(repr=False)
    webhook_secrets: tuple[str, ...] = field(repr=False)
    home_secrets: tuple[str, ...] = field(default=(), repr=False)
    operate_tokens: tuple[str, ...] = field(default=(), repr=False)
    seal_keys: SealKeys = field(default=(), repr=False)
    marks: Marks = _MARKS
    alarm_seconds: int = 3_600
    push_secrets: tuple[str, ...] = field(default=(), repr=False)
    added: tuple[Added, ...] = ()
    local: bool = False
    subrequests: int = SUBREQUESTS
    wall_ms: int = WALL_MS
    most_tries: int = 0
    dead_letter_days: int = 30
    read_tokens: tuple[str, ...] = field(default=(), repr=False)
    log_requests: bool = False
    team: Team | None = None

    @property
    def operated(self) -> bool:
        """Whether somebody may look: what only operators are shown is kept for nobody else."""
        return bool(self.operate_tokens or self.read_tokens or self.team)

    def cache_name(self, region: str) -> str:
        """The name of a region's cache: topics are per cache, and a webhook tells no more than the cache's name."""
        return self.cache_prefix + region

    def region_of(self, cache_name: str) -> str | None:
        """The configured region whose cache has this name."""
        return next((region for region in self.regions if self.cache_name(region) == cache_name), None)


@dataclass(frozen=True, slots=True)
class Faults:
    """Why there are no settings: pairs of a variable's name and what to do about it."""

    faults: tuple[tuple[str, str], ...]


def read(variables: Mapping[str, str]) -> Settings | Faults:
    """Settings from variables and secrets; a secret's value never appears in a fault."""
    faults: list[tuple[str, str]] = []
    regions = declared(variables.get("HOMEPORT_REGIONS", ""))
    settings = Settings(
        origin=_origin(variables.get("HOMEPORT_ORIGIN", ""), faults),
        regions=regions.endpoints,
        added=regions.added,
        cache_prefix=variables.get("HOMEPORT_CACHE_PREFIX", "homeport-"),
        store_timeout_ms=_milliseconds(variables, "HOMEPORT_STORE_TIMEOUT_MS", 1_000, 5_000, faults),
        origin_timeout_ms=_milliseconds(variables, "HOMEPORT_ORIGIN_TIMEOUT_MS", 20_000, 25_000, faults),
        api_key=variables.get("MOMENTO_API_KEY", "").strip(),
        webhook_secrets=tuple(variables.get("MOMENTO_WEBHOOK_SECRETS", "").split()),
        home_secrets=tuple(variables.get("HOMEPORT_HOME_SECRETS", "").split()),
        operate_tokens=tuple(variables.get("HOMEPORT_OPERATE_TOKENS", "").split()),
        seal_keys=_seal_keys(variables.get("HOMEPORT_SEAL_KEYS", ""), faults),
        marks=Marks(
            _number(variables, "HOMEPORT_MOST_WAITING", _MARKS.members, faults),
            _number(variables, "HOMEPORT_MOST_WAITING_BYTES", _MARKS.octets, faults),
            _number(variables, "HOMEPORT_MOST_WAITING_SECONDS", _MARKS.seconds, faults),
        ),
        alarm_seconds=_number(variables, "HOMEPORT_ALARM_SECONDS", 3_600, faults),
        push_secrets=tuple(variables.get("HOMEPORT_PUSH_SECRETS", "").split()),
        local=_flag(variables, "HOMEPORT_LOCAL", faults),
        subrequests=_whole(variables, "HOMEPORT_SUBREQUESTS", SUBREQUESTS, (40, 9_000), "calls", faults),
        wall_ms=_whole(variables, "HOMEPORT_WALL_MS", WALL_MS, (1_000, WALL_MS), "milliseconds", faults),
        most_tries=_whole(variables, "HOMEPORT_MOST_TRIES", 0, (0, 100_000), "tries", faults),
        dead_letter_days=_whole(variables, "HOMEPORT_DEAD_LETTER_DAYS", 30, (1, 3_650), "days", faults),
        read_tokens=tuple(variables.get("HOMEPORT_READ_TOKENS", "").split()),
        log_requests=_flag(variables, "HOMEPORT_LOG_REQUESTS", faults),
        team=_team(variables, faults),
    )
    faults += [("HOMEPORT_REGIONS", fault) for fault in regions.faults]
    if not settings.api_key:
        faults.append(("MOMENTO_API_KEY", "missing: `wrangler secret put MOMENTO_API_KEY` for both workers"))
    for name, words in (
        ("HOMEPORT_HOME_SECRETS", settings.home_secrets),
        ("HOMEPORT_OPERATE_TOKENS", settings.operate_tokens),
        ("HOMEPORT_READ_TOKENS", settings.read_tokens),
        ("HOMEPORT_PUSH_SECRETS", settings.push_secrets),
    ):
        if any(len(word) < _SHORTEST_SECRET for word in words):
            fault = f"each of its words has at least {_SHORTEST_SECRET} characters: `openssl rand -hex 32` makes one"
            faults.append((name, fault))
    if not _CACHE_PREFIX.fullmatch(settings.cache_prefix):
        faults.append(("HOMEPORT_CACHE_PREFIX", "at most 40 letters, digits, dots, dashes, underscores"))
    return Faults(tuple(faults)) if faults else settings


def _origin(value: str, faults: list[tuple[str, str]]) -> str:
    if not URL.fullmatch(value):
        faults.append(
            ("HOMEPORT_ORIGIN", "the origin's URL, for example https://origin.example.com, without a query")
        )
    return value.rstrip("/")


def _seal_keys(value: str, faults: list[tuple[str, str]]) -> SealKeys:
    found = [_SEAL_KEY.fullmatch(word) for word in value.split()]
    keys = tuple((each[1], base64url(each[2]) or b"") for each in found if each)
    if len({name for name, _ in keys}) != len(found):
        # A fault shows no word: what is mistyped is mostly the secret.
        faults.append(
            (
                "HOMEPORT_SEAL_KEYS",
                "words id:key, each id once, each key 32 octets in base64url: "
                "`openssl rand -base64 32 | tr +/ -_` makes one",
            )
        )
    return keys


def _team(variables: Mapping[str, str], faults: list[tuple[str, str]]) -> Team | None:
    if not any(variables.get(name) for name in _TEAM):
        return None
    from .operating.team import declared  # few have one

    return declared(variables, faults, local=variables.get("HOMEPORT_LOCAL") == "1")


def _number(variables: Mapping[str, str], name: str, default: int, faults: list[tuple[str, str]]) -> int:
    value = variables.get(name, str(default))
    if not (value.isascii() and value.isdigit() and len(value) <= 12 and int(value) > 0):
        faults.append((name, "a whole number from 1"))
        return default
    return int(value)


def _flag(variables: Mapping[str, str], name: str, faults: list[tuple[str, str]]) -> bool:
    value = variables.get(name, "")
    if value not in ("", "0", "1"):
        faults.append((name, "1 for yes, 0 or nothing for no"))
    return value == "1"


def _milliseconds(
    variables: Mapping[str, str], name: str, default: int, most: int, faults: list[tuple[str, str]]
) -> int:
    return _whole(variables, name, default, (1, most), "milliseconds", faults)


def _whole(
    variables: Mapping[str, str],
    name: str,
    default: int,
    span: tuple[int, int],
    what: str,
    faults: list[tuple[str, str]],
) -> int:
    value, (least, most) = variables.get(name, str(default)), span
    if not (value.isascii() and value.isdigit() and len(value) <= 6 and least <= int(value) <= most):
        faults.append((name, f"a whole number of {what} from {least} to {most}"))
        return default
    return int(value)
