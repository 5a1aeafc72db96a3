"""A replay that the origin finds in conflict with its state: 412, or 409 (RFC 9110 sections 15.5.13, 15.5.10). Pure.

Neither is an answer to a write that may have been sent before: the state may be the one that it left itself.
"""

from __future__ import annotations

from dataclasses import dataclass

from homeport.entry import Entry, Pending
from homeport.messages import Request, Response
from homeport.routing import Route
from homeport.writing import conditions, patch
from homeport.writing.base import question
from homeport.writing.conditions import ABSENT, FIELDS
from homeport.writing.representation import after, described, put_again
from momento_http_shim.octets import Octets

from .outcome import Applied, Dead

CONFLICTS = (409, 412)


def protects(route: Route, item: Pending) -> bool:
    """Whether the replay is to be conditional on the state before it, so that it cannot overwrite a later one."""
    return route.honours_if_match and not route.deduplicates and item.method in ("PUT", "PATCH", "DELETE")


def to_mark(route: Route, item: Pending) -> bool:
    """Whether it has to be noted that a write is sent, before it is: else nobody could tell a later 412 from a first.

    An origin that deduplicates repeats its first answer.
    """
    once = item.sent or item.tries > 0 or route.deduplicates
    return not once and (protects(route, item) or conditions.conditional(item.header))


def replayed(item: Pending, tag: str, *, authors: bool) -> Request:
    """The request that the origin gets: conditional on `tag`, with its `authors` preconditions or without.

    The tag takes the place of what it is stricter than; a list of the author's that lacks it stays, and fails. Under
    another condition it is another request: without its author's it has a key of its own.
    """
    header = item.header if authors else item.header.without(*FIELDS)
    if tag == ABSENT:
        header = header.without("if-none-match").plus(("if-none-match", "*"))
    elif tag:
        listed = header.get("if-match")
        if listed is None or conditions.hold(header.without("if-none-match"), tag, exists=True):
            header = header.without("if-match").plus(("if-match", tag))
    key = item.key or item.id
    key = key if authors else f"{item.id}-ours"
    return Request(item.method, item.target, header.plus(("idempotency-key", key)), item.body)


def state_of(item: Pending, entry: Entry) -> Request:
    """The question for the state that the origin has."""
    return question(item, entry.target)


def shows(item: Pending, entry: Entry, state: Response, route: Route) -> bool:
    """Whether the origin's state shows that it has taken the write: applied to it once more it would change nothing.

    Or what is pending after it makes of the state what the entry shows, and would not, or cannot, with it once more.
    """
    if item.method == "DELETE" or state.status != 200:
        return item.method == "DELETE" and state.status in (404, 410)
    current = Entry(item.target, entry.vary, "stored", "", entry.as_of, header=state.headers, body=state.body)
    left = after(current, item, route.representation, current)
    if isinstance(left, Entry) and _same(left, state.body):
        return True
    written = described(entry.header).plus(("cache-control", "no-cache"))  # as it stands after a write
    if entry.pending[0].id == item.id and entry.kind == "stored" and entry.header == written:
        rest = put_again(entry.version("", pending=entry.pending[1:]), current, route.representation)
        twice = put_again(entry, current, route.representation) if isinstance(left, Entry) else None
        return bool(rest and _same(entry, rest.body)) and not (twice and _same(entry, twice.body))
    return False


@dataclass(frozen=True, slots=True)
class Resend:
    """Send it again at once, under another condition."""

    tag: str
    authors: bool


@dataclass(frozen=True, slots=True)
class Conflict:
    """A 409 or 412 to a write; what it was sent with, and whether it may have been sent `before`."""

    route: Route
    item: Pending
    entry: Entry
    status: int
    tag: str
    authors: bool
    before: bool

    @property
    def asks(self) -> bool:
        """Whether the origin's state decides."""
        if self.status == 412:
            return self.before or self.tag != ""
        creates = self.item.header.get("if-none-match") == "*" or self.tag == ABSENT
        return self.before and creates

    def resolved(self, state: Response | None) -> Applied | Resend | Dead:
        """What is to be done, `state` being what the origin shows if it was asked.

        Without its author's preconditions a write is only sent where the route says `ours` and they are what failed.
        """
        tag = self.tag
        if state is not None:
            if self.before and shows(self.item, self.entry, state, self.route):
                return Applied(state)
            tag = conditions.standing(state.status, state.headers) if protects(self.route, self.item) else ""
            if self.tag and self.status == 412 and (not self.authors or holds(self.item, state)):
                return Resend(tag, self.authors)
        own = self.authors and self.status == 412 and conditions.conditional(self.item.header)
        if own and self.route.conflict == "ours":
            return Resend(tag, authors=False)
        what = f"conflict: the origin refused it with {self.status}"
        return Dead(f"parked, {what}" if self.route.conflict == "park" else what, self.status)


def holds(item: Pending, state: Response) -> bool:
    """Whether the author's preconditions hold for what the origin shows."""
    return conditions.hold(item.header, state.headers.get("etag") or "", state.status == 200)


def left_by(item: Pending, answer: Response | None) -> str:
    """The origin's entity tag after a write that it took, where its answer tells (RFC 9110 sections 8.8.3, 9.3.4)."""
    if answer is None:
        return ""
    if item.method == "DELETE":
        return ABSENT if answer.status in (200, 204, 404, 410) else ""
    return conditions.standing(answer.status, answer.headers) if answer.status < 300 else ""


def _same(left: Entry, body: Octets) -> bool:
    octets, shown = bytes(left.body), bytes(body)
    if octets == shown:
        return True
    try:
        return patch.equal(patch.decode(octets), patch.decode(shown))
    except (patch.MisfitError, patch.UnclearError, RecursionError):
        return False
