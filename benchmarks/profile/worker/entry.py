"""The edge worker with its hit taken apart: `/step/{name}` answers by that much of it; `/crossings` counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import counting  # type: ignore[import-not-found]  # it stands beside this one in the worker
import js
from pyodide.ffi import to_js

from homeport import keys
from homeport.ports import Region
from homeport.reading.key import resource
from homeport.runtime import build, javascript, waking, workers
from homeport.runtime.crossing import crossing
from homeport.runtime.effects import effects
from homeport.runtime.origin import JsVisit
from momento_http_shim.outcomes import Hit

PAGE = "/hit/1000"
_made: dict[str, Any] = {}


def on_fetch(js_request: Any, env: Any, ctx: Any) -> Any:
    """Answer by a step, count one hit's crossings, or be the edge worker."""
    path = "/" + js_request.url.split("/", 3)[3]
    if not path.startswith(("/crossings", "/step/")):
        return workers.edge_fetch(js_request, env, ctx)
    promise = crossing.promised(js_request)
    waking.begin(_step(path, js_request, env, ctx), now=True)
    return promise


async def _step(path: str, js_request: Any, env: Any, ctx: Any) -> None:
    if path == "/crossings":
        answer = js.Response.json(to_js(await counting.of_a_hit(js_request, env, ctx, PAGE)))
    else:
        if not _made:
            await _prepare(env)
        answer = await STEPS[path.removeprefix("/step/")](js_request, env, ctx)
    crossing.keep(js_request, answer)


async def _prepare(env: Any) -> None:
    settings, site = build.read(env)  # type: ignore[misc]  # of the benchmark they have no faults
    edge, origin = build.edge(settings, site, env)
    home = edge.regions["ap-northeast-1"]
    key = keys.entry(resource(site.origin, PAGE).key)
    hit = await home.cache.get(key)
    if not isinstance(hit, Hit):
        raise RuntimeError(f"{PAGE} is not in the cache: ask for it first")
    memory = {name: Region(name, cast("Any", _Memory(hit))) for name in edge.regions}
    init = to_js({"headers": {"content-type": "text/plain"}}, dict_converter=js.Object.fromEntries)
    _made.update(home=home, key=key, origin=origin, edge=replace(edge, regions=memory), init=init)


async def _nothing(*_: Any) -> Any:
    return js.Response.new("hello", _made["init"])


async def _look(*_: Any) -> Any:
    hit = await _made["home"].cache.get(_made["key"])
    return js.Response.new(hit.value.js, _made["init"])


async def _asked(*given: Any) -> Any:
    _taken(*given)
    return js.Response.new("hello", _made["init"])


async def _decided(*given: Any) -> Any:
    await _made["edge"].answer(*_taken(*given))
    return js.Response.new("hello", _made["init"])


async def _answered(*given: Any) -> Any:
    return javascript.js_response(await _made["edge"].answer(*_taken(*given)))


def _taken(js_request: Any, env: Any, ctx: Any) -> tuple[Any, Any, Any, Any]:
    message, location = javascript.asked(js_request)
    message = replace(message, target=PAGE)
    visit = JsVisit(js_request, PAGE, _made["origin"], env)
    return message, location, visit, effects(ctx, message.headers)


STEPS = {"nothing": _nothing, "asked": _asked, "decided": _decided, "answered": _answered, "look": _look}
"""A worker that says hello; one that has taken request, place and effects into Python as well; and decided a hit out of
memory; and answered so: a hit without its look. One that looks, and answers with what it gets."""


class _Memory:
    """A region's cache that holds one item."""

    def __init__(self, hit: Hit) -> None:
        self._hit = hit

    async def get(self, _key: str, /) -> Hit:
        """Always it."""
        return self._hit
