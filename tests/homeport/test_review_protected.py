"""honours_if_match with several writes waiting, coalesced or not: whatever call fails, each is applied once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.entry import Entry
from homeport.messages import Headers, Request, Response
from homeport.writing import patch
from homeport.writing.representation import media_type
from tests.homeport.conditional_world import ROUTE, ConditionalWorld, TaggedOrigin
from tests.homeport.patch_world import JSON, appended, merge, operations, written
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import about, delete, in_one_lane, stored

LANE = 0
TARGET = in_one_lane(1, LANE)[0]
BEFORE: dict[str, Any] = {"log": []}
Said = tuple[str, Any]


@dataclass
class Documents(TaggedOrigin):
    """JSON documents with a tag for each state."""

    def _apply(self, request: Request) -> Response:
        if request.method != "PATCH":
            return super()._apply(request)
        body = bytes(request.body)
        left = patch.patched(media_type(request.headers), body, self.items.get(request.target, b"null"))
        if not isinstance(left, bytes):
            return Response(422)
        self.journal.append(("PATCH", request.target, body))
        self.items[request.target] = left
        return Response(200)

    def _shown(self, target: str) -> Headers:
        return JSON.plus(("etag", self.tags[target]))


@dataclass
class Protected(ConditionalWorld):
    origin: Documents = field(default_factory=Documents)

    def begins(self) -> None:
        """The origin has a document, and the region knows it."""
        self.origin.put(TARGET, json.dumps(BEFORE).encode())
        self.origin.journal.clear()
        fields = JSON.plus(("etag", self.origin.tags[TARGET]))
        entry = stored(TARGET, self.origin.items[TARGET]).version("n0", header=fields)
        self.home.keep(about(TARGET).key, entry)

    async def finishes(self) -> None:
        for _ in range(12):
            self.clock.advance(61_000)
            await self.drained(LANE)
        entry = self.home.kept(about(TARGET).key)
        assert isinstance(entry, Entry)
        assert not entry.pending
        assert self.members(self.home) == []

    @property
    def shows(self) -> Any:
        return json.loads(self.origin.items.get(TARGET, b"null"))


def request(kind: str, said: Any) -> Request:
    if kind == "append":
        return appended(TARGET, said)
    if kind == "merge":
        return merge(TARGET, said)
    if kind == "tested":
        test = {"op": "test", "path": "/log", "value": []}
        return operations(TARGET, test, {"op": "add", "path": "/log/-", "value": said})
    return delete(TARGET) if kind == "DELETE" else written("PUT", TARGET, said)


def follows(state: Any, kind: str, said: Any) -> Any:
    """The state after a write, told without the code under test where that is simple."""
    if kind in ("append", "tested"):
        return {**state, "log": [*state["log"], said]}
    if kind == "merge":
        return patch.merge_patch(state, said)
    return None if kind == "DELETE" else said


async def left(said: Sequence[Said], faults: Sequence[tuple[str, int]], *, coalesce: bool) -> Any:
    world = Protected(route=replace(ROUTE, honours_if_match=True, coalesce=coalesce))
    world.begins()
    writes = [await world.takes(request(kind, what)) for kind, what in said]
    for fault, call in faults:
        process = Process()
        setattr(process, fault, call)
        with suppress(Died):
            await world.drained(LANE, process)
        world.clock.advance(61_000)
    await world.finishes()
    receipts = [world.receipt(write.id) for write in writes]
    assert {each and each.state for each in receipts} <= {"applied", "superseded"}
    return world.shows


N = st.integers(0, 9)
WRITES = st.lists(
    st.one_of(
        st.tuples(st.just("append"), N),
        st.tuples(st.just("append"), N),
        st.tuples(st.just("merge"), st.fixed_dictionaries({"a": st.none() | N})),
        st.tuples(st.just("PUT"), st.fixed_dictionaries({"log": st.lists(N, max_size=2), "b": N})),
    ),
    min_size=1,
    max_size=6,
)
FAULTS = st.tuples(st.sampled_from(("dies_at", "loses_at", "vanishes_at", "refused_at")), st.integers(2, 30))


@settings(derandomize=True, database=None, deadline=None, max_examples=300)
@given(WRITES, st.lists(FAULTS, min_size=1, max_size=2), st.booleans())
async def test_whichever_calls_fail_the_origin_has_each_write_once(
    said: list[Said], faults: list[tuple[str, int]], coalesce: bool
) -> None:
    state: Any = BEFORE
    for kind, what in said:
        state = follows(state, kind, what)
    assert await left(said, faults, coalesce=coalesce) == state


@pytest.mark.parametrize("fault", ["dies_at", "loses_at"])
@pytest.mark.parametrize("coalesce", [False, True])
@pytest.mark.parametrize("first", ["append", "tested"])
@pytest.mark.parametrize("then", [None, ("append", 2), ("merge", {"a": 1}), ("PUT", {"log": [7]})])
async def test_a_json_patch_whose_answer_is_lost_is_applied_once_though_others_wait_behind_it(
    fault: str, coalesce: bool, first: str, then: Said | None
) -> None:
    for call in range(2, 12):
        said = [(first, 1), then] if then else [(first, 1)]
        shown = await left(said, [(fault, call)], coalesce=coalesce)
        assert shown == (follows({"log": [1]}, *then) if then else {"log": [1]}), call
