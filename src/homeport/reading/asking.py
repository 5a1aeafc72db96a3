"""Driver of a read that the origin must answer: the request, what the answer means, and the fill."""

from __future__ import annotations

from collections.abc import Awaitable, Coroutine
from dataclasses import replace

from homeport.entry import Entry
from homeport.errors import no_answer
from homeport.messages import NoAnswer, Relayed, Request, Response
from homeport.ports import Opened
from momento_http_shim.octets import Octets

from . import validate
from .answer import from_entry, satisfy
from .collapse import Turn
from .decide import Ask, outdated
from .fill import Condition, Fill
from .read import Read
from .storing import LARGEST, dated, fits, for_everybody, may_store
from .tags import FIELDS, tags_of
from .upstream import AUTHORIZATION, fill_request

_IN_PART = ("if-modified-since", "if-none-match", "range")
"""Request fields by which a visitor may get less than the whole."""

FAILED = (500, 502, 503, 504)
"""Answers in whose place a stale one is shown where that is allowed (RFC 5861 section 4)."""


async def ask(read: Read, step: Ask, condition: Condition, turn: Turn | None = None) -> Response | Relayed:
    """The origin's answer, or what stands in for it; what may be kept is stored on the condition."""
    fill = Fill(read, condition, read.effects.now(), turn)
    request = fill_request(read.request, read.resource.target)
    opened, known = await _open(read, request, step.known)
    members = [f"fwd={step.why}"]
    if not isinstance(opened, NoAnswer):
        members.append(f"fwd-status={opened.status}")
    if isinstance(opened, NoAnswer) or opened.status in FAILED:
        await fill.failed()
        if isinstance(opened, NoAnswer) or step.spare is not None:
            return _instead(read, step, opened, members)
    answered = read.effects.now()
    if known is not None and opened.status == 304:
        opened.discard()
        fresh = dated(Response(304, opened.headers), answered).headers
        told = any(name in opened.headers for name in FIELDS)
        tags = tags_of(opened.headers, read.match) if told else known.tags
        entry = validate.updated(known, fresh, (fill.asked, answered), read.effects.token(), tags)
        # It may also forbid what is stored from now on.
        head = Response(known.status, entry.header)
        if step.fill != "no" and may_store(read.request, head, read.match.route):
            await _now_or_behind(read, fill.freshen(entry))
            members.append("stored")
        else:
            await fill.dropped()
        return read.said(from_entry(read.request, entry, answered), *members)
    return await _pass_on(read, step, opened, request, fill, answered, members)


async def _open(read: Read, request: Request, known: Entry | None) -> tuple[Opened | NoAnswer, Entry | None]:
    """Ask, on the condition that what is known stands no more; and without it, if the 304 was about something else."""
    if known is None or not validate.has_validator(known):
        return await read.origin.open(request), None
    opened = await read.origin.open(validate.conditional(request, known))
    if isinstance(opened, NoAnswer) or opened.status != 304 or validate.about(known, opened.headers):
        return opened, known
    opened.discard()
    return await read.origin.open(request), None


def _instead(read: Read, step: Ask, failed: Opened | NoAnswer, members: list[str]) -> Response:
    """What is shown where the origin failed: the stale representation, if there is one that may be shown."""
    if not isinstance(failed, NoAnswer):
        failed.discard()
    if step.spare is not None:
        return read.said(
            from_entry(read.request, step.spare, read.effects.now()), *members, note="stale-if-error"
        )
    answer = no_answer(failed) if isinstance(failed, NoAnswer) else Response(failed.status)
    return read.said(answer, *members)


async def _pass_on(
    read: Read, step: Ask, opened: Opened, request: Request, fill: Fill, answered: int, members: list[str]
) -> Response | Relayed:
    """The answer to its visitor, and into the region's cache if it may be kept there."""
    head = dated(Response(opened.status, opened.headers), answered)
    keep = step.fill != "no" and may_store(read.request, head, read.match.route)
    large = keep and opened.length is not None and opened.length > LARGEST
    if not keep or large:
        if known := outdated(step, read.request, read.match.route, opened.status):
            await _now_or_behind(read, fill.outdated(known))
        else:
            await fill.dropped()
        return await _relay(read, opened, request, head, members, "too large" if large else "")
    if _streams(read, opened):
        read.effects.behind(_store_copy(opened.copy(LARGEST), head, fill, answered))
        return read.relayed(opened.relay(for_everybody(head).headers), *members, "stored")
    body = await opened.read()
    if isinstance(body, NoAnswer):
        await fill.failed()
        return _instead(read, step, body, members)
    whole = replace(head, body=body)
    shown = for_everybody(satisfy(read.request, whole))
    if not fits(whole):
        await fill.dropped()
        return read.said(shown, *members, note="too large")
    await _now_or_behind(read, fill.store(whole, answered))
    return read.said(shown, *members, "stored")


def _streams(read: Read, opened: Opened) -> bool:
    """Whether the visitor gets the body while it comes in: its length is not known, and all of it is wanted."""
    return (
        opened.length is None
        and not read.unseen
        and not read.waiting.changes
        and read.match.route.fill == "behind"
        and read.request.method == "GET"
        and not any(name in _IN_PART for name, _ in read.request.headers)
    )


async def _relay(
    read: Read, opened: Opened, request: Request, head: Response, members: list[str], note: str
) -> Response | Relayed:
    """An answer that is not kept: it streams. A range of it is the origin's business after all."""
    shown = _shown(read, head)
    asked_for = [pair for pair in read.request.headers if pair[0] in ("range", "if-range")]
    if read.unseen or read.request.method == "HEAD":
        opened.discard()
        length = () if opened.length is None else (("content-length", str(opened.length)),)
        return read.said(replace(shown, headers=shown.headers.plus(*length)), *members, note=note)
    if read.waiting.changes and shown.status == 200 and (opened.length or 0) <= LARGEST:
        body = await opened.read()
        answer = no_answer(body) if isinstance(body, NoAnswer) else replace(shown, body=body)
        return read.said(answer, *members, note=note)
    if asked_for and shown.status == 200:
        opened.discard()
        ranged = await read.origin.open(replace(request, headers=request.headers.plus(*asked_for)))
        if isinstance(ranged, NoAnswer):
            return read.said(no_answer(ranged), *members, note=note)
        part = dated(Response(ranged.status, ranged.headers), read.effects.now())
        return read.relayed(ranged.relay(_shown(read, part).headers), *members, note=note)
    return read.relayed(opened.relay(shown.headers), *members, note=note)


def _shown(read: Read, head: Response) -> Response:
    """An answer that is not kept as its visitor gets it: where it is its sender's own, the cookies in it are, too."""
    return head if AUTHORIZATION in read.request.headers else for_everybody(head)


async def _store_copy(copy: Awaitable[Octets | None], head: Response, fill: Fill, answered: int) -> None:
    body = await copy
    if body is None or not fits(whole := replace(head, body=body)):
        await fill.dropped()
    else:
        await fill.store(whole, answered)


async def _now_or_behind(read: Read, storing: Coroutine[object, object, object]) -> None:
    if read.unseen or read.match.route.fill == "before":
        await storing
    else:
        read.effects.behind(storing)
