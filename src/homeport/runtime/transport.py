"""The shim's transport with head and body of an answer in one crossing: one promise to wait for instead of two."""

from __future__ import annotations

from pyodide.ffi import JsException

from momento_http_shim.runtime.workers import JsOctets, JsResponse, WorkersTransport, js_part
from momento_http_shim.transport import Request, TransportFailure

from .crossing import crossing

_whole = crossing.whole


class CrossingTransport(WorkersTransport):
    """Sends by `fetch`; one is enough for a worker."""

    async def send(self, request: Request) -> JsResponse:
        """Send it; a time-out aborts the fetch, before the headers or in the middle of the body."""
        try:
            found = await _whole(
                request.url, self.options(request), request.timeout_ms, *map(js_part, request.body)
            )
        except JsException as error:
            raise TransportFailure(str(error), timed_out=error.name == "TimeoutError") from None
        return JsResponse(found, found.status, JsOctets(found.octets, found.length))
