"""Tables of gRPC methods, made from the official descriptors so that nothing here can disagree with them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from google.protobuf.descriptor import FieldDescriptor, MethodDescriptor, ServiceDescriptor
from google.protobuf.message import DecodeError
from google.protobuf.message_factory import GetMessageClass

from .refusals import invalid

Handler = Callable[[Any, Any, Any], Any]
"""Takes what the service works on (a store, a region), the request, and an empty answer to fill in.

A streaming method's handler takes the answer's class instead and returns the list of its answers.
"""


@dataclass(frozen=True, slots=True)
class Rpc:
    """One method. `key_field` names the request's key, item name or topic, if it has one."""

    name: str
    request: type[Any]
    answer: type[Any]
    handler: Handler
    streams: bool
    key_field: str | None

    def parse(self, octets: bytes) -> Any:
        """Decode a request; INVALID_ARGUMENT if it is none."""
        try:
            return self.request.FromString(octets)
        except DecodeError:
            raise invalid(f"the message is no {self.request.DESCRIPTOR.full_name}") from None

    def key(self, request: Any) -> bytes:
        """Return the key, item name or topic of a request; empty if it has none."""
        if self.key_field is None:
            return b""
        key = getattr(request, self.key_field)
        return key.encode() if isinstance(key, str) else bytes(key)

    def keys(self, request: Any) -> list[bytes]:
        """Return all keys of a request, those of a batch one by one."""
        if self.name == "KeysExist":
            return list(request.cache_keys)
        if self.name in ("GetBatch", "SetBatch"):
            return [item.cache_key for item in request.items]
        return [self.key(request)]

    def run(self, subject: Any, request: Any) -> list[Any]:
        """Do it; all answers, one unless the method streams."""
        if self.streams:
            return list(self.handler(subject, request, self.answer))
        answer = self.answer()
        self.handler(subject, request, answer)
        return [answer]


def table(service: ServiceDescriptor, handlers: Mapping[str, Handler]) -> dict[str, Rpc]:
    """Join a service's methods with their handlers by name; a handler for no method is an error."""
    methods = service.methods_by_name
    missing = set(handlers) - set(methods)
    if missing:
        raise LookupError(f"{service.full_name} has no methods {sorted(missing)}")
    return {name: _rpc(methods[name], handler) for name, handler in handlers.items()}


def _rpc(method: MethodDescriptor, handler: Handler) -> Rpc:
    return Rpc(
        method.name,
        GetMessageClass(method.input_type),
        GetMessageClass(method.output_type),
        handler,
        method.server_streaming,
        next((field.name for field in method.input_type.fields if _is_key(field)), None),
    )


def _is_key(field: FieldDescriptor) -> bool:
    if field.name == "topic":
        return True
    return field.number == 1 and field.type == FieldDescriptor.TYPE_BYTES and not field.is_repeated
