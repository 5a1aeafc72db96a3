"""Every message against Momento's own generated code: what we encode it reads, what it encodes we read.

Webhooks are missing here: the published package does not contain `webhook.proto`.
"""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from google.protobuf.message import Message
from hypothesis import given
from hypothesis import strategies as st

from momento_http_shim import control, scalar, sorted_sets, tokens
from momento_http_shim.calls import Method
from momento_http_shim.wire import BOOL, BYTES, DOUBLE, INT, SINT, TEXT, Field, Shape, decode, encode
from tests.momento_http_shim.golden import VECTORS, bound

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from momento_wire_types import cacheclient_pb2, cachepubsub_pb2, controlclient_pb2, token_pb2

PACKAGES = {
    "cache_client.Scs": cacheclient_pb2,
    "control_client.ScsControl": controlclient_pb2,
    "token.Token": token_pb2,
}
METHODS = [
    method
    for module in (scalar, sorted_sets, control, tokens)
    for method in vars(module).values()
    if isinstance(method, Method)
]


def official(method: Method) -> tuple[type[Message], type[Message]]:
    service, _, rpc = method.path.partition("/")
    package = PACKAGES[service]
    descriptor = package.DESCRIPTOR.services_by_name[service.rpartition(".")[2]].methods_by_name[rpc]
    return tuple(getattr(package, kind.name) for kind in (descriptor.input_type, descriptor.output_type))


def values(field: Field) -> st.SearchStrategy[Any]:
    kind = field.kind
    one: st.SearchStrategy[Any]
    if isinstance(kind, Shape):
        one = messages(kind)
    else:
        one = {
            BYTES: st.binary(max_size=20),
            TEXT: st.text(st.characters(codec="utf-8"), max_size=10),
            BOOL: st.booleans(),
            DOUBLE: st.floats(allow_nan=False),
            INT: st.integers(-(2**63), 2**63 - 1),
            SINT: st.integers(-(2**31), 2**31 - 1),
        }.get(kind, st.integers(0, 3))
    return st.lists(one, min_size=1, max_size=3) if field.repeated else one


def messages(shape: Shape) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={name: values(each) for name, each in shape.by_name.items()})


def without_oneof_rivals(message: dict[str, Any], descriptor: Any) -> dict[str, Any]:
    """Keep one member of each oneof, as every real message does."""
    kept: dict[str, Any] = {}
    taken = set()
    for name, value in message.items():
        field = descriptor.fields_by_name[name]
        if field.containing_oneof is not None:
            if field.containing_oneof.name in taken:
                continue
            taken.add(field.containing_oneof.name)
        inner = field.message_type
        if inner is None:
            kept[name] = value
        elif isinstance(value, list):
            kept[name] = [without_oneof_rivals(each, inner) for each in value]
        else:
            kept[name] = without_oneof_rivals(value, inner)
    return kept


def as_fields(message: Message) -> dict[str, Any]:
    """An official message as the mapping our codec works with."""
    fields: dict[str, Any] = {}
    for field, value in message.ListFields():
        if field.message_type is None:
            fields[field.name] = list(value) if field.is_repeated else value
        elif field.is_repeated:
            fields[field.name] = [as_fields(each) for each in value]
        else:
            fields[field.name] = as_fields(value)
    return fields


def significant(shape: Shape, message: dict[str, Any]) -> dict[str, Any]:
    """A message without the zeros that protobuf does not send, in the order of its table."""
    kept: dict[str, Any] = {}
    for name, field in shape.by_name.items():
        kind, value = field.kind, message.get(name)
        if value is None or (not field.explicit and not isinstance(kind, Shape) and not value):
            continue
        if isinstance(kind, Shape) and field.repeated:
            kept[name] = [significant(kind, each) for each in value]
        else:
            kept[name] = significant(kind, value) if isinstance(kind, Shape) else value
    return kept


def check(shape: Shape, kind: type[Message], drawn: dict[str, Any]) -> None:
    message = significant(shape, without_oneof_rivals(drawn, kind.DESCRIPTOR))
    ours = b"".join(map(bytes, encode(shape, message)))
    theirs = kind.FromString(ours)
    assert as_fields(theirs) == message
    assert decode(shape, theirs.SerializeToString()) == message
    if not any(field.repeated and field.kind == BOOL for field in shape.by_name.values()):
        # We never send numbers packed, and Momento never asks for any.
        assert ours == theirs.SerializeToString(deterministic=True)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.path)
def test_every_table_names_fields_as_momento_does(method: Method) -> None:
    def compare(shape: Shape, descriptor: Any) -> None:
        for name, field in shape.by_name.items():
            theirs = descriptor.fields_by_name[name]
            assert (theirs.number, theirs.is_repeated) == (field.number, field.repeated)
            in_oneof = theirs.containing_oneof is not None and not isinstance(field.kind, Shape)
            assert field.explicit == in_oneof, f"{name} is sent when zero if, and only if, it is a choice"
            if isinstance(field.kind, Shape):
                compare(field.kind, theirs.message_type)

    for shape, kind in zip((method.request, method.response), official(method), strict=True):
        compare(shape, kind.DESCRIPTOR)


@pytest.mark.parametrize("method", METHODS, ids=lambda method: method.path)
@given(data=st.data())
def test_requests_and_responses_are_momentos(method: Method, data: st.DataObject) -> None:
    for shape, kind in zip((method.request, method.response), official(method), strict=True):
        check(shape, kind, data.draw(messages(shape)))


@pytest.mark.parametrize("name", VECTORS)
def test_a_recorded_vector_is_what_momentos_own_code_reads_and_writes(name: str) -> None:
    kind, octets = VECTORS[name].kind, bytes.fromhex(VECTORS[name].message)
    package = cachepubsub_pb2 if kind == "_PublishRequest" else cacheclient_pb2
    theirs = getattr(package, kind).FromString(octets)
    assert theirs.SerializeToString(deterministic=True) == octets
    assert decode(bound(name)[0], octets) == as_fields(theirs)
