"""The origin behind caches: `/hit/{octets}` is a page of that size, fresh for a day.

`/asked` says how many it has served.
"""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send

from local.origins import serving

_served: list[None] = []


async def application(scope: Scope, _: Receive, send: Send) -> None:
    """Answer one request."""
    name = scope["path"].rpartition("/")[2]
    if name == "asked":
        await _send(send, [(b"content-type", b"text/plain")], str(len(_served)).encode())
        return
    _served.append(None)
    headers = [
        (b"content-type", b"application/json"),
        (b"cache-control", b"max-age=86400"),
        (b"etag", b'"one"'),
    ]
    await _send(send, headers, page(int(name)))


async def _send(send: Send, headers: list[tuple[bytes, bytes]], body: bytes) -> None:
    headers = [*headers, (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def page(size: int) -> bytes:
    """So many octets of JSON."""
    return b'{"page":"' + b"x" * (size - 11) + b'"}'


if __name__ == "__main__":
    asyncio.run(serving.serve(application, serving.bound(0), exit_with_stdin=False))
