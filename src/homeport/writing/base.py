"""The state that a write is applied to, where its region does not know it: what the origin shows. Pure."""

from __future__ import annotations

from typing import Literal

from homeport.entry import Entry, Pending, Unreadable
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Request, Response, says_later
from homeport.reading.decide import Reuse, judge
from homeport.reading.freshness import response_directives
from homeport.reading.storing import may_share, stored_headers, varied
from homeport.reading.upstream import AUTHORIZATION, credentials

from .patch import LARGEST
from .write import Write


def at_hand(write: Write, found: Entry | Unreadable | None, now: int) -> Entry | None:
    """What the region knows of the resource: a dirty entry, or a fresh one; `now` in ms since 1970.

    Under a stale one, or none, another write may have gone straight to the origin, and its author must not lose sight
    of it.
    """
    # Of what is clean, the author of a write with credentials may only use what any bearer of some may be shown.
    fields = ((AUTHORIZATION, ""),) if write.sealed else ()
    request = Request("GET", write.resource.target, Headers(fields))
    step = judge(request, write.route, write.resource, found, now, shown=lambda _: True)
    return step.entry if isinstance(step, Reuse) and not step.refresh else None


def question(item: Pending, target: str, secret: Headers = NO_FIELDS) -> Request:
    """The unconditional GET for the state that a write is applied to, with the fields that the write came with.

    `target` is that of the written resource: a POST to a collection is sent elsewhere.
    """
    fields = (pair for pair in item.header if not pair[0].startswith(("content-", "if-")))
    return Request("GET", target, Headers((*fields, *secret)))


def shown(
    item: Pending, target: str, reply: Response | NoAnswer, as_of: tuple[int, int]
) -> Entry | Literal["silent", "unusable"]:
    """The state that the origin's answer shows; `as_of` from asking to receipt, in ms.

    silent: it may show it later. unusable: it is too large, not for everybody, or one of several by more fields.
    """
    if isinstance(reply, NoAnswer) or says_later(reply.status):
        return "silent"
    gone = reply.status in (404, 410)
    if not gone and (
        reply.status != 200
        or len(reply.body) > LARGEST
        or not (_for_author(reply) if item.sealed else _for_all(item, target, reply))
    ):
        return "unusable"
    return Entry(
        target=target,
        vary=Headers(),
        kind="tombstone" if gone else "stored",
        nonce="",
        as_of=as_of,
        status=404 if gone else 200,
        header=Headers() if gone else stored_headers(reply.headers, as_of),
        body=b"" if gone else reply.body,
    )


def _for_all(item: Pending, target: str, reply: Response) -> bool:
    return not varied(reply.headers) and may_share(question(item, target), reply)


def _for_author(reply: Response) -> bool:
    """Whether the author's own state may stand in an entry that is shown to them alone, until the write is settled.

    That it differs by who asks is no harm there. Cookies in it are news for the author, whom they would not reach.
    """
    said, varies = response_directives(reply.headers), frozenset(varied(reply.headers))
    secret = credentials(varies) | {"cookie"}
    return "no-store" not in said and "set-cookie" not in reply.headers and varies <= secret
