"""A write as it is to be replayed. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from homeport.entry import Pending
from homeport.messages import Headers, Request
from homeport.reading.key import Resource
from homeport.reading.upstream import shareable

LARGEST_BODY = 128 * 1024
"""In octets: a larger body goes straight to the origin, so that one entry holds many pending writes."""

_TIED = (
    "if-match",
    "if-none-match",
    "if-modified-since",
    "if-unmodified-since",
    "idempotency-key",
    "content-range",
)
_CREDENTIALS = (
    "api-key",
    "authorization",
    "cookie",
    "private-token",
    "proxy-authorization",
    "x-access-token",
    "x-amz-security-token",
    "x-api-key",
    "x-auth-token",
    "x-csrf-token",
    "x-xsrf-token",
)
"""Fields that name their sender: nothing of theirs may stand in a cache in plain text."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write on its way: `id` is random and unguessable, it names the receipt."""

    id: str
    resource: Resource
    request: Request

    def pending(self, seq: int, accepted: int) -> Pending:
        """The write as it stands in the entry; `accepted` in ms since 1970."""
        return Pending(
            id=self.id,
            seq=seq,
            accepted=accepted,
            method=self.request.method,
            target=self.request.target,
            header=replayed(self.request.headers),
            body=self.request.body,
        )


def straight_because(request: Request) -> str | None:
    """Why a request to a write-behind route must go straight to the origin; None where it need not.

    Its result must follow from the request alone, and nothing may stand in a cache in plain text that is a secret.
    Judged by the header fields, before the body is read.
    """
    headers = request.headers
    if any(name in headers for name in _CREDENTIALS):
        return "credentials"
    if any(name in headers for name in _TIED):
        return "conditional"
    if "content-encoding" in headers:
        return "encoded"
    # Without a length a body may be of any size, as in HTTP/2; only a DELETE rarely has one.
    unknown = "" if "transfer-encoding" in headers or request.method != "DELETE" else "0"
    length = headers.get("content-length") or unknown
    if not length.isdigit() or int(length) > LARGEST_BODY:
        return "large"
    return None


def replayed(headers: Headers) -> Headers:
    """The fields replayed to the origin; the visitor's address goes along as Forwarded (RFC 7239)."""
    address = headers.get("cf-connecting-ip")
    kept = shareable(headers)
    if not address:
        return kept
    node = f'"[{address}]"' if ":" in address else address
    return kept.plus(("forwarded", f"for={node}"))
