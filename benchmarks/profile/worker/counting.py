"""How often a hit crosses between Python and JavaScript: attributes, calls, calls back, promises awaited."""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator
from typing import Any

import js
from pyodide.ffi import JsProxy, create_proxy

from homeport.runtime import build, effects, javascript, transport, waking, workers
from homeport.runtime.crossing import crossing

_TALLY = Counter[str]()


class Counted:
    """A JavaScript object that counts what is done with it, and with whatever comes of that."""

    def __init__(self, it: Any) -> None:
        object.__setattr__(self, "_it", it)

    def __getattr__(self, name: str) -> Any:
        _TALLY["attributes"] += 1
        return _counted(getattr(self._it, name))

    def __setattr__(self, name: str, value: Any) -> None:
        _TALLY["attributes"] += 1
        setattr(self._it, name, _bare(value))

    def __call__(self, *arguments: Any, **named: Any) -> Any:  # noqa: D102 - JavaScript's own
        _TALLY["calls"] += 1
        given = {name: _bare(value) for name, value in named.items()}
        return _counted(self._it(*map(_bare, arguments), **given))

    def __await__(self) -> Generator[Any, None, Any]:
        _TALLY["awaits"] += 1
        return _counted((yield from self._it.__await__()))


def _back(number: int, *value: Any) -> None:
    _TALLY["calls back"] += 1
    waking._woken(number, *map(_counted, value))  # noqa: SLF001


def _counted(value: Any) -> Any:
    return Counted(value) if isinstance(value, JsProxy) or hasattr(value, "then") else value


def _bare(value: Any) -> Any:
    return object.__getattribute__(value, "_it") if isinstance(value, Counted) else value


async def of_a_hit(js_request: Any, env: Any, ctx: Any, page: str) -> list[list[Any]]:
    """The second hit of a page, since the first makes what is kept: what was counted, by name."""
    url = js.URL.new(page, js_request.url).href
    mine = js.Request.new(url, js_request)
    await workers.edge_fetch(mine, env, ctx)
    kept = [
        (module, name, value)
        for module in (javascript, transport, effects, build, workers)
        for name, value in vars(module).items()
        if isinstance(value, JsProxy)  # what a module took from JavaScript when it was imported
    ]
    try:
        for module, name, value in kept:
            setattr(module, name, Counted(value))
        crossing.wakes(create_proxy(_back))
        _TALLY.clear()
        promise = workers.edge_fetch(Counted(mine), env, Counted(ctx))
        await _bare(promise)  # which the runtime does, and no part of the hit
    finally:
        waking.listen()
        for module, name, value in kept:
            setattr(module, name, value)
    return [list(each) for each in sorted(_TALLY.items())]
