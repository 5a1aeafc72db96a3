"""What the service answers when it will not do a thing.

One exception carries the gRPC status; the HTTP status follows from it. The pairs are those by which
grpc-web maps HTTP to gRPC, read backwards. Momento's HTTP API documents 400, 401, 403, 404, 429 and 500
only.
"""

from __future__ import annotations

from enum import IntEnum


class Status(IntEnum):
    """gRPC status codes, https://grpc.io/docs/guides/status-codes/."""

    OK = 0
    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


HTTP_STATUS = {
    Status.CANCELLED: 499,
    Status.INVALID_ARGUMENT: 400,
    Status.DEADLINE_EXCEEDED: 504,
    Status.NOT_FOUND: 404,
    Status.ALREADY_EXISTS: 409,
    Status.PERMISSION_DENIED: 403,
    Status.RESOURCE_EXHAUSTED: 429,
    # grpc-web reads 412 as FAILED_PRECONDITION, but Momento's HTTP API documents no 412.
    Status.FAILED_PRECONDITION: 400,
    Status.OUT_OF_RANGE: 400,
    Status.UNIMPLEMENTED: 501,
    Status.UNAVAILABLE: 503,
    Status.UNAUTHENTICATED: 401,
}


class Refusal(Exception):  # noqa: N818 - it is an answer, not a defect of this program
    """The call is answered with `status`; `cause` is the machine-readable `err` trailer, if it has one."""

    def __init__(self, status: Status, message: str, *, cause: str | None = None) -> None:
        super().__init__(f"{status.name}: {message}")
        self.status = status
        self.message = message
        self.cause = cause

    @property
    def http_status(self) -> int:
        """The HTTP status of the same answer; 500 where none is closer."""
        return HTTP_STATUS.get(self.status, 500)


def invalid(message: str) -> Refusal:
    """INVALID_ARGUMENT: the caller's request cannot be meant."""
    return Refusal(Status.INVALID_ARGUMENT, message)


def limited(message: str, cause: str) -> Refusal:
    """RESOURCE_EXHAUSTED with one of Momento's documented causes, for example `item_size_limit_exceeded`."""
    return Refusal(Status.RESOURCE_EXHAUSTED, message, cause=cause)


def no_cache(name: str) -> Refusal:
    """NOT_FOUND for a cache. "Cache Not Found" is the text Momento's HTTP API documents."""
    return Refusal(Status.NOT_FOUND, f"Cache Not Found: there is no cache named {name!r} in this region")


def wrong_type(found: str, wanted: str) -> Refusal:
    """FAILED_PRECONDITION: the key holds another kind of item. Momento's answer is not documented."""
    return Refusal(Status.FAILED_PRECONDITION, f"the key holds a {found}, this call needs a {wanted}")
