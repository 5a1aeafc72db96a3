"""A write as it is to be replayed. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, Request
from homeport.reading.key import Resource
from homeport.reading.upstream import OVERRIDES, shareable
from homeport.reading.whose import nobody, secret_names
from homeport.routing import Route

from . import prefer
from .conditions import FIELDS
from .idempotency import FIELD, fingerprint
from .patch import MERGE, OPERATIONS
from .representation import media_type

LARGEST_BODY = 128 * 1024
"""In octets: a larger body goes straight to the origin, so that one entry holds many pending writes."""

_TIED = frozenset(
    (
        "content-range",
        "if-modified-since",
        "if-range",
        "if-unmodified-since",
        *OVERRIDES,
    )
)
"""Fields that tie the request to a state, or make another one of it."""


ANY = Route("/{any...}")
"""The route of a write that its request alone determines."""


@dataclass(frozen=True, slots=True)
class Write:
    """One write on its way: `id` is random and unguessable, it names the receipt.

    `key` is its author's own Idempotency-Key, as it came, `principal` whoever may use it. `request` bears no
    credentials: they are `secret` here, and `sealed` in the entry. `whose` is its author's fingerprint, and `by_author`
    says whether another one is theirs, too.
    """

    id: str
    resource: Resource
    request: Request
    route: Route = ANY
    """The resource's: of a POST to a collection the item's."""
    lists: tuple[str, ...] = ()
    """The keys of the lists that the resource stands in."""
    key: str = ""
    principal: str = field(default="", repr=False)
    secret: Headers = NO_FIELDS
    sealed: str = ""
    whose: str = ""
    by_author: Callable[[str], bool] = nobody

    @property
    def creates(self) -> bool:
        """Whether it is a POST to the collection that its resource is to stand in."""
        return self.request.method == "POST" and self.request.target != self.resource.target

    @property
    def commands(self) -> bool:
        """Whether it is a POST of which only the origin knows what it does."""
        return self.request.method == "POST" and not self.creates

    def pending(self, seq: int, accepted: int) -> Pending:
        """The write as it stands in the entry; `accepted` in ms since 1970."""
        return Pending(
            id=self.id,
            seq=seq,
            accepted=accepted,
            method=self.request.method,
            target=self.request.target,
            header=prefer.replayed(replayed(self.request.headers)).without(FIELD),
            body=self.request.body,
            fingerprint=fingerprint(self.request) if self.key else "",
            key=self.key,
            sealed=self.sealed,
        )

    def stands_on(self, entry: Entry) -> bool:
        """Whether nobody else's write is pending there: what one author may not see is not computed with."""
        return not entry.dirty or entry.whose == self.whose or self.by_author(entry.whose)


def straight_because(request: Request, route: Route = ANY, *, sealing: bool = False) -> str | None:
    """Why a request to a write-behind route must go straight to the origin; None where it need not.

    Its result must follow from the request alone, and nothing may stand in a cache in plain text that is a secret.
    `sealing`: secrets are sealed. Judged by the header fields, before the body is read.
    """
    headers = request.headers
    names = {name for name, _ in headers}
    if not sealing and secret_names(names, route):
        return "credentials"
    if names & _TIED or (request.method == "POST" and not names.isdisjoint(FIELDS)):
        return "conditional"
    if "?" in request.target:
        return "query"  # the same resource may be meant under another key, and order holds within a key only
    if "content-encoding" in headers:
        return "encoded"
    if request.method == "PATCH" and media_type(headers) not in (MERGE, OPERATIONS):
        return "patch format"
    # Without a length a body may be of any size, as in HTTP/2; only a DELETE rarely has one.
    unknown = "" if "transfer-encoding" in headers or request.method != "DELETE" else "0"
    length = headers.get("content-length") or unknown
    if len(length) > 9 or not length.isdecimal() or int(length) > LARGEST_BODY:
        return "large"
    return None


def replayed(headers: Headers) -> Headers:
    """The fields replayed to the origin; the visitor's address goes along as Forwarded (RFC 7239).

    So do the preconditions, which are not forwarded with a read.
    """
    address = headers.get("cf-connecting-ip")
    kept = shareable(headers).plus(*(pair for pair in headers if pair[0] in FIELDS))
    if not address:
        return kept
    node = f'"[{address}]"' if ":" in address else address
    return kept.plus(("forwarded", f"for={node}"))
