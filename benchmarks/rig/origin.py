"""The origin behind caches: `/hit/{octets}` is a page of that size, fresh for a day."""

from __future__ import annotations

import asyncio

from starlette.types import Receive, Scope, Send

from local.origins import serving


async def application(scope: Scope, _: Receive, send: Send) -> None:
    """Answer one request."""
    size = int(scope["path"].rpartition("/")[2])
    headers = [
        (b"content-type", b"application/json"),
        (b"content-length", str(size).encode()),
        (b"cache-control", b"max-age=86400"),
        (b"etag", b'"one"'),
    ]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": page(size)})


def page(size: int) -> bytes:
    """So many octets of JSON."""
    return b'{"page":"' + b"x" * (size - 11) + b'"}'


if __name__ == "__main__":
    asyncio.run(serving.serve(application, serving.bound(0), exit_with_stdin=False))
