"""Momento's gRPC services over gRPC-web: HTTP 200 always, the status in the last frame."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from typing import Any

from momento_wire_types import cacheclient_pb2, cachepubsub_pb2, controlclient_pb2, token_pb2

from . import protos, rpc_collections, rpc_regions, rpc_scalars, rpc_sorted_sets
from .calls import Call, Served, perform
from .credentials import KeyRing
from .exchange import PLAIN, Answer, Request, Stream
from .faults import Faults
from .grpc_web import MESSAGE, Mode, frame, mode_of, read_message, timeout_ms, trailers
from .header_faults import HeaderFaults
from .metering import is_check_and_set, operations, sizes_of
from .refusals import Refusal, Status, invalid
from .region import Region
from .rpc import Rpc, table
from .subscriptions import stream
from .tokens import TOKEN, Issuer

SCS = "cache_client.Scs"
PUBSUB = "cache_client.pubsub.Pubsub"
TOKENS = "token.Token"

SERVICES: dict[str, dict[str, Rpc]] = {
    SCS: table(
        cacheclient_pb2.DESCRIPTOR.services_by_name["Scs"],
        {**rpc_scalars.HANDLERS, **rpc_sorted_sets.HANDLERS, **rpc_collections.HANDLERS},
    ),
    PUBSUB: table(cachepubsub_pb2.DESCRIPTOR.services_by_name["Pubsub"], rpc_regions.PUBSUB),
    "control_client.ScsControl": table(
        controlclient_pb2.DESCRIPTOR.services_by_name["ScsControl"], rpc_regions.CONTROL
    ),
    TOKENS: table(token_pb2.DESCRIPTOR.services_by_name["Token"], TOKEN),
    "webhook.Webhook": table(protos.WEBHOOK, rpc_regions.WEBHOOK),
    "cache_client.Ping": table(protos.PING, rpc_regions.PING),
}


class GrpcApi:
    """Answers `/{service}/{method}` of one region."""

    def __init__(self, keys: KeyRing, faults: Faults, header_faults: HeaderFaults) -> None:
        self._keys = keys
        self._faults = faults
        self._header_faults = header_faults

    async def answer(self, region: Region, request: Request, service: str, method: str) -> Answer | Stream:
        """Answer one request in its own mode."""
        mode = mode_of(request.headers.get("content-type", ""))
        if mode is None:
            return Answer(415, b"content-type must be application/grpc-web, +proto or -text", [PLAIN])
        if request.method != "POST":
            return Answer(405, b"gRPC-web is POST", [PLAIN, (b"allow", b"POST")])
        try:
            body = await self._call(region, request, service, method, mode)
            if isinstance(body, AsyncIterator):
                return Stream(body, [(b"content-type", mode.value)])
            refusal = None
        except Refusal as error:
            body, refusal = b"", error
        return Answer(200, body + trailers(refusal, mode), [(b"content-type", mode.value)])

    async def _call(
        self, region: Region, request: Request, service: str, method: str, mode: Mode
    ) -> bytes | AsyncIterator[bytes]:
        header = request.headers.get("authorization")
        if service != TOKENS or header is not None:  # there the key is in the message
            request.holder = self._keys.check(header, region=region.name)
        rpc = SERVICES[service].get(method)
        if rpc is None:
            raise Refusal(Status.UNIMPLEMENTED, f"the local Momento has no {service}/{method}")
        message = rpc.parse(read_message(request.body, mode))
        cache = cache_of(service, request, message)
        self._keys.permit(request.holder, region.name, method, cache, rpc.keys(message))
        call = Call(
            region,
            cache,
            f"grpc:{method}",
            rpc.key(message),
            len(request.body),
            timeout_ms(request.headers.get("grpc-timeout")),
            bucket_of(region, service),
        )
        effect = effect_of(
            rpc, lambda: self._subject(service, region, cache, request), region, cache, message, mode, request
        )
        extra = self._header_faults.judge(request.headers, method)
        answer: bytes | AsyncIterator[bytes] = await perform(call, self._faults, effect, extra)
        return answer

    def _subject(self, service: str, region: Region, cache: str, request: Request) -> Any:
        """What a service works on: Scs on the cache's store, Token on the keys, all others on the region."""
        if service == SCS:
            return region.store(cache)
        if service == TOKENS:
            base = f"{request.scope['scheme']}://{request.headers.get('host', '127.0.0.1')}"
            return Issuer(self._keys, region.name, f"{base}/{region.name}")
        return region


def effect_of(
    rpc: Rpc,
    subject: Callable[[], Any],
    region: Region,
    cache: str,
    message: Any,
    mode: Mode,
    request: Request,
) -> Callable[[], Served]:
    """Prepare the call: on its subject, or a stream of the region's."""

    def subscribe() -> Served:
        topic, number = region.topic(cache, message.topic), message.resume_at_topic_sequence_number
        return Served(stream(topic, number, message.sequence_page, mode, rpc.answer), 0)

    def effect() -> Served:
        answers = rpc.run(subject(), message)
        body = b"".join(frame(MESSAGE, answer.SerializeToString(), mode) for answer in answers)
        metered = operations(
            sizes_of(rpc.name, message, answers),
            check_and_set=is_check_and_set(rpc.name),
            consistent=request.headers.get("read-concern") == "consistent",
        )
        return Served(body, len(body), metered)

    return subscribe if rpc.name == "Subscribe" else effect


def cache_of(service: str, request: Request, message: Any) -> str:
    """Name the cache a call is about: for Scs the required `cache` header, else the message's field."""
    if service != SCS:
        return str(getattr(message, "cache_name", ""))
    cache = request.headers.get("cache", "")
    if not cache:
        raise invalid("the cache header with the cache's name is missing")
    return cache


def bucket_of(region: Region, service: str) -> Any:
    """Say which limit per second a service falls under; control calls under none."""
    return {SCS: region.operations, PUBSUB: region.topic_operations}.get(service)
