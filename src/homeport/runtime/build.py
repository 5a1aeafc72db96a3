"""From the Worker's variables to a worker that can answer; or to the faults that prevent it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

# The client imports these when they are first used. Here they belong to the worker's start instead: Cloudflare takes
# its snapshot after the imports, and no visitor waits for them.
import momento_http_shim.scalar
import momento_http_shim.sorted_sets  # noqa: F401
from homeport import settings as setting
from homeport.access import Attempts
from homeport.draining.budget import Budget, metered
from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.ports import Effects, Origin, Region
from homeport.pushing.changed import Site
from homeport.reading.whose import SealKeys
from homeport.routing import RouteError, Routes
from homeport.settings import Faults, Settings
from homeport.sync import SyncWorker
from homeport.trace import Traced
from homeport.writing.gauge import Gauge
from homeport.writing.wake import Waker
from momento_http_shim import CacheClient, Credentials, InvalidArgument

from .binding import BoundSync
from .origin import FetchOrigin
from .seal import WebCryptoSeal
from .transport import CrossingTransport

if TYPE_CHECKING:
    from homeport.operating.assertions import Assertions
    from homeport.operating.team import Team

_ATTEMPTS = Attempts()
"""One per isolate."""


def read(env: Any) -> tuple[Settings, Site] | Faults:
    """Settings and routes; every fault of both at once."""
    variables = {name: value for name in setting.NAMES if isinstance(value := getattr(env, name, None), str)}
    settings = setting.read(variables)
    routes = _routes()
    faults = tuple(each for part in (settings, routes) if isinstance(part, Faults) for each in part.faults)
    if isinstance(settings, Settings) and (fault := _key_fault(settings)):
        faults += (fault,)
    if faults or isinstance(settings, Faults) or isinstance(routes, Faults):
        return Faults(faults)
    return settings, Site(settings.origin, routes)


def _routes() -> Routes | Faults:
    try:
        from routes import ROUTES
    except RouteError as error:
        return Faults(tuple((f"routes.py {path}", fault) for path, fault in error.faults))
    except Exception as error:  # noqa: BLE001 - it is the user's file: anything can be wrong with it
        return Faults((("routes.py", f"it cannot be imported: {type(error).__name__}: {error}"),))
    return ROUTES


def _key_fault(settings: Settings) -> tuple[str, str] | None:
    try:
        for endpoint in settings.regions.values():
            Credentials.from_key(settings.api_key, endpoint)
    except InvalidArgument as error:
        return ("MOMENTO_API_KEY", str(error))
    return None


def edge(settings: Settings, site: Site, env: Any) -> tuple[Edge, FetchOrigin]:
    """The edge worker, one per isolate."""
    origin = FetchOrigin(settings.origin, settings.origin_timeout_ms)
    waker = Waker(BoundSync(env.SYNC))
    edge = Edge(
        site,
        regions(settings),
        origin,
        waker,
        added=settings.added,
        home_secrets=settings.home_secrets,
        seal=seal(settings.seal_keys),
        seal_keys=settings.seal_keys,
        gauge=Gauge(settings.marks),
        local=settings.local,
    )
    return edge, origin


def sync(
    settings: Settings, site: Site, regions: Mapping[str, Region], env: Any, effect: Effects
) -> SyncWorker:
    """The sync worker, for one invocation; the regions' clients outlive it."""
    budget = Budget(settings.subrequests)
    fetched: Origin = FetchOrigin(settings.origin, settings.origin_timeout_ms)
    fetched = Traced(fetched, effect.trace) if effect.trace else fetched
    regions, origin = metered(regions, fetched, budget)
    drain = Drain(
        site,
        origin,
        settings.origin_timeout_ms,
        effect,
        budget,
        settings.wall_ms,
        settings.most_tries,
        seal(settings.seal_keys),
        history=settings.operated,
    )
    itself = BoundSync(env.SELF)
    checks = assertions(settings.team) if settings.team else None
    return SyncWorker(
        settings, regions, drain, itself, effect, purger=itself, attempts=_ATTEMPTS, assertions=checks
    )


@lru_cache(1)
def assertions(team: Team) -> Assertions:
    """What checks JWTs of Cloudflare Access, one per isolate."""
    from homeport.operating.assertions import Assertions  # few have a team

    from .signatures import WebCryptoSignatures

    return Assertions(team, WebCryptoSignatures())


@lru_cache(1)
def seal(keys: SealKeys) -> WebCryptoSeal | None:
    """The seal of credentials, one per isolate; None where no key is configured."""
    return WebCryptoSeal(keys) if keys else None


def regions(settings: Settings) -> dict[str, Region]:
    """A client for each region's cache, one per isolate."""
    transport = CrossingTransport()
    return {
        name: Region(
            name,
            CacheClient(
                transport,
                Credentials.from_key(settings.api_key, endpoint),
                settings.cache_name(name),
                settings.store_timeout_ms,
            ),
        )
        for name, endpoint in settings.regions.items()
    }
