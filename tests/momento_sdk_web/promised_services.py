"""What Momento promises about topics, webhooks, caches and errors.

https://docs.momentohq.com/topics, https://docs.momentohq.com/cache/develop/api-reference; that a subscription ends
with NOT_FOUND when its cache is deleted, and the answers about caches that are or are not there, are from the
integration tests of Momento's JavaScript SDK. The names of errors are its `MomentoErrorCode`.
"""

from __future__ import annotations

from typing import Any

from tests.momento_sdk_web.promised_scalars import MISS, SUCCESS, error, hit

SUBSCRIPTION = {"type": "Subscription"}
NOT_FOUND = error("NOT_FOUND_ERROR")
WRONG_KIND = error(
    "FAILED_PRECONDITION_ERROR"
)  # the local Momento's choice: what the service says is not documented

TOPICS: dict[str, Any] = {
    "publish: nobody listens": SUCCESS,
    "subscribe: a topic": SUBSCRIPTION,
    "publish: text": SUCCESS,
    "publish: octets": SUCCESS,
    "subscribe: what came": [[2, "string", "grüße"], [3, "object", [0, 1, 0xFE, 0xFF]]],
    "subscribe: again": SUBSCRIPTION,
    "subscribe: what came to the second": [[4, "string", "later"]],
    "subscribe: nothing came after the end": 2,
    "subscribe: no cache": NOT_FOUND,
    "publish: no cache": NOT_FOUND,
    "publish: too large": error("LIMIT_EXCEEDED_ERROR"),
    "subscribe: a cache that will go": SUBSCRIPTION,
    "subscribe: the cache is gone": [["NOT_FOUND_ERROR", False]],
}

WEBHOOKS: dict[str, Any] = {
    "putWebhook": SUCCESS,
    "listWebhooks": [["hook", "news", "http://127.0.0.1:9/hook"]],
    "getWebhookSecret": SUCCESS,
    "getWebhookSecret: the one that was told": True,
    "rotateWebhookSecret": SUCCESS,
    "rotateWebhookSecret: another one": True,
    "deleteWebhook": SUCCESS,
    "listWebhooks: deleted": [],
}

CACHES: dict[str, Any] = {
    "createCache": SUCCESS,
    "createCache: it exists": {"type": "AlreadyExists"},
    "listCaches": {"type": "Success", "getCaches": ["harbour", "meeting", "ships"]},
    "get: another cache's key": MISS,
    "flushCache": SUCCESS,
    "get: flushed": MISS,
    "sortedSetLength: flushed": MISS,
    "flushCache: nothing in it": SUCCESS,
    "deleteCache": SUCCESS,
    "deleteCache: not there": NOT_FOUND,
    "flushCache: not there": NOT_FOUND,
    "get: a cache deleted": NOT_FOUND,
    "listCaches: deleted": {"type": "Success", "getCaches": ["meeting", "ships"]},
}

IN_NO_CACHE = (
    *("get", "set", "delete", "increment", "setIfAbsent", "getWithHash", "keysExist", "updateTtl"),
    *("getBatch", "setBatch", "sortedSetPutElement", "sortedSetFetchByScore"),
)
ON_THE_WRONG_KIND = (
    *("get", "increment", "setIfPresent", "sortedSetPutElement", "sortedSetFetchByRank"),
    *("sortedSetRemoveElement", "sortedSetLength"),
)
ERRORS = {
    "cancelled": "CANCELLED_ERROR",
    "unknown": "UNKNOWN_SERVICE_ERROR",
    "invalid-argument": "INVALID_ARGUMENT_ERROR",
    "deadline-exceeded": "TIMEOUT_ERROR",
    "not-found": "NOT_FOUND_ERROR",
    "already-exists": "ALREADY_EXISTS_ERROR",
    "permission-denied": "PERMISSION_ERROR",
    "resource-exhausted": "LIMIT_EXCEEDED_ERROR",
    "failed-precondition": "FAILED_PRECONDITION_ERROR",
    "internal": "INTERNAL_SERVER_ERROR",
    "unavailable": "SERVER_UNAVAILABLE",
    "unauthenticated": "AUTHENTICATION_ERROR",
}

FAILURES: dict[str, Any] = {
    **{f"no cache: {method}": NOT_FOUND for method in IN_NO_CACHE},
    **{f"wrong kind: {method}": WRONG_KIND for method in ON_THE_WRONG_KIND},
    "wrong kind: sortedSetGetScore": {**WRONG_KIND, "valueUint8Array": "v"},
    "limit: item": ["LIMIT_EXCEEDED_ERROR", "Item size limit exceeded for this account"],
    "limit: element": ["LIMIT_EXCEEDED_ERROR", "Element size limit exceeded for this account"],
    **{f"error: {name}": error(code) for name, code in ERRORS.items()},
    "error: none left": hit("v"),
    "the connection is reset": error("UNKNOWN_SERVICE_ERROR"),  # what the SDK makes of a lost connection
    "the deadline passes": error("TIMEOUT_ERROR"),
}

SERVICES = {**TOPICS, **WEBHOOKS, **CACHES, **FAILURES}
