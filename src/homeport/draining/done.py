"""Driver of a POST to a collection that the origin refuses as the item is there: perhaps this write put it."""

from __future__ import annotations

import json
from typing import Any

from homeport.entry import Entry, Pending
from homeport.messages import Headers, NoAnswer, Response, says_later
from homeport.ports import Origin
from homeport.routing import Routes
from homeport.writing.base import question
from homeport.writing.representation import after, plain


async def unless_done(
    reply: Response | NoAnswer, item: Pending, entry: Entry, secret: Headers, routes: Routes, origin: Origin
) -> Response | NoAnswer:
    """The answer that counts for a replayed POST.

    A 409 on what may have been sent before is none: nobody knows of a send whose sender died. Then the item is asked
    for. If it shows this write, that is the answer; what says nothing (no answer, 5xx) lets the write be tried again.
    """
    if entry.commanded(item) or not isinstance(reply, Response) or reply.status != 409:
        return reply
    shown = await origin.ask(question(item, entry.target, secret))
    if isinstance(shown, NoAnswer) or says_later(shown.status):
        return shown
    match = routes.match(entry.target.partition("?")[0])
    left = after(entry, item, match.route.representation if match else plain)
    same = shown.status == 200 and isinstance(left, Entry) and _shows(left, shown)
    return shown if same else reply


def _shows(left: Entry, shown: Response) -> bool:
    try:
        return _within(json.loads(bytes(left.body)), json.loads(bytes(shown.body)))
    except (ValueError, RecursionError):
        return False


def _within(part: Any, whole: Any) -> bool:
    """Whether all of a document's members stand in another, which may have more: what the origin adds of its own."""
    if isinstance(part, dict) and isinstance(whole, dict):
        return all(name in whole and _within(value, whole[name]) for name, value in part.items())
    return bool(part == whole)
