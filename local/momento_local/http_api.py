"""Momento's HTTP API: get, set, delete, publish, long poll.

Sources: https://docs.momentohq.com/cache/develop/api-reference/http-api and
.../topics/api-reference/http-api.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from typing import Any

from . import scalars
from .calls import Call, Served, perform
from .credentials import KeyRing
from .exchange import PLAIN, Answer, Request
from .faults import Faults
from .header_faults import HeaderFaults
from .metering import operations
from .refusals import Refusal, invalid
from .region import Region
from .subscriptions import long_poll
from .topics import Topic

OCTET_STREAM = (b"content-type", b"application/octet-stream")
JSON = (b"content-type", b"application/json")
KEY_NOT_FOUND = Answer(404, b"Key Not Found", [PLAIN])
NO_CONTENT = Answer(204)


class HttpApi:
    """Answers `/cache/…` and `/topics/…` of one region. `hold_ms` is how long a long poll waits for news."""

    def __init__(self, keys: KeyRing, faults: Faults, header_faults: HeaderFaults, hold_ms: int) -> None:
        self._keys = keys
        self._faults = faults
        self._header_faults = header_faults
        self._hold_ms = hold_ms

    async def answer(self, region: Region, request: Request, path: list[str]) -> Answer:
        """Answer one request; `path` are the segments after the region's name."""
        try:
            header, token = request.headers.get("authorization"), request.parameter("token")
            request.holder = self._keys.check(header, token, region=region.name)
            match path:
                case ["cache", cache]:
                    return await self._cache(region, request, cache)
                case ["cache", _, *_]:
                    raise invalid("give the key as ?key= or ?key_base64=, not in the path")
                case ["topics", cache, topic]:
                    return await self._topic(region, request, cache, topic)
                case _:
                    return Answer(404, b"no such path: this is neither /cache nor /topics", [PLAIN])
        except Refusal as refusal:
            return Answer(refusal.http_status, refusal.message.encode(), [PLAIN])

    async def _cache(self, region: Region, request: Request, cache: str) -> Answer:
        match request.method:
            case "GET":
                return await self._get(region, request, cache)
            case "PUT":
                return await self._set(region, request, cache)
            case "DELETE":
                return await self._delete(region, request, cache)
            case _:
                return Answer(405, b"use GET, PUT or DELETE", [PLAIN, (b"allow", b"GET, PUT, DELETE")])

    async def _get(self, region: Region, request: Request, cache: str) -> Answer:
        key = key_of(request)

        def effect() -> Served:
            value = scalars.get(region.store(cache), key)
            if value is None:
                return Served(KEY_NOT_FOUND, len(KEY_NOT_FOUND.body))
            return Served(
                Answer(200, value, [OCTET_STREAM]), len(value), operations((len(key) + len(value),))
            )

        answer: Answer = await self._perform(region, request, cache, "Get", key, effect)
        return answer

    async def _set(self, region: Region, request: Request, cache: str) -> Answer:
        key, ttl_ms, value = key_of(request), ttl_of(request), request.body

        def effect() -> Served:
            scalars.set_(region.store(cache), key, value, ttl_ms)
            return Served(NO_CONTENT, 0, operations((len(key) + len(value),)))

        answer: Answer = await self._perform(region, request, cache, "Set", key, effect)
        return answer

    async def _delete(self, region: Region, request: Request, cache: str) -> Answer:
        key = key_of(request)

        def effect() -> Served:
            scalars.delete(region.store(cache), key)
            return Served(NO_CONTENT, 0)

        answer: Answer = await self._perform(region, request, cache, "Delete", key, effect)
        return answer

    async def _topic(self, region: Region, request: Request, cache: str, topic: str) -> Answer:
        match request.method:
            case "POST":
                return await self._publish(region, request, cache, topic)
            case "GET":
                return await self._poll(region, request, cache, topic)
            case _:
                return Answer(405, b"use POST or GET", [PLAIN, (b"allow", b"GET, POST")])

    async def _publish(self, region: Region, request: Request, cache: str, topic: str) -> Answer:
        value = value_of(request)

        def effect() -> Served:
            region.publish(cache, topic, value)
            return Served(NO_CONTENT, 0, operations((len(request.body),)))

        answer: Answer = await self._perform(region, request, cache, "Publish", topic.encode(), effect)
        return answer

    async def _poll(self, region: Region, request: Request, cache: str, topic: str) -> Answer:
        number, page = number_of(request, "sequence_number"), number_of(request, "sequence_page")

        def effect() -> Served:
            return Served(region.topic(cache, topic), 0)

        topic_: Topic = await self._perform(region, request, cache, "Subscribe", topic.encode(), effect)
        body = await long_poll(topic_, number, page, self._hold_ms)
        return Answer(200, body, [JSON])

    async def _perform(
        self,
        region: Region,
        request: Request,
        cache: str,
        method: str,
        key: bytes,
        effect: Callable[[], Served],
    ) -> Any:
        self._keys.permit(request.holder, region.name, method, cache, [key])
        topics = method in ("Publish", "Subscribe")
        bucket = region.topic_operations if topics else region.operations
        call = Call(region, cache, f"http:{method}", key, len(request.body), None, bucket)
        return await perform(call, self._faults, effect, self._header_faults.judge(request.headers, method))


def key_of(request: Request) -> bytes:
    """Read the key: exactly one of `key` and `key_base64` (base64url, padded or not)."""
    text, encoded = request.parameter("key"), request.parameter("key_base64")
    if (text is None) == (encoded is None):
        raise invalid("give exactly one of key and key_base64")
    if text is not None:
        return text.encode()
    if encoded is None:
        return b""
    try:
        stripped = encoded.rstrip("=")
        return base64.b64decode(stripped + "=" * (-len(stripped) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        raise invalid("key_base64 is not base64url") from None


def ttl_of(request: Request) -> int:
    """Read `ttl_seconds`, which is required, in milliseconds."""
    return _number(request, "ttl_seconds", None) * 1000


def number_of(request: Request, name: str) -> int:
    """Read a whole number that may be left out, and is 0 then."""
    return _number(request, name, 0)


def _number(request: Request, name: str, default: int | None) -> int:
    text = request.parameter(name)
    if text is None and default is not None:
        return default
    if text is None or not (text.isascii() and text.isdigit()):
        raise invalid(f"{name} is required and must be a whole number, not {text!r}")
    return int(text)


def value_of(request: Request) -> str | bytes:
    """Read a message to publish: binary if its type is application/octet-stream, else text."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/octet-stream":
        return request.body
    try:
        return request.body.decode()
    except UnicodeDecodeError:
        raise invalid("a text message must be UTF-8; publish octets as application/octet-stream") from None
