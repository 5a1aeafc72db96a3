"""An author's precondition, replayed: what 412 and 409 mean, and what becomes of the write then."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport import keys
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.routing import Conflict
from homeport.writing.representation import merged
from tests.homeport.conditional_world import ConditionalWorld
from tests.homeport.patch_world import JSON, merge, operations
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import in_one_lane, put

LANE = 0
TARGET = in_one_lane(1, LANE)[0]
OWN = ("if-match", '"1"')
REFUSED = "conflict: the origin refused it with 412"


def deletion(*fields: tuple[str, str]) -> Request:
    return Request("DELETE", TARGET, Headers(fields))


async def one(request: Request, **route: object) -> tuple[ConditionalWorld, str]:
    """A world in which that write is pending, and its name."""
    world = ConditionalWorld()
    world.route = replace(world.route, **route)  # type: ignore[arg-type]
    world.knows(TARGET)
    return world, (await world.takes(request)).id


def said(world: ConditionalWorld, name: str) -> tuple[str, int | None, str | None]:
    receipt = world.receipt(name)
    return (receipt.state, receipt.status, receipt.reason) if receipt else ("pending", None, None)


async def test_it_is_replayed_as_it_came_and_applied() -> None:
    world, name = await one(put(TARGET, b"new", OWN))
    await world.drained(LANE)
    assert world.sent() == [("PUT", '"1"', None)]
    assert said(world, name) == ("applied", 200, None)


async def test_that_it_is_sent_is_noted_before_it_is() -> None:
    world, _ = await one(put(TARGET, b"new", OWN))
    process = Process()
    await world.drained(LANE, process)
    sending = process.calls.index(f"origin PUT {TARGET}")
    assert "set_if_hash e:" in process.calls[sending - 1]


@pytest.mark.parametrize(("fields", "dedupes"), [((), False), ((OWN,), True)])
async def test_nothing_is_noted_where_nobody_needs_it(
    fields: tuple[tuple[str, str], ...], dedupes: bool
) -> None:
    world, _ = await one(put(TARGET, b"new", *fields), deduplicates=dedupes)
    process = Process()
    await world.drained(LANE, process)
    sending = process.calls.index(f"origin PUT {TARGET}")
    assert "get_with_hash e:" in process.calls[sending - 1]


async def test_where_it_cannot_be_noted_nothing_is_sent() -> None:
    world, name = await one(put(TARGET, b"new", OWN))
    # 1 lease, 2 queue, 3 entry, 4 the note
    await world.drained(LANE, Process(vanishes_at=4))
    assert (world.sent(), said(world, name)[0]) == ([], "pending")
    await world.drained(LANE)
    assert said(world, name)[0] == "applied"


async def test_a_writer_who_comes_before_the_note_is_not_lost() -> None:
    world, name = await one(put(TARGET, b"new", OWN))

    async def another() -> None:
        await world.takes(put(TARGET, b"newer"))

    await world.drained(LANE, Process(before={4: another}))
    assert [body for _, _, body in world.origin.journal] == [b"old", b"new", b"newer"]
    assert said(world, name)[0] == "applied"


@pytest.mark.parametrize(("policy", "reason"), [("origin", REFUSED), ("park", f"parked, {REFUSED}")])
async def test_a_first_412_is_a_conflict_and_the_origins_state_stands(policy: Conflict, reason: str) -> None:
    world, name = await one(put(TARGET, b"new", OWN), conflict=policy)
    world.origin.put(TARGET, b"elsewhere")
    await world.drained(LANE)
    assert said(world, name) == ("dead", 412, reason)
    assert world.origin.items[TARGET] == b"elsewhere"
    assert world.sent() == [("PUT", '"1"', None)]
    assert world.home.cache.store.item(keys.DEAD.encode()) is not None


async def test_ours_is_sent_again_without_its_authors_condition_under_a_key_of_its_own() -> None:
    world, name = await one(put(TARGET, b"new", OWN), conflict="ours")
    world.origin.put(TARGET, b"elsewhere")
    await world.drained(LANE)
    assert said(world, name) == ("applied", 200, None)
    assert world.sent() == [("PUT", '"1"', None), ("PUT", None, None)]
    first, second = (each.headers.get("idempotency-key") for each in world.origin.requests)
    assert (first, second) == (name, f"{name}-ours")


async def test_a_409_has_no_condition_to_leave_out() -> None:
    world, name = await one(put(TARGET, b"new", OWN), conflict="ours")
    world.origin.answers[TARGET] = [Response(409)]
    await world.drained(LANE)
    assert said(world, name) == ("dead", 409, "conflict: the origin refused it with 409")
    assert len(world.sent()) == 1


@pytest.mark.parametrize("request_", [put(TARGET, b"new", OWN), deletion(OWN)])
async def test_412_to_what_was_applied_before_is_no_conflict(request_: Request) -> None:
    """The drainer dies between the answer and the receipt."""
    world, name = await one(request_)
    with pytest.raises(Died):
        await world.drained(LANE, Process(dies_at=6))
    world.clock.advance(31_000)
    await world.drained(LANE)
    assert said(world, name)[0] == "applied"
    assert len(world.origin.journal) == 2
    assert [method for method, _, _ in world.sent()] == [request_.method, request_.method, "GET"]
    assert [*world.sent()[-1][1:]] == [None, None]


async def test_so_it_is_where_the_answer_was_lost() -> None:
    world, name = await one(put(TARGET, b"new", OWN))
    await world.drained(LANE, Process(loses_at=5))
    assert said(world, name)[0] == "pending"
    world.clock.advance(2_000)
    await world.drained(LANE)
    assert said(world, name) == ("applied", 200, None)
    assert len(world.origin.journal) == 2


async def test_409_to_a_creation_that_was_applied_before_is_no_conflict() -> None:
    world = ConditionalWorld()
    write = await world.takes(put(TARGET, b"new", ("if-none-match", "*")))
    await world.drained(LANE, Process(loses_at=5))
    world.clock.advance(2_000)
    world.origin.answers[TARGET] = [Response(409)]
    await world.drained(LANE)
    assert world.state(write)[0] == "applied"
    assert world.origin.items[TARGET] == b"new"


async def test_what_another_wrote_after_an_unknown_attempt_is_a_conflict() -> None:
    world, name = await one(put(TARGET, b"new", OWN))
    await world.drained(LANE, Process(loses_at=5))
    world.origin.put(TARGET, b"elsewhere")
    world.clock.advance(2_000)
    await world.drained(LANE)
    assert said(world, name) == ("dead", 412, REFUSED)


@pytest.mark.parametrize("answer", [Response(503), NoAnswer("it took too long"), Response(429)])
async def test_an_origin_that_does_not_show_its_state_is_asked_later(answer: Response | NoAnswer) -> None:
    world, name = await one(put(TARGET, b"new", OWN))
    await world.drained(LANE, Process(loses_at=5))
    world.clock.advance(2_000)
    world.origin.answers[TARGET] = [Response(412), answer]
    await world.drained(LANE)
    assert said(world, name)[0] == "pending"
    world.clock.advance(5_000)
    await world.drained(LANE)
    assert said(world, name)[0] == "applied"


async def patched(request: Request, left: bytes) -> str:
    """What becomes of a patch whose answer was lost, where the origin then shows what is `left`."""
    world = ConditionalWorld()
    entry = world.knows(TARGET, b'{"a":1,"log":[]}')
    world.home.keep(
        world.write(TARGET, b"").resource.key, entry.version("n1", header=JSON.plus(("etag", '"1"')))
    )
    write = await world.takes(replace(request, headers=request.headers.plus(OWN)))
    world.origin.answers[TARGET] = [NoAnswer("lost"), Response(412), Response(200, JSON, left)]
    await world.drained(LANE)
    world.clock.advance(2_000)
    await world.drained(LANE)
    return world.state(write)[0]


APPEND = operations(TARGET, {"op": "add", "path": "/log/-", "value": 1})


@pytest.mark.parametrize(
    ("request_", "left", "state"),
    [
        (merge(TARGET, {"a": 2}), b'{"a":2,"log":[]}', "applied"),
        (merge(TARGET, {"a": 2}), b'{ "log": [], "a": 2.0, "b": 3 }', "applied"),
        (merge(TARGET, {"a": 2}), b'{"a":3,"log":[]}', "dead"),
        (APPEND, b'{"a":1, "log":[1]}', "applied"),
        (APPEND, b'{"a":1, "log":[]}', "dead"),
        (APPEND, b'{"a":1, "log":[2,1]}', "dead"),
    ],
)
async def test_a_patch_shows_where_it_would_change_nothing_or_the_state_is_what_it_left(
    request_: Request, left: bytes, state: str
) -> None:
    assert await patched(request_, left) == state


async def test_what_is_merged_shows_by_its_own_members() -> None:
    world, name = await one(put(TARGET, b'{"a":2}', OWN))
    world.route = replace(world.route, representation=merged)
    world.origin.answers[TARGET] = [NoAnswer("lost"), Response(412), Response(200, JSON, b'{"b":1,"a":2}')]
    entry = world.entry(TARGET)
    items = tuple(replace(each, header=JSON.plus(OWN)) for each in entry.pending)
    world.home.keep(world.write(TARGET, b"").resource.key, entry.version("n9", pending=items))
    await world.drained(LANE)
    world.clock.advance(2_000)
    await world.drained(LANE)
    assert said(world, name)[0] == "applied"
