"""The two entry points, translated: what the runtime calls, in terms of `Edge` and `SyncWorker`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from homeport.errors import unconfigured
from homeport.pushing.changed import Site
from homeport.reading import cache_status
from homeport.regions.location import from_cf
from homeport.settings import Faults, Settings
from homeport.sync import SyncWorker

from . import build, javascript
from .effects import effects
from .origin import JsVisit

_isolate: dict[str, Any] = {}
"""What an isolate builds once: settings and routes cannot change during its life."""


async def edge_fetch(request: Any, env: Any, ctx: Any) -> Any:
    """Answer a visitor."""
    js_request = request.js_object
    found = _read(env)
    if isinstance(found, Faults):
        return javascript.js_response(cache_status.say(unconfigured(found.faults), detail="not configured"))
    settings, site = found
    edge, origin = _once("edge", lambda: build.edge(settings, site, env))
    message = javascript.request(js_request)
    visit = JsVisit(js_request, message.target, origin, env.SYNC)
    answer = await edge.answer(message, from_cf(javascript.location(js_request)), visit, effects(ctx))
    return javascript.js_response(answer)


async def sync_fetch(request: Any, env: Any, ctx: Any) -> Any:
    """Answer the sync worker's own surface."""
    js_request = request.js_object
    worker = _sync(env, ctx)
    if isinstance(worker, Faults):
        return javascript.js_response(unconfigured(worker.faults))
    message = javascript.request(js_request)
    body = await javascript.octets(js_request)
    return javascript.js_response(await worker.answer(replace(message, body=body)))


async def sync_kick(region: str, lane: int, env: Any, ctx: Any) -> None:
    """Drain one lane behind this call."""
    worker = _sync(env, ctx)
    if not isinstance(worker, Faults):
        worker.kick(region, int(lane))


async def sync_sweep(env: Any, ctx: Any) -> None:
    """Drain every lane."""
    worker = _sync(env, ctx)
    if not isinstance(worker, Faults):
        await worker.sweep()


def _sync(env: Any, ctx: Any) -> SyncWorker | Faults:
    found = _read(env)
    return found if isinstance(found, Faults) else build.sync(*found, env, ctx)


def _read(env: Any) -> tuple[Settings, Site] | Faults:
    found: tuple[Settings, Site] | Faults = _once("read", lambda: build.read(env))
    return found


def _once(name: str, make: Callable[[], Any]) -> Any:
    if name not in _isolate:
        _isolate[name] = make()
    return _isolate[name]
