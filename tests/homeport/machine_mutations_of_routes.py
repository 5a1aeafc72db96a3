"""Clauses of what a route may ask for, each switched off: coalescing, keys, conditions, lists, bulks; and a budget."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any

import pytest

from homeport import keys, queues, versions
from homeport.draining import drain, loads, resource, send, settle, stray
from homeport.draining.budget import Budget
from homeport.draining.conflict import Conflict
from homeport.draining.outcome import MOST_AGE_MS
from homeport.entry import Entry, encode
from homeport.messages import Response
from homeport.pushing.propagate import propagate
from homeport.reading import serve
from homeport.reading.fill import look_at
from homeport.reading.lists import Lists
from homeport.reading.overlay import Waiting
from homeport.writing import accept, once
from momento_http_shim.conditions import AbsentOrHashEqual, PresentAndHashEqual
from momento_http_shim.octets import Joined
from momento_http_shim.outcomes import Done, Failed

Patch = pytest.MonkeyPatch


def sent_without_marks(patch: Patch) -> None:
    async def unmarked(_: Any, __: Any, ___: Any, seen: versions.Version) -> Any:
        return seen

    patch.setattr(resource.Replay, "_noted", unmarked)


def committed_without_the_claim(patch: Patch) -> None:
    indexed = accept._index_and_read  # noqa: SLF001 - the very step

    async def heedless(write: Any, region: Any, effects: Any, claiming: Any) -> Any:
        found = await indexed(write, region, effects, None)
        if claiming:
            await claiming
        return found

    patch.setattr(accept, "_index_and_read", heedless)


def a_retry_at_any_age(patch: Patch) -> None:
    patch.setattr(once, "LATEST_MS", 10**12)


def absent_or_equal(patch: Patch) -> None:
    stored = versions.store

    async def store(region: Any, key: str, entry: Entry, condition: Any) -> Any:
        if not isinstance(condition, PresentAndHashEqual):
            return await stored(region, key, entry, condition)
        loose, value = AbsentOrHashEqual(bytes(condition.operand or b"")), Joined(encode(entry))
        return await region.cache.set_if_hash(keys.entry(key), value, loose, ttl_seconds=keys.DAY_SECONDS)

    patch.setattr(versions, "store", store)


def the_list_before_what_waits(patch: Patch) -> None:
    looked: ContextVar[Any] = ContextVar("looked", default=None)
    waiting = Lists.waiting

    async def afterwards(self: Any, region: Any, effects: Any, *, consistent: bool) -> Any:
        looked.set(await look_at(region, self.about, consistent=consistent))
        return await waiting(self, region, effects, consistent=consistent)

    async def before(region: Any, about: Any, *, consistent: bool) -> Any:
        seen = looked.get()
        looked.set(None)
        return seen or await look_at(region, about, consistent=consistent)

    patch.setattr(Lists, "waiting", afterwards)
    patch.setattr(serve, "look_at", before)


def hidden_before_the_list_is_stale(patch: Patch) -> None:
    async def swapped(
        names: Any, about: Any, region: Any, others: Any, effects: Any, lists: Any = ()
    ) -> settle.Settled:
        hidden = isinstance(await queues.hide(region, lists, about[0].key, *names), Done)
        told = hidden and await propagate(about[1:], [region], effects)
        if not (await propagate(about, others, effects) and told):
            return "owed"
        return "settled" if isinstance(await queues.remove(region, about[0].key, *names), Done) else "owed"

    patch.setattr(settle, "tell_and_remove", swapped)
    patch.setattr(stray, "tell_and_remove", swapped)


def a_clean_members_list_as_it_stands(patch: Patch) -> None:
    waiting = Lists.waiting

    async def undoubted(self: Any, region: Any, effects: Any, *, consistent: bool) -> Any:
        found = await waiting(self, region, effects, consistent=consistent)
        return found if isinstance(found, Failed) else Waiting(found.changes)

    patch.setattr(Lists, "waiting", undoubted)


def shown_in_lists_behind_the_answer(patch: Patch) -> None:
    show, committed = queues.show, accept._Attempt._commit  # noqa: SLF001

    async def commit(self: Any, entry: Entry) -> Any:
        outcome = await committed(self, entry)
        write, now = self.write, self.effects.now()
        if isinstance(outcome, accept.Accepted):
            self.effects.behind(show(self.region, write.lists, write.resource.key, write.id, now))
        return outcome

    async def later(*_: Any) -> Done:
        return Done()

    patch.setattr(accept._Attempt, "_commit", commit)  # noqa: SLF001
    patch.setattr(queues, "show", later)


def conflict_to_a_post_is_final(patch: Patch) -> None:
    async def as_it_came(reply: Any, *_: Any) -> Any:
        return reply

    patch.setattr(resource, "unless_done", as_it_came)


def conflict_is_final(patch: Patch) -> None:
    patch.setattr(Conflict, "asks", property(lambda _: False))


def conditional_without_a_mark(patch: Patch) -> None:
    patch.setattr(resource, "to_mark", lambda *_: False)


def without_the_tag_of_the_state_before(patch: Patch) -> None:
    patch.setattr(send, "protects", lambda *_: False)


def the_state_is_not_looked_at(patch: Patch) -> None:
    patch.setattr(send, "shows", lambda *_: False)
    patch.setattr("homeport.draining.conflict.shows", lambda *_: False)


def everything_fits(patch: Patch) -> None:
    patch.setattr(Budget, "fits", lambda *_: True)


def a_refused_bulk_is_everybodys_answer(patch: Patch) -> None:
    answers = loads.answers

    def told(bulk: Any, items: Any, reply: Any) -> Any:
        found = answers(bulk, items, reply)
        return [reply] * len(items) if found is None and isinstance(reply, Response) else found

    patch.setattr(loads, "answers", told)


def a_queue_renewed_late(patch: Patch) -> None:
    patch.setattr(drain, "QUEUE_AGE_MS", MOST_AGE_MS)


MUTATIONS = {
    "no marks before sending": sent_without_marks,
    "no claim of a key": committed_without_the_claim,
    "a retry at any age": a_retry_at_any_age,
    "absent or hash equal": absent_or_equal,
    "the list before what waits": the_list_before_what_waits,
    "hidden before the list is stale": hidden_before_the_list_is_stale,
    "a clean member's list as it stands": a_clean_members_list_as_it_stands,
    "in the lists after the commit": shown_in_lists_behind_the_answer,
    "409 to a replayed POST": conflict_to_a_post_is_final,
    "412 after an unknown attempt": conflict_is_final,
    "a condition and no mark": conditional_without_a_mark,
    "no tag of the state before": without_the_tag_of_the_state_before,
    "the state is not looked at": the_state_is_not_looked_at,
    "no end of a budget": everything_fits,
    "a queue renewed late": a_queue_renewed_late,
    "a refused bulk in one piece": a_refused_bulk_is_everybodys_answer,
}
