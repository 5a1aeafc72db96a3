"""The edge worker with its hit taken apart: `/step/{name}` answers by that much of it; `/crossings` counts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

import counting  # type: ignore[import-not-found]  # it stands beside this one in the worker
import js
from pyodide.ffi import to_js
from workers import WorkerEntrypoint

from homeport import keys
from homeport.ports import Region
from homeport.reading.key import resource
from homeport.runtime import build, javascript, workers
from homeport.runtime.effects import effects
from homeport.runtime.origin import JsVisit
from momento_http_shim.outcomes import Hit

PAGE = "/hit/1000"
_made: dict[str, Any] = {}


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """Answer by a step, count one hit's crossings, or be the edge worker."""
        js_request = request.js_object
        path = "/" + js_request.url.split("/", 3)[3]
        if path == "/crossings":
            return js.Response.json(to_js(await counting.of_a_hit(js_request, self.env, self.ctx, PAGE)))
        if not path.startswith("/step/"):
            return await workers.edge_fetch(request, self.env, self.ctx)
        if not _made:
            await self._prepare()
        return await getattr(self, path.removeprefix("/step/"))(js_request)

    async def _prepare(self) -> None:
        settings, site = build.read(self.env)  # type: ignore[misc]  # of the benchmark they have no faults
        edge, origin = build.edge(settings, site, self.env)
        home = edge.regions["ap-northeast-1"]
        key = keys.entry(resource(site.origin, PAGE).key)
        hit = await home.cache.get(key)
        if not isinstance(hit, Hit):
            raise RuntimeError(f"{PAGE} is not in the cache: ask for it first")
        memory = {name: Region(name, cast("Any", _Memory(hit))) for name in edge.regions}
        init = to_js({"headers": {"content-type": "text/plain"}}, dict_converter=js.Object.fromEntries)
        _made.update(home=home, key=key, origin=origin, edge=replace(edge, regions=memory), init=init)

    async def nothing(self, _: Any) -> Any:
        """A Python Worker that answers."""
        return js.Response.new("hello", _made["init"])

    async def look(self, _: Any) -> Any:
        """One look into the regional cache, and its body as it is."""
        hit = await _made["home"].cache.get(_made["key"])
        return js.Response.new(hit.value.js, _made["init"])

    async def asked(self, js_request: Any) -> Any:
        """The request, its visitor's place and an invocation's effects, in Python."""
        self._taken(js_request)
        return js.Response.new("hello", _made["init"])

    async def decided(self, js_request: Any) -> Any:
        """The same, and every decision of a hit, out of memory."""
        await self._answer(js_request)
        return js.Response.new("hello", _made["init"])

    async def answered(self, js_request: Any) -> Any:
        """The same, and its answer: a hit without the look."""
        return javascript.js_response(await self._answer(js_request))

    def _taken(self, js_request: Any) -> tuple[Any, Any, Any, Any]:
        message = replace(javascript.request(js_request), target=PAGE)
        visit = JsVisit(js_request, PAGE, _made["origin"], self.env.SYNC)
        return message, javascript.location(js_request), visit, effects(self.ctx, message.headers)

    async def _answer(self, js_request: Any) -> Any:
        return await _made["edge"].answer(*self._taken(js_request))


class _Memory:
    """A region's cache that holds one item."""

    def __init__(self, hit: Hit) -> None:
        self._hit = hit

    async def get(self, _key: str, /) -> Hit:
        """Always it."""
        return self._hit
