"""The transport of Cloudflare's Python Workers, and the only module here that touches JavaScript.

Bodies stay JavaScript buffers in both directions. Every step over the border costs microseconds, so the
headers of a request, the same for most calls, are turned into a JavaScript object once and kept.
"""

from __future__ import annotations

import js
from pyodide.ffi import JsException, to_js

from momento_http_shim.octets import Octets, Parts
from momento_http_shim.transport import Headers, Request, TransportFailure

# Far more sets of headers than a worker's clients have; retries make a few short-lived ones.
_KEPT = 64


class JsOctets:
    """Octets in a JavaScript Uint8Array, from `start` to `stop` of it; JavaScript is asked when they are wanted.

    `length` is the array's, where it is known.
    """

    __slots__ = ("_length", "array", "start", "stop")

    def __init__(self, array: js.Uint8Array, length: int | None = None) -> None:
        self.array = array
        self._length: int = array.byteLength if length is None else length
        self.start, self.stop = 0, self._length

    @property
    def js(self) -> js.Uint8Array:
        """The array, or a view on a part of it that shares its memory."""
        return self.array if len(self) == self._length else self.array.subarray(self.start, self.stop)

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, part: slice, /) -> JsOctets:
        start, stop, step = part.indices(self.stop - self.start)
        if step != 1:
            raise ValueError("octets are sliced with a step of 1")
        found = JsOctets(self.array, self._length)
        found.start, found.stop = self.start + start, self.start + max(start, stop)
        return found

    def __bytes__(self) -> bytes:
        copied: bytes = self.js.to_bytes()
        return copied

    def __repr__(self) -> str:
        return f"JsOctets({len(self)} octets)"


class JsResponse:
    """A response of `fetch` whose body has arrived."""

    __slots__ = ("_headers", "body", "status")

    def __init__(self, headers: js.Headers, status: int, body: Octets) -> None:
        self.status = status
        self.body = body
        self._headers = headers

    def header(self, name: str) -> str | None:
        """Give one header; JavaScript's null is not Python's None."""
        value = self._headers.get(name)
        return value if isinstance(value, str) else None


class WorkersTransport:
    """Sends by `fetch`; it keeps no connection and nothing of a request, so one is enough for a worker."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, Headers], js.Object] = {}

    async def send(self, request: Request) -> JsResponse:
        """Send it; a time-out aborts the fetch, before the headers or in the middle of the body."""
        options = self.options(request)
        # What is one request's own: `fetch` reads it before it returns, so that the next request may change it.
        options.signal = js.AbortSignal.timeout(request.timeout_ms)
        options.body = js_body(request.body) if request.body else js.undefined
        try:
            response = await js.fetch(request.url, options)
            status: int = response.status
            if status == 204:
                return JsResponse(response.headers, status, b"")
            body = JsOctets(js.Uint8Array.new(await response.arrayBuffer()))
        except JsException as error:
            raise TransportFailure(str(error), timed_out=error.name == "TimeoutError") from None
        return JsResponse(response.headers, status, body)

    def options(self, request: Request) -> js.Object:
        """What `fetch` is told of a request that is the same for others: its method, headers, and not to cache."""
        kept = request.method, request.headers
        options = self._kept.get(kept)
        if options is None:
            if len(self._kept) >= _KEPT:
                self._kept.clear()
            # Cloudflare's own cache must not answer for Momento.
            init = {"method": request.method, "headers": dict(request.headers), "cache": "no-store"}
            options = self._kept[kept] = to_js(init, dict_converter=js.Object.fromEntries)
        return options


def js_body(parts: Parts) -> js.Uint8Array:
    """Give the parts as one Uint8Array; what is in JavaScript already is copied within JavaScript."""
    if len(parts) == 1:
        return js_part(parts[0])
    whole = js.Uint8Array.new(sum(map(len, parts)))
    at = 0
    for part in parts:
        whole.set(js_part(part), at)
        at += len(part)
    return whole


def js_part(part: Octets) -> js.Uint8Array:
    """Give one part as a Uint8Array, uncopied where it is one."""
    return part.js if isinstance(part, JsOctets) else to_js(bytes(part))
