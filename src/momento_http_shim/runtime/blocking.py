"""The transport of scripts and notebooks that have no event loop, and a way to run the client without one.

`urllib.request` works in CPython, and in Pyodide in a browser once `pyodide_http.patch_all()` was called.
As this transport never suspends, a call of the client runs from its first step to its last without an
event loop:

    found = finish(client.get("greeting"))

What `pyodide_http` 0.2.2 makes of it in a browser: no time limit holds, neither is the reason of a failure known; and
in a page, not in a web worker, an answer is read as text, so that a value which begins with a byte order mark (FF FE,
FE FF, EF BB BF) comes out of `get` changed. `get_with_hash` and `get_batch` are not concerned.
"""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from http.client import HTTPException
from typing import Any, TypeVar
from urllib.error import HTTPError
from urllib.request import Request as UrllibRequest
from urllib.request import urlopen

from momento_http_shim.transport import PlainResponse, Request, TransportFailure

T = TypeVar("T")


class BlockingTransport:
    """Sends with `urlopen`; the time limit is the socket's, so it bounds each wait and not their sum."""

    async def send(self, request: Request) -> PlainResponse:
        """Send it; blocks the thread until the answer is there."""
        body = b"".join(map(bytes, request.body)) if request.body else None
        # The URL is made of Credentials, which allow https, and http to this machine, and nothing else.
        prepared = UrllibRequest(  # noqa: S310
            request.url, data=body, headers=dict(request.headers), method=request.method
        )
        try:
            # Blocking is this transport's purpose.
            with urlopen(prepared, timeout=request.timeout_ms / 1000) as answer:  # noqa: S310, ASYNC210
                return PlainResponse(answer.status, _lowered(answer.headers), answer.read())
        except HTTPError as answer:
            with answer:
                return PlainResponse(answer.code, _lowered(answer.headers), answer.read())
        except (OSError, HTTPException) as error:
            # URLError, an OSError itself, wraps what happened while connecting and sending.
            reason = getattr(error, "reason", error)
            refused = isinstance(reason, ConnectionRefusedError)
            raise TransportFailure(
                f"{type(reason).__name__}: {reason}",
                sent=not refused,
                timed_out=isinstance(reason, TimeoutError),
            ) from None
        except Exception as error:
            # In a browser, `pyodide_http` lets JavaScript's exception through. It is known by its name, because
            # only `runtime.workers` imports what is not there in ordinary Python.
            if type(error).__name__ != "JsException":
                raise
            name = getattr(error, "name", "JavaScript error")
            raise TransportFailure(f"XMLHttpRequest: {name}", timed_out=name == "TimeoutError") from None


async def blocking_pause(ms: float) -> None:
    """Pause the thread: for `Settings(pause=blocking_pause)`."""
    time.sleep(ms / 1000)  # noqa: ASYNC251 - there is no event loop here to hold up


def finish(call: Coroutine[Any, Any, T]) -> T:
    """Run a call of a client over `BlockingTransport` to its end, without an event loop."""
    try:
        call.send(None)
    except StopIteration as ended:
        outcome: T = ended.value
        return outcome
    call.close()
    raise RuntimeError("this call waits for an event loop: give the client a BlockingTransport")


def each(events: AsyncIterator[T]) -> Iterator[T]:
    """Iterate over a subscription without an event loop."""

    async def following() -> tuple[T, ...]:
        async for event in events:
            return (event,)
        return ()

    while event := finish(following()):
        yield event[0]


def _lowered(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}
