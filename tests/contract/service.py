"""A service asked without the client: what goes over the wire is what the test says, and nothing more."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field
from typing import Any

import httpx

from momento_http_shim import Credentials
from momento_http_shim.grpc_web import decipher, framed
from momento_http_shim.transport import PlainResponse

BINARY, TEXT = "application/grpc-web+proto", "application/grpc-web-text"


@dataclass(frozen=True, slots=True)
class Service:
    """One service: a local Momento (`real` is False) or Momento itself."""

    credentials: Credentials
    cache: str
    raw_key: str = field(repr=False)
    real: bool

    @property
    def where(self) -> str:
        """The URL of the cache in the HTTP API."""
        return f"{self.credentials.api_cache}/cache/{self.cache}"

    async def http(self, method: str, url: str, *, key: str | None = None, **options: Any) -> httpx.Response:
        """Send one request with the key in the header; `key` takes the place of the credentials' own."""
        headers = {"authorization": self.credentials.authorization if key is None else key}
        if key == "":
            headers = {}
        async with httpx.AsyncClient(timeout=90.0) as client:
            return await client.request(method, url, headers=headers, **options)

    async def grpc(self, path: str, message: bytes, *, content_type: str = BINARY, host: str = "") -> Any:
        """Call a gRPC method with an encoded message; the messages of the answer, or the error."""
        body = b"".join(map(bytes, framed((message,))))
        headers = {
            "authorization": self.credentials.authorization,
            "cache": self.cache,
            "content-type": content_type,
            "accept": content_type,
            "x-grpc-web": "1",
        }
        text = content_type == TEXT
        url = f"{host or self.credentials.web_cache}/{path}"
        async with httpx.AsyncClient(timeout=30.0) as client:
            content = base64.b64encode(body) if text else body
            answer = await client.post(url, content=content, headers=headers)
        return decipher(PlainResponse(answer.status_code, answer.headers, answer.content), text=text)


def shown(answer: httpx.Response) -> tuple[int, str, bytes]:
    """What there is to see of an answer: status, content type, the beginning of its body."""
    return answer.status_code, answer.headers.get("content-type", ""), answer.content[:300]
