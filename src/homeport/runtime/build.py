"""From the Worker's variables to a worker that can answer; or to the faults that prevent it."""

from __future__ import annotations

from typing import Any

# The client imports these when they are first used. Here they belong to the worker's start instead: Cloudflare takes
# its snapshot after the imports, and no visitor waits for them.
import momento_http_shim.scalar
import momento_http_shim.sorted_sets  # noqa: F401
from homeport import settings as setting
from homeport.draining.drain import Drain
from homeport.edge import Edge
from homeport.ports import Region
from homeport.pushing.changed import Site
from homeport.routing import RouteError
from homeport.settings import Faults, Settings
from homeport.sync import SyncWorker
from homeport.writing.wake import Waker
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.runtime.workers import WorkersTransport

from .binding import BoundSync
from .effects import effects
from .origin import FetchOrigin


def read(env: Any) -> tuple[Settings, Site] | Faults:
    """Settings and routes; every fault of both at once."""
    variables = {name: value for name in setting.NAMES if isinstance(value := getattr(env, name, None), str)}
    settings = setting.read(variables)
    faults = settings.faults if isinstance(settings, Faults) else ()
    try:
        from routes import ROUTES
    except RouteError as error:
        faults += tuple((f"routes.py {path}", fault) for path, fault in error.faults)
        return Faults(faults)
    return settings if isinstance(settings, Faults) else (settings, Site(settings.origin, ROUTES))


def edge(settings: Settings, site: Site, env: Any) -> tuple[Edge, FetchOrigin]:
    """The edge worker, one per isolate."""
    origin = FetchOrigin(settings.origin, settings.origin_timeout_ms)
    return Edge(site, _regions(settings), origin, Waker(BoundSync(env.SYNC))), origin


def sync(settings: Settings, site: Site, env: Any, ctx: Any) -> SyncWorker:
    """The sync worker, for one invocation."""
    effect = effects(ctx)
    origin = FetchOrigin(settings.origin, settings.origin_timeout_ms)
    drain = Drain(site, origin, settings.origin_timeout_ms, effect)
    return SyncWorker(settings, _regions(settings), drain, BoundSync(env.SELF), effect)


def _regions(settings: Settings) -> dict[str, Region]:
    transport = WorkersTransport()
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
