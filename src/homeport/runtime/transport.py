"""The shim's transport with head and body of an answer in one crossing, and one back."""

from __future__ import annotations

from momento_http_shim.runtime.workers import JsOctets, JsResponse, WorkersTransport, js_part
from momento_http_shim.transport import Request, TransportFailure

from . import waking
from .crossing import crossing

_whole = crossing.whole


class CrossingTransport(WorkersTransport):
    """Sends by `fetch`; one is enough for a worker."""

    def __init__(self) -> None:
        super().__init__()
        waking.listen()

    async def send(self, request: Request) -> JsResponse:
        """Send it; a time-out aborts the fetch, before the headers or in the middle of the body."""
        number, arrived = waking.expect(request.timeout_ms)
        _whole(number, request.url, self.options(request), request.timeout_ms, *map(js_part, request.body))
        came = await arrived
        if len(came) == 2:
            name, text = came
            raise TransportFailure(text, timed_out=name == "TimeoutError")
        status, headers, octets, length = came
        return JsResponse(headers, status, JsOctets(octets, length))
