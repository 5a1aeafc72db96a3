"""Services that `momento-wire-types` does not carry, declared here from Momento's published protos.

`webhook.proto` and `cacheping.proto` of momentohq/client-protos; field numbers are theirs.
"""

from __future__ import annotations

from google.protobuf.descriptor import ServiceDescriptor
from google.protobuf.descriptor_pb2 import DescriptorProto, FieldDescriptorProto, FileDescriptorProto
from google.protobuf.descriptor_pool import DescriptorPool

STRING, MESSAGE = FieldDescriptorProto.TYPE_STRING, FieldDescriptorProto.TYPE_MESSAGE
REPEATED, OPTIONAL = FieldDescriptorProto.LABEL_REPEATED, FieldDescriptorProto.LABEL_OPTIONAL

WEBHOOK_MESSAGES: dict[str, list[str]] = {
    "_WebhookId": ["cache_name", "webhook_name"],
    "_WebhookDestination": ["post_url"],
    "_Webhook": ["webhook_id:_WebhookId", "topic_name", "destination:_WebhookDestination"],
    "_PutWebhookRequest": ["webhook:_Webhook"],
    "_PutWebhookResponse": ["secret_string"],
    "_DeleteWebhookRequest": ["webhook_id:_WebhookId"],
    "_DeleteWebhookResponse": [],
    "_ListWebhookRequest": ["cache_name"],
    "_ListWebhooksResponse": ["webhook:_Webhook*"],
    "_GetWebhookSecretRequest": ["cache_name", "webhook_name"],
    "_GetWebhookSecretResponse": ["cache_name", "webhook_name", "secret_string"],
    "_RotateWebhookSecretRequest": ["webhook_id:_WebhookId"],
    "_RotateWebhookSecretResponse": ["secret_string"],
}
"""Fields in the order of their numbers; a colon names a message's type, a star repeats it."""

WEBHOOK_METHODS = {
    "PutWebhook": ("_PutWebhookRequest", "_PutWebhookResponse"),
    "DeleteWebhook": ("_DeleteWebhookRequest", "_DeleteWebhookResponse"),
    "ListWebhooks": ("_ListWebhookRequest", "_ListWebhooksResponse"),
    "GetWebhookSecret": ("_GetWebhookSecretRequest", "_GetWebhookSecretResponse"),
    "RotateWebhookSecret": ("_RotateWebhookSecretRequest", "_RotateWebhookSecretResponse"),
}


def _service(
    package: str, name: str, messages: dict[str, list[str]], methods: dict[str, tuple[str, str]]
) -> ServiceDescriptor:
    file = FileDescriptorProto(name=f"{package}_{name.lower()}.proto", package=package, syntax="proto3")
    for message, fields in messages.items():
        _declare(file.message_type.add(name=message), package, fields)
    service = file.service.add(name=name)
    for method, (request, answer) in methods.items():
        service.method.add(
            name=method, input_type=f".{package}.{request}", output_type=f".{package}.{answer}"
        )
    pool = DescriptorPool()
    pool.Add(file)
    return pool.FindServiceByName(f"{package}.{name}")


def _declare(message: DescriptorProto, package: str, fields: list[str]) -> None:
    for number, field in enumerate(fields, start=1):
        name, _, kind = field.partition(":")
        message.field.add(
            name=name,
            number=number,
            label=REPEATED if kind.endswith("*") else OPTIONAL,
            type=MESSAGE if kind else STRING,
            type_name=f".{package}.{kind.rstrip('*')}" if kind else None,
        )


WEBHOOK = _service("webhook", "Webhook", WEBHOOK_MESSAGES, WEBHOOK_METHODS)
PING = _service(
    "cache_client",
    "Ping",
    {"_PingRequest": [], "_PingResponse": []},
    {"Ping": ("_PingRequest", "_PingResponse")},
)
