"""The admin interface: JSON for tests and for the stack, one page for people. Answers on loopback only."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from . import admin_views as views
from .admin_page import page
from .clock import Clock
from .faults import Faults, parse_fault, show_fault
from .refusals import Refusal, invalid
from .region import Region
from .webhooks import Webhook

ALL = "*"


class Admin:
    """Endpoints over the regions, the faults and the clock; every method answers one request."""

    def __init__(self, regions: Mapping[str, Region], faults: Faults, clock: Clock) -> None:
        self._regions = regions
        self._faults = faults
        self._clock = clock

    async def page(self, _: Request) -> Response:
        """Show everything as HTML."""
        return HTMLResponse(page(self._regions, self._faults, self._clock()))

    async def regions(self, _: Request) -> Response:
        """Show all regions."""
        return JSONResponse({name: views.show_region(region) for name, region in self._regions.items()})

    async def keys(self, request: Request) -> Response:
        """List the keys of one cache: `?cache=`, and `&prefix=` if wanted."""
        prefix = request.query_params.get("prefix", "").encode()
        return JSONResponse(views.show_keys(self._store(request), prefix))

    async def key(self, request: Request) -> Response:
        """Show one item: `?cache=&key=` or `&key_base64=`."""
        query = request.query_params
        key = views.key_given(query.get("key"), query.get("key_base64"))
        shown = views.show_item(self._store(request), key)
        return JSONResponse(shown, 404 if shown is None else 200)

    async def queues(self, request: Request) -> Response:
        """List the sorted sets of one cache: `?cache=`."""
        return JSONResponse(views.show_queues(self._store(request)))

    async def counters(self, _: Request) -> Response:
        """Show what every region was asked to do since the last reset."""
        return JSONResponse({name: region.counters.show() for name, region in self._regions.items()})

    async def reset_counters(self, _: Request) -> Response:
        """Start counting from nothing."""
        for region in self._regions.values():
            region.counters.reset()
        return Response(status_code=204)

    async def faults(self, _: Request) -> Response:
        """List the faults in force."""
        return JSONResponse([show_fault(fault) for fault in self._faults])

    async def add_fault(self, request: Request) -> Response:
        """Put one fault, or a list of them, in force; their ids."""
        body = await _json(request)
        parsed = [parse_fault(spec) for spec in (body if isinstance(body, list) else [body])]
        ids = [self._faults.add(fault) for fault in parsed]
        return JSONResponse({"ids": ids, "id": ids[0] if ids else None}, 201)

    async def remove_faults(self, request: Request) -> Response:
        """Remove the fault `?id=`, or all."""
        fault_id = request.query_params.get("id")
        return JSONResponse({"removed": self._faults.remove(None if fault_id is None else _whole(fault_id))})

    async def wipe(self, request: Request) -> Response:
        """Lose a region's data: `{"cache"?, "keys"? (text), "topics"?: bool}`; all of it with `{}`."""
        body = await _object(request)
        region = self._region(request)
        if "keys" in body:
            store = region.store(str(body.get("cache", "")))
            return JSONResponse({"removed": sum(store.remove(str(key).encode()) for key in body["keys"])})
        region.wipe(body.get("cache"), topics=bool(body.get("topics", False)))
        return Response(status_code=204)

    async def webhooks(self, _: Request) -> Response:
        """List the webhooks of all regions."""
        return JSONResponse({name: views.show_webhooks(region) for name, region in self._regions.items()})

    async def put_webhooks(self, request: Request) -> Response:
        """Replace all webhooks by a list of `{"region"?, "cache", "topic", "url", "name"?, "secret"?}`.

        `region` may be `*` (the default), `cache` too. Answers with the secrets, those made up included.
        """
        made = [
            (name, _webhook(spec, name, number))
            for number, spec in enumerate(await _objects(request), start=1)
            for name in self._regions
            if spec.get("region", ALL) in (ALL, name)
        ]
        for region in self._regions.values():
            region.webhooks.clear()
        for name, webhook in made:
            self._regions[name].webhooks.put(webhook)
        shown = [
            {"region": name, "cache": webhook.cache, "name": webhook.name, "secret": webhook.secret}
            for name, webhook in made
        ]
        return JSONResponse(shown)

    async def clock(self, _: Request) -> Response:
        """Tell the stores' clock, in milliseconds since the epoch."""
        return JSONResponse({"now_ms": self._clock(), "manual": self._clock.manual})

    async def advance_clock(self, request: Request) -> Response:
        """Move the stores' clock forward: `{"advance_ms": n}`."""
        milliseconds = (await _object(request)).get("advance_ms")
        if not isinstance(milliseconds, int) or milliseconds < 0:
            raise invalid("advance_ms must be a whole number, 0 or more: clocks do not run backwards")
        return JSONResponse({"now_ms": self._clock.advance(milliseconds)})

    def _region(self, request: Request) -> Region:
        name = request.path_params["region"]
        if name not in self._regions:
            raise invalid(f"there is no region {name!r}; there are {sorted(self._regions)}")
        return self._regions[name]

    def _store(self, request: Request) -> Any:
        return self._region(request).store(request.query_params.get("cache", ""))


