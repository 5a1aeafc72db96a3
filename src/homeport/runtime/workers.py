"""The two entry points, translated: what the runtime calls, in terms of `Edge` and `SyncWorker`."""

from __future__ import annotations

import json
from asyncio import CancelledError
from collections.abc import Callable, Coroutine
from dataclasses import replace
from typing import Any

from homeport import wide
from homeport.edge import Edge
from homeport.errors import problem, unconfigured
from homeport.messages import NO_FIELDS, Headers, Relayed, Response
from homeport.pushing.changed import Site
from homeport.pushing.order import Progress, decode_order, encode
from homeport.reading import cache_status
from homeport.settings import Faults, Settings
from homeport.sync import SyncWorker

from . import build, javascript, waking
from .crossing import crossing
from .effects import Behind, effects, emit, held, report
from .origin import FetchOrigin, JsVisit

_promised, _keep = crossing.promised, crossing.keep

_isolate: dict[str, Any] = {}
"""What an isolate builds once: settings and routes cannot change during its life."""


def edge_fetch(js_request: Any, env: Any, ctx: Any) -> Any:
    """A promise of the answer to a visitor, all JavaScript's; what nobody foresaw is a 500 that tells nothing."""
    promise = _promised(js_request)
    waking.begin(_answered(js_request, env, ctx), now=True)
    return promise


async def _answered(js_request: Any, env: Any, ctx: Any) -> None:
    try:
        answer = await _edge(js_request, env, ctx)
    except (Exception, CancelledError) as error:  # noqa: BLE001 - the last line of defence
        answer = _crashed(error)
    _keep(js_request, answer)


async def _edge(js_request: Any, env: Any, ctx: Any) -> Any:
    made = _isolate.get("edge") or _made(env)
    if isinstance(made, Faults):
        return javascript.js_response(cache_status.say(unconfigured(made.faults), detail="not configured"))
    edge, origin, told = made
    message, location = javascript.asked(js_request)
    visit = JsVisit(js_request, message.target, origin, env)
    effect = effects(ctx, message.headers)
    answering: Coroutine[Any, Any, Response | Relayed]
    answering = edge.answer(message, location, visit, effect)
    if told:
        answering = wide.told(message, answering, effect)
    if message.method in ("GET", "HEAD"):
        answer = await answering
        # What comes behind it, as the refreshing of a stale one, may need its body.
        return javascript.js_response(
            answer, last=isinstance(effect.behind, Behind) and not effect.behind.begun
        )
    # A visitor who hangs up must not stop a write between its commit, or the origin's answer, and what follows.
    release = held(ctx)
    try:
        return javascript.js_response(await answering)
    finally:
        release()


def _made(env: Any) -> tuple[Edge, FetchOrigin, bool] | Faults:
    found = _read(env)
    if isinstance(found, Faults):
        return found
    settings, site = found
    made: tuple[Edge, FetchOrigin, bool]
    made = _once("edge", lambda: (*build.edge(settings, site, env), settings.log_requests))
    return made


async def sync_fetch(request: Any, env: Any, ctx: Any) -> Any:
    """Answer the sync worker's own surface."""
    try:
        return await _surface(request.js_object, env, ctx)
    except Exception as error:  # noqa: BLE001 - the last line of defence
        return _crashed(error)


async def _surface(js_request: Any, env: Any, ctx: Any) -> Any:
    message, _ = javascript.asked(js_request)
    worker = _sync(env, ctx, message.headers)
    if isinstance(worker, Faults):
        return javascript.js_response(unconfigured(worker.faults))
    admitted = await worker.admit(message)
    if not isinstance(admitted, Response):
        if message.headers.get("content-length"):  # a body of unknown length is nobody's: it is not read
            message = replace(message, body=await javascript.octets(js_request))
        admitted = await worker.answer(message, admitted)
    return javascript.js_response(admitted)


async def sync_kick(region: str, lane: int, skip: int, env: Any, ctx: Any) -> None:
    """Drain one lane behind this call."""
    worker = _sync(env, ctx)
    if not isinstance(worker, Faults):
        worker.kick(region, int(lane), int(skip))


async def sync_purge(region: str, order: str, env: Any, ctx: Any) -> str:
    """Purge a part of an order in one region; what became of it. Both in JSON."""
    worker, progress = _sync(env, ctx), Progress(error="NOT_CONFIGURED")
    if not isinstance(worker, Faults):
        progress = await worker.purge(region, decode_order(json.loads(order)))
    return encode(progress)


async def sync_sweep(env: Any, ctx: Any) -> None:
    """Drain every lane."""
    worker = _sync(env, ctx)
    if isinstance(worker, Faults):
        emit("not_configured", {"settings": [name for name, _ in worker.faults]})
    else:
        try:
            await worker.sweep()
        except Exception as error:  # noqa: BLE001 - as above
            report(error)


def _crashed(error: BaseException) -> Any:
    report(error)
    answer = problem(500, "Internal error", "Homeport failed at this request; its log says where.")
    return javascript.js_response(cache_status.say(answer, detail="crashed"))


def _sync(env: Any, ctx: Any, headers: Headers = NO_FIELDS) -> SyncWorker | Faults:
    found = _read(env)
    if isinstance(found, Faults):
        return found
    settings, site = found
    regions = _once("regions", lambda: build.regions(settings))
    return build.sync(settings, site, regions, env, effects(ctx, headers))


def _read(env: Any) -> tuple[Settings, Site] | Faults:
    found: tuple[Settings, Site] | Faults = _once("read", lambda: build.read(env))
    return found


def _once(name: str, make: Callable[[], Any]) -> Any:
    if name not in _isolate:
        _isolate[name] = make()
    return _isolate[name]
