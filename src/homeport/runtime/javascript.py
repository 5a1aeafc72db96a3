"""JavaScript's requests and responses as messages, and back. A crossing costs microseconds: few, of whole objects."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import js
from pyodide.ffi import to_js

from homeport.messages import Headers, Relayed, Request, Response
from homeport.regions.location import READ_OF_CF, Location, from_cf
from momento_http_shim.runtime.workers import JsOctets

from .crossing import crossing

_asked, _fields, _body, _answer = crossing.asked, crossing.fields, crossing.body, crossing.answer

_FRAMING = ("content-length", "transfer-encoding")
_DECODED = frozenset(("gzip", "br"))
"""The content codings that `fetch` decodes; of any other the body stays as it came."""

_NO_BODY = frozenset((101, 204, 205, 304))


def headers(js_headers: Any) -> Headers:
    """All fields at once; `Headers` of the Fetch standard keeps several Set-Cookie apart."""
    return _headers(json.loads(_fields(js_headers)))


def _headers(told: dict[str, str] | list[tuple[str, str]]) -> Headers:
    return Headers.by_name(told) if isinstance(told, dict) else Headers(told)


def asked(js_request: Any) -> tuple[Request, Location]:
    """The visitor's request without its body, and where they are by `request.cf`."""
    method, url, fields, place = json.loads(_asked(js_request, _place_members()))
    # The URL is absolute, so three cuts do what a parser would do at a higher price; `dispatch` judges the path.
    return Request(method, "/" + url.partition("#")[0].split("/", 3)[3], _headers(fields)), _place(place)


@lru_cache(maxsize=256)  # a data centre's visitors come from few places
def _place(text: str) -> Location:
    found = json.loads(text)
    return from_cf(found if isinstance(found, dict) else {})


@lru_cache(1)
def _place_members() -> Any:
    # Cloudflare says a hundred times as much: of the client's TLS, of bots. A list picks members (ECMA-262, 25.5.2).
    return to_js(list(READ_OF_CF))


async def octets(message: Any) -> JsOctets:
    """The whole body of a request or response, left in JavaScript."""
    found = await _body(message)
    return JsOctets(found.octets, found.length)


async def response(js_response: Any) -> Response:
    """A response of the origin with its whole body."""
    fields, _ = head(js_response)
    return Response(js_response.status, fields, await octets(js_response))


def head(js_response: Any) -> tuple[Headers, int | None]:
    """The fields of a response of the origin without its framing, and how long its body is if that is known."""
    fields = headers(js_response.headers)
    length = fields.get("content-length") or ""
    fields = fields.without(*_FRAMING)
    if (fields.get("content-encoding") or "").lower() in _DECODED:
        return fields.without("content-encoding"), None  # the length was that of the encoded body
    return fields, int(length) if length.isascii() and length.isdigit() else None


def js_response(answer: Response | Relayed, *, last: bool = False) -> Any:
    """The answer as the runtime wants it; `last`: nothing else will look at its body."""
    if isinstance(answer, Relayed):
        return _relayed(answer)
    # As one text, and by name where each stands once: to convert them pair by pair costs three times as much.
    fields: object = answer.headers.joined() if answer.headers.once else [*answer.headers]
    init = {"status": answer.status, "headers": fields, **_raw(answer.headers)}
    text, body = json.dumps(init), answer.body
    if answer.status in _NO_BODY or not len(body):
        return _answer(text)
    if isinstance(body, JsOctets):
        return _answer(text, body.array, body.start, body.stop, last)
    return _answer(text, to_js(bytes(body)))


def _raw(fields: Headers) -> dict[str, str]:
    """A body that still has its coding goes out as it is."""
    return {"encodeBody": "manual"} if "content-encoding" in fields else {}


def _relayed(answer: Relayed) -> Any:
    source: Any = answer.source
    if answer.status == 101 or answer.status > 599:
        return source  # a WebSocket survives no copy, and no response can be made with a status that none has
    if answer.headers is None:
        copy = js.Response.new(source.body, source)
    else:
        fields = js.Headers.new(to_js([list(pair) for pair in answer.headers]))
        body = None if answer.status in _NO_BODY else source.body
        copy = js.Response.new(body, status=answer.status, headers=fields, **_raw(answer.headers))
    for name, value in answer.added:
        copy.headers.append(name, value)
    return copy
