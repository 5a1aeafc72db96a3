"""Which error a status is: gRPC's numbers and HTTP's, mapped to the tree in `errors`.

Sources: Momento's SDKs (`cache-service-error-mapper.ts`, `error_converter.py`,
`default_eligibility_strategy.py`); the HTTP status table of grpc-web 1.4.2; for the HTTP API
https://docs.momentohq.com/cache/develop/api-reference/http-api.
"""

from __future__ import annotations

from .errors import LimitExceeded, MomentoError, Refused, Unavailable

_CODES = {
    1: "CANCELLED_ERROR",
    2: "UNKNOWN_SERVICE_ERROR",
    3: "INVALID_ARGUMENT_ERROR",
    4: "TIMEOUT_ERROR",
    5: "NOT_FOUND_ERROR",
    6: "ALREADY_EXISTS_ERROR",
    7: "PERMISSION_ERROR",
    8: "LIMIT_EXCEEDED_ERROR",
    9: "FAILED_PRECONDITION_ERROR",
    10: "INTERNAL_SERVER_ERROR",
    11: "BAD_REQUEST_ERROR",
    12: "BAD_REQUEST_ERROR",
    13: "INTERNAL_SERVER_ERROR",
    14: "SERVER_UNAVAILABLE",
    15: "INTERNAL_SERVER_ERROR",
    16: "AUTHENTICATION_ERROR",
}
_UNKNOWN, _EXHAUSTED, _NOT_FOUND = 2, 8, 5
# After these nobody knows whether the call took effect; after all others it did not.
_UNDECIDED = frozenset((1, 2, 4, 10, 13, 14, 15))
# What both of Momento's server-side SDKs send again. Node's also retries CANCELLED, Python's does not.
_RETRIED = frozenset((13, 14))

# Momento's older servers name a limit in the sentence only.
_LIMIT_WORDS = (
    ("subscribers", "topic_subscriptions_limit_exceeded"),
    ("operations", "operations_rate_limit_exceeded"),
    ("throughput", "throughput_rate_limit_exceeded"),
    ("request limit", "request_size_limit_exceeded"),
    ("item size", "item_size_limit_exceeded"),
    ("element size", "element_size_limit_exceeded"),
)

_GRPC_WEB_HTTP = {
    400: 3,
    401: 16,
    403: 7,
    404: 5,
    409: 10,
    412: 9,
    429: 8,
    499: 1,
    500: 2,
    501: 12,
    503: 14,
    504: 4,
}
_HTTP = {401: 16, 403: 7, 404: 5, 408: 4, 409: 10, 412: 9, 413: 8, 429: 8, 499: 1, 500: 13, 501: 12, 504: 4}
# A 404 that is not ours to read as a cache's absence, a proxy's page for example, must stay readable.
_LONGEST_MESSAGE = 300


def of_grpc(number: int, message: str, cause: str = "") -> MomentoError:
    """Give the error for a gRPC status other than 0; `cause` is the trailer `err`."""
    code = _CODES.get(number, _CODES[_UNKNOWN])
    message = message[:_LONGEST_MESSAGE] or f"gRPC status {number}"
    if number == _EXHAUSTED:
        return LimitExceeded(code, message, limit=cause or _limit_in(message))
    if number == _NOT_FOUND and cause == "item_not_found":
        return Refused("ITEM_NOT_FOUND_ERROR", message)
    if number in _UNDECIDED or number not in _CODES:
        return Unavailable(code, message, retryable=number in _RETRIED)
    return Refused(code, message)


def of_grpc_web_http(status: int) -> MomentoError:
    """Give the error for a gRPC-web answer whose HTTP status is not 200: it never reached gRPC."""
    return of_grpc(_GRPC_WEB_HTTP.get(status, _UNKNOWN), f"HTTP status {status} instead of a gRPC answer")


def of_http(status: int, body: bytes) -> MomentoError:
    """Give the error for an answer of the HTTP API; whether its body is text or JSON is not specified."""
    message, cause = _told(body)
    number = _HTTP.get(status)
    if number is None:
        number = 3 if 400 <= status < 500 else 14 if status >= 500 else _UNKNOWN
    return of_grpc(number, f"HTTP status {status}: {message}" if message else f"HTTP status {status}", cause)


def _told(body: bytes) -> tuple[str, str]:
    text = body[:4096].decode("utf-8", "replace").strip()
    if text.startswith("{"):
        import json

        try:
            answer = json.loads(text)
        except ValueError:
            return text, ""
        return str(answer.get("message") or answer.get("code") or text), str(answer.get("err") or "")
    return text, ""


def _limit_in(message: str) -> str:
    lowered = message.lower()
    return next((limit for word, limit in _LIMIT_WORDS if word in lowered), "")