def admin_app(regions: Mapping[str, Region], faults: Faults, clock: Clock) -> Starlette:
    """Make the application; its paths begin with `/admin`."""
    admin = Admin(regions, faults, clock)
    return Starlette(
        routes=[
            Route("/", _home),
            _get("", admin.page),
            _get("/regions", admin.regions),
            _get("/regions/{region}/keys", admin.keys),
            _get("/regions/{region}/key", admin.key),
            _get("/regions/{region}/queues", admin.queues),
            _post("/regions/{region}/wipe", admin.wipe),
            _get("/counters", admin.counters),
            _post("/counters/reset", admin.reset_counters),
            _get("/faults", admin.faults),
            _post("/faults", admin.add_fault),
            Route("/admin/faults", admin.remove_faults, methods=["DELETE"]),
            _get("/webhooks", admin.webhooks),
            Route("/admin/webhooks", admin.put_webhooks, methods=["PUT"]),
            _get("/clock", admin.clock),
            _post("/clock", admin.advance_clock),
        ],
        exception_handlers={Refusal: _refuse},
    )


Endpoint = Callable[[Request], Any]


def _get(path: str, endpoint: Endpoint) -> Route:
    return Route(f"/admin{path}", endpoint, methods=["GET"])


def _post(path: str, endpoint: Endpoint) -> Route:
    return Route(f"/admin{path}", endpoint, methods=["POST"])


async def _home(_: Request) -> Response:
    return RedirectResponse("/admin")


async def _refuse(_: Request, error: Exception) -> Response:
    status = error.http_status if isinstance(error, Refusal) else 500
    return JSONResponse({"error": str(error)}, status)


async def _json(request: Request) -> Any:
    body = await request.body()
    try:
        return json.loads(body) if body else {}
    except ValueError:
        raise invalid("the body is not JSON") from None


async def _object(request: Request) -> dict[str, Any]:
    body = await _json(request)
    if not isinstance(body, dict):
        raise invalid("the body must be a JSON object")
    return body


async def _objects(request: Request) -> list[dict[str, Any]]:
    body = await _json(request)
    if not isinstance(body, list) or not all(isinstance(each, dict) for each in body):
        raise invalid("the body must be a JSON list of objects")
    return body


def _whole(text: str) -> int:
    if not (text.isascii() and text.isdigit()):
        raise invalid(f"{text!r} is no whole number")
    return int(text)


def _webhook(spec: Mapping[str, Any], region: str, number: int) -> Webhook:
    missing = {"cache", "topic", "url"} - set(spec)
    if missing:
        raise invalid(f"a webhook needs {sorted(missing)}")
    cache, url = (str(spec[name]).replace("{region}", region) for name in ("cache", "url"))
    name, secret = spec.get("name", f"admin-{number}"), spec.get("secret") or secrets.token_hex(32)
    return Webhook(cache, str(name), str(spec["topic"]), url, str(secret))
