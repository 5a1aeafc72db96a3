"""From the settings that the workers have, too, to what a publisher acts on."""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
import time
from collections.abc import Coroutine, Mapping

from homeport import settings as setting
from homeport.ports import Effects, Region
from momento_http_shim import CacheClient, Credentials, InvalidArgument
from momento_http_shim.transport import Transport

from .errors import Misconfigured

LOG = logging.getLogger("homeport_origin")

_NAMES = (
    "HOMEPORT_ORIGIN",
    "HOMEPORT_REGIONS",
    "HOMEPORT_CACHE_PREFIX",
    "HOMEPORT_STORE_TIMEOUT_MS",
    "MOMENTO_API_KEY",
)
"""What an origin is told; the workers' other secrets are no business of its."""


def settings_of(variables: Mapping[str, str]) -> setting.Settings:
    """Settings from variables; raises `Misconfigured` with every fault."""
    found = setting.read({name: variables[name] for name in _NAMES if name in variables})
    if isinstance(found, setting.Faults):
        raise Misconfigured(found.faults)
    return found


def regions_of(settings: setting.Settings, transport: Transport) -> list[Region]:
    """A client of each region's cache, in the order in which they are configured."""
    try:
        return [
            Region(
                name,
                CacheClient(
                    transport,
                    Credentials.from_key(settings.api_key, endpoint),
                    settings.cache_name(name),
                    settings.store_timeout_ms,
                ),
            )
            for name, endpoint in settings.regions.items()
        ]
    except InvalidArgument as error:
        raise Misconfigured([("MOMENTO_API_KEY", str(error))]) from None


def effects() -> Effects:
    """Time, chance and the log of ordinary Python."""
    return Effects(
        now=lambda: time.time_ns() // 1_000_000,
        token=lambda: secrets.token_hex(16),
        pause=asyncio.sleep,
        chance=random.random,
        behind=_behind,
        emit=_emit,
    )


def _behind(work: Coroutine[object, object, object]) -> None:
    work.close()
    raise NotImplementedError("nothing that a publisher does runs behind an answer")


def _emit(name: str, fields: Mapping[str, object]) -> None:
    lost = name in ("push_failed", "debt_forgotten")
    LOG.log(logging.WARNING if lost else logging.INFO, "%s %s", name, dict(fields))
