"""The protocol with one of its clauses switched off, which a play must find; some are found by chance, too."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

import pytest

from homeport import queues, versions
from homeport.draining import conflict, resource, send, settle, stray
from homeport.draining.plan import Step
from homeport.entry import Entry
from homeport.pushing import propagate
from homeport.pushing.precedence import mark_stale
from homeport.reading import fill
from homeport.regions.home import Home
from homeport.writing import accept, commit
from homeport.writing.again import PutAgain
from momento_http_shim.outcomes import Done, Failed, Stored

Patch = pytest.MonkeyPatch
Mutation = Callable[[Patch], None]


def put_after_the_commit(patch: Patch) -> None:
    committed = accept._Attempt._commit  # noqa: SLF001 - the very step that is moved

    async def read_alone(write: Any, region: Any, _: Any, __: Any) -> Any:
        return Done(), await versions.read(region, write.resource.key)

    async def commit_and_put(self: Any, entry: Entry) -> Any:
        outcome = await committed(self, entry)
        if isinstance(outcome, accept.Accepted):
            await queues.put(self.region, self.write.resource.key, self.write.id, self.effects.now())
        return outcome

    patch.setattr(accept, "_index_and_read", read_alone)
    patch.setattr(accept._Attempt, "_commit", commit_and_put)  # noqa: SLF001


def commit_without_a_look_at_the_clock(patch: Patch) -> None:
    patch.setattr(accept, "DEADLINE_MS", 10**12)


def no_receipt_looked_for_before_another_try(patch: Patch) -> None:
    patch.setattr(accept._Attempt, "again", accept._Attempt.first)  # noqa: SLF001


def no_touch(patch: Patch) -> None:
    async def untouched(_: Any, __: Any, seen: Any, ___: Any, ____: Any) -> Any:
        return seen

    patch.setattr(stray, "_touch", untouched)


def lost_although_the_touch_failed(patch: Patch) -> None:
    touch = stray._touch  # noqa: SLF001

    async def or_not(about: Any, receipt: Any, seen: Any, region: Any, effects: Any) -> Any:
        return await touch(about, receipt, seen, region, effects) or seen

    patch.setattr(stray, "_touch", or_not)


def base_of_a_merge_from_what_is_stale(patch: Patch) -> None:
    def at_hand(_: Any, found: Any, __: int) -> Any:
        return found if isinstance(found, Entry) and found.kind in ("stored", "tombstone") else None

    def with_its_body(resource: Any, found: Any, now: int, nonce: str) -> Any:
        entry = mark_stale(resource, found, now, nonce)
        if entry is None or not isinstance(found, Entry):
            return entry
        return entry.version(nonce, header=found.header, body=found.body)

    patch.setattr(commit, "at_hand", at_hand)
    patch.setattr(propagate, "mark_stale", with_its_body)  # else there is nothing stale to build on


def nothing_put_again(patch: Patch) -> None:
    async def as_it_is(_: Any, entry: Entry) -> Entry:
        return entry

    patch.setattr(PutAgain, "put", as_it_is)


def other_regions_not_told(patch: Patch) -> None:
    async def told(resources: Any, regions: Any, effects: Any, again: Any = None) -> bool:
        return True

    patch.setattr(settle, "propagate", told)


def a_stale_entry_not_marked_again(patch: Patch) -> None:
    def once(about: Any, found: Any, now: int, nonce: str) -> Any:
        return None if isinstance(found, Entry) and found.stale else mark_stale(about, found, now, nonce)

    patch.setattr(propagate, "mark_stale", once)


def no_marker_where_nothing_stands(patch: Patch) -> None:
    def only_there(about: Any, found: Any, now: int, nonce: str) -> Any:
        return None if found is None else mark_stale(about, found, now, nonce)

    patch.setattr(propagate, "mark_stale", only_there)


def hash_of_a_fill_after_the_origin(patch: Patch) -> None:
    async def put(self: Any, spot: Any, entry: Entry) -> bool:
        seen = await versions.read(self.read.region, spot.key)
        if isinstance(seen, Failed):
            return False
        outcome = await versions.store(self.read.region, spot.key, entry, seen.condition)
        return isinstance(outcome, Stored)

    patch.setattr(fill.Fill, "_put", put)


@dataclass(frozen=True)
class _Steps:
    """What settling is given, and its steps one by one."""

    what: settle.Settlement
    about: Any
    region: Any
    others: Any
    effects: Any
    again: Any = None
    lists: Any = ()

    async def receipt(self) -> bool:
        written = await settle.write_receipt(self.what.receipt, self.region, self.effects)
        if isinstance(written, Failed):
            return False
        dead = self.what.receipt.state == "dead"
        return not dead or await settle._keep_dead_letter(self.what, self.region)  # noqa: SLF001

    async def entry(self) -> bool:
        return await settle._clear_entry(self.what, self.about[0], self.region, self.effects, self.again)  # noqa: SLF001

    async def propagation(self) -> bool:
        told = await propagate.propagate(self.about[1:], [self.region], self.effects)
        hidden = await queues.hide(self.region, self.lists, self.about[0].key, self.what.receipt.id)
        told = told and isinstance(hidden, Done)
        return await propagate.propagate(self.about, self.others, self.effects) and told

    async def member(self) -> bool:
        return isinstance(await queues.remove(self.region, self.about[0].key, self.what.receipt.id), Done)


def in_another_order(*names: str) -> Mutation:
    """Settle in this order of its steps."""

    def mutate(patch: Patch) -> None:
        async def settled(*about: Any) -> settle.Settled:
            steps = _Steps(*about)
            for name in names:
                if not await getattr(steps, name)():
                    return "owed" if name in ("propagation", "member") else "failed"
            return "settled"

        patch.setattr(resource, "settle", settled)

    return mutate


def replayed_without_its_key(patch: Patch) -> None:
    replayed = conflict.replayed

    def without(item: Any, tag: str, *, authors: bool) -> Any:
        request = replayed(item, tag, authors=authors)
        return replace(request, headers=request.headers.without("idempotency-key"))

    patch.setattr(send, "replayed", without)


def whatever_is_due_first(patch: Patch) -> None:
    def due(entry: Entry, _: Any) -> Any:
        item = min(entry.pending, key=lambda item: item.not_before, default=None)
        return item and Step((item,), item)

    patch.setattr(resource, "upcoming", due)


def an_author_reads_plainly(patch: Patch) -> None:
    patch.setattr(Home, "recent", lambda *_: False)


def read_and_commit_at_once(patch: Patch) -> None:
    """The condition is taken again right before the commit: what was computed is older than it."""

    async def store(self: Any, entry: Entry) -> Any:
        seen = await versions.read(self.region, self.write.resource.key)
        if isinstance(seen, Failed):
            return accept.Refused("unreachable")
        fresh = replace(self, seen=seen)
        return await committed(fresh, entry)

    committed = accept._Attempt._commit  # noqa: SLF001
    patch.setattr(accept._Attempt, "_commit", store)  # noqa: SLF001


MUTATIONS: dict[str, Mutation] = {
    "put after the commit": put_after_the_commit,
    "no clock before the commit": commit_without_a_look_at_the_clock,
    "no receipt looked for": no_receipt_looked_for_before_another_try,
    "no touch": no_touch,
    "lost without a stored touch": lost_although_the_touch_failed,
    "stale base of a merge": base_of_a_merge_from_what_is_stale,
    "nothing put again": nothing_put_again,
    "other regions not told": other_regions_not_told,
    "no new version on a mark": a_stale_entry_not_marked_again,
    "no marker on missing": no_marker_where_nothing_stands,
    "fill's hash after the origin": hash_of_a_fill_after_the_origin,
    "entry before receipt": in_another_order("entry", "receipt", "propagation", "member"),
    "member before propagation": in_another_order("receipt", "entry", "member", "propagation"),
    "member first": in_another_order("member", "receipt", "entry", "propagation"),
    "member before entry": in_another_order("receipt", "member", "entry", "propagation"),
    "propagation before entry": in_another_order("receipt", "propagation", "entry", "member"),
    "replayed without its key": replayed_without_its_key,
    "not the head": whatever_is_due_first,
    "an author reads plainly": an_author_reads_plainly,
    "a later condition": read_and_commit_at_once,
}

FOUND_BY_THE_MACHINE = ("other regions not told", "a later condition")
"""Within the examples of CI."""

FOUND_BY_SCHEDULES = {
    "put after the commit": 20,
    "no touch": 40,
    "member before propagation": 20,
    "member before entry": 20,
    "member first": 20,
    "entry before receipt": 100,
    "replayed without its key": 30,
}
"""Within the first so many seeds. The others are found by their plays alone (`machine_scripts.py`)."""
