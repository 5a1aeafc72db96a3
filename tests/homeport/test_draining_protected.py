"""honours_if_match: every replay is conditional on the state before it, so that a late one overwrites nothing."""

from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.draining.conflict import replayed
from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers, NoAnswer, Request, Response
from homeport.writing.conditions import ABSENT
from tests.homeport.conditional_world import ConditionalWorld
from tests.homeport.homeport_world import NOON
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import about, in_one_lane, put

LANE = 0
TARGET = in_one_lane(1, LANE)[0]
GET = ("GET", None, None)


def protected(*, known: bool = True) -> ConditionalWorld:
    world = ConditionalWorld()
    world.route = replace(world.route, honours_if_match=True)
    if known:
        world.knows(TARGET)
    return world


async def takes(world: ConditionalWorld, *bodies: bytes | None) -> list[str]:
    requests = [Request("DELETE", TARGET) if body is None else put(TARGET, body) for body in bodies]
    return [(await world.takes(each)).id for each in requests]


def states(world: ConditionalWorld, names: list[str]) -> list[str]:
    return [receipt.state if (receipt := world.receipt(name)) else "pending" for name in names]


async def test_each_replay_stands_on_the_tag_that_the_last_one_left() -> None:
    world = protected()
    names = await takes(world, b"1", b"2", None, b"3")
    await world.drained(LANE)
    assert states(world, names) == ["applied"] * 4
    assert world.sent() == [
        ("PUT", '"1"', None),
        ("PUT", '"2"', None),
        ("DELETE", '"3"', None),
        ("PUT", None, "*"),
    ]


async def test_what_nobody_knows_is_asked_before_it_is_sent() -> None:
    world = protected(known=False)
    world.origin.put(TARGET, b"old")
    names = await takes(world, b"1")
    await world.drained(LANE)
    assert (world.sent(), states(world, names)) == ([GET, ("PUT", '"1"', None)], ["applied"])


async def test_what_is_not_there_is_only_made_where_it_is_not_there() -> None:
    world = protected(known=False)
    names = await takes(world, b"1", None, None)
    await world.drained(LANE)
    assert world.sent() == [GET, ("PUT", None, "*"), ("DELETE", '"1"', None), ("DELETE", None, "*")]
    assert states(world, names) == ["applied"] * 3


async def test_a_first_412_only_says_that_the_state_changed_elsewhere() -> None:
    world = protected()
    names = await takes(world, b"1")
    world.origin.put(TARGET, b"elsewhere")
    await world.drained(LANE)
    assert world.sent() == [("PUT", '"1"', None), GET, ("PUT", '"2"', None)]
    assert (states(world, names), world.origin.items[TARGET]) == (["applied"], b"1")


async def test_a_state_that_changes_each_time_is_tried_later() -> None:
    world = protected()
    names = await takes(world, b"1")
    state = Response(200, Headers([("etag", '"7"')]), b"elsewhere")
    world.origin.answers[TARGET] = [each for _ in range(4) for each in (Response(412), state)]
    await world.drained(LANE)
    assert (len(world.sent()), states(world, names)) == (8, ["pending"])
    assert world.entry(TARGET).pending[0].tries == 1
    world.clock.advance(2_000)
    await world.drained(LANE)
    assert states(world, names) == ["applied"]


async def test_what_a_drainer_that_died_has_sent_is_not_sent_again() -> None:
    world = protected()
    names = await takes(world, b"1", b"2")
    with pytest.raises(Died):
        await world.drained(LANE, Process(dies_at=6))
    world.clock.advance(31_000)
    await world.drained(LANE)
    assert [body for _, _, body in world.origin.journal] == [b"old", b"1", b"2"]
    assert states(world, names) == ["applied"] * 2
    assert world.sent()[-3:] == [("PUT", '"1"', None), GET, ("PUT", '"2"', None)]


async def test_a_request_that_arrives_late_overwrites_nothing() -> None:
    world = protected()
    await takes(world, b"1", b"2")
    process = Process(vanishes_at=5)
    await world.drained(LANE, process)
    late = replayed(world.entry(TARGET).pending[0], '"1"', authors=True)
    world.clock.advance(2_000)
    await world.drained(LANE)
    assert world.origin.act(late).status == 412
    assert world.origin.items[TARGET] == b"2"


async def test_what_was_sent_on_a_tag_that_nobody_noted_is_looked_for_first() -> None:
    world = protected(known=False)
    world.origin.put(TARGET, b"old")
    names = await takes(world, b"1")
    # 1 lease, 2 queue, 3 entry, 4 the note, 5 the question, 6 the write
    await world.drained(LANE, Process(loses_at=6))
    world.clock.advance(2_000)
    await world.drained(LANE)
    assert (states(world, names), len(world.origin.journal)) == (["applied"], 2)
    assert world.sent()[2:] == [GET]


@pytest.mark.parametrize("how", ["weak", "says_tags"])
async def test_an_origin_without_strong_tags_is_unprotected_and_that_is_said(how: str) -> None:
    world = protected(known=False)
    setattr(world.origin, how, how == "weak")
    world.origin.put(TARGET, b"old")
    names = await takes(world, b"1")
    await world.drained(LANE)
    assert (world.sent(), states(world, names)) == ([GET, ("PUT", None, None)], ["applied"])
    event = {"region": world.home.name, "key": about(TARGET).key, "id": names[0]}
    assert ("unprotected", event) in world.surroundings.events


async def test_after_an_answer_without_a_tag_it_is_asked_for() -> None:
    world = protected()
    names = await takes(world, b"1", b"2")
    world.origin.answers[TARGET] = [Response(204), Response(200, Headers([("etag", '"1"')]), b"old")]
    await world.drained(LANE)
    assert world.sent() == [("PUT", '"1"', None), GET, ("PUT", '"1"', None)]
    assert states(world, names) == ["applied"] * 2


async def test_after_a_refusal_the_state_is_asked_for() -> None:
    world = protected()
    names = await takes(world, b"1", b"2")
    world.origin.answers[TARGET] = [Response(422)]
    await world.drained(LANE)
    assert states(world, names) == ["dead", "applied"]
    assert world.sent()[-2:] == [GET, ("PUT", '"1"', None)]


@pytest.mark.parametrize("answer", [Response(503), NoAnswer("it could not be reached")])
async def test_an_origin_that_does_not_tell_its_tag_gets_nothing_yet(answer: Response | NoAnswer) -> None:
    world = protected(known=False)
    names = await takes(world, b"1")
    world.origin.answers[TARGET] = [answer]
    await world.drained(LANE)
    assert (world.sent(), states(world, names)) == ([GET], ["pending"])


async def test_an_authors_condition_that_fails_on_the_new_state_is_a_conflict() -> None:
    world = protected()
    write = await world.takes(put(TARGET, b"1", ("if-match", '"1"')))
    world.origin.put(TARGET, b"elsewhere")
    await world.drained(LANE)
    assert world.state(write) == ("dead", 412, "conflict: the origin refused it with 412")
    assert world.sent() == [("PUT", '"1"', None), GET]


async def test_ours_is_sent_on_the_new_state() -> None:
    world = protected()
    world.route = replace(world.route, conflict="ours")
    write = await world.takes(put(TARGET, b"1", ("if-match", '"1"')))
    world.origin.put(TARGET, b"elsewhere")
    await world.drained(LANE)
    assert (world.state(write)[0], world.origin.items[TARGET]) == ("applied", b"1")
    assert world.sent()[-1] == ("PUT", '"2"', None)


async def test_an_authors_star_holds_on_the_new_state() -> None:
    world = protected()
    write = await world.takes(put(TARGET, b"1", ("if-match", "*")))
    world.origin.put(TARGET, b"elsewhere")
    await world.drained(LANE)
    assert world.state(write)[0] == "applied"
    assert world.sent() == [("PUT", '"1"', None), GET, ("PUT", '"2"', None)]


async def test_no_request_is_begun_that_the_lease_does_not_cover() -> None:
    world = protected()
    names = await takes(world, b"1")
    world.origin.put(TARGET, b"elsewhere")

    async def long() -> None:
        world.clock.advance(40_000)

    # 1 lease, 2 queue, 3 entry, 4 the note, 5 the write
    await world.drained(LANE, Process(before={5: long}))
    assert (world.sent(), states(world, names)) == ([("PUT", '"1"', None)], ["pending"])


@pytest.mark.parametrize(
    ("fields", "tag", "match", "none_match"),
    [
        ((), "", None, None),
        ((), '"1"', '"1"', None),
        ((), ABSENT, None, "*"),
        ((("if-match", "*"),), '"1"', '"1"', None),
        ((("if-match", '"0", "1"'),), '"1"', '"1"', None),
        ((("if-match", '"0"'),), '"1"', '"0"', None),
        ((("if-match", '"0"'),), ABSENT, '"0"', "*"),
        ((("if-none-match", "*"),), '"1"', '"1"', "*"),
        ((("if-none-match", '"0"'),), '"1"', '"1"', '"0"'),
        ((("if-none-match", '"0"'),), ABSENT, None, "*"),
    ],
)
def test_the_tag_takes_the_place_of_what_it_is_stricter_than(
    fields: tuple[tuple[str, str], ...], tag: str, match: str | None, none_match: str | None
) -> None:
    item = Pending("a" * 32, 1, NOON, "PUT", TARGET, Headers(fields))
    request = replayed(item, tag, authors=True)
    assert (request.headers.get("if-match"), request.headers.get("if-none-match")) == (match, none_match)
    assert request.headers.get("idempotency-key") == item.id


def test_a_replay_bears_its_authors_key_unless_it_is_another_request() -> None:
    item = Pending("a" * 32, 1, NOON, "PUT", TARGET, NO_FIELDS, key='"k"')
    keys = [replayed(item, "", authors=authors).headers.get("idempotency-key") for authors in (True, False)]
    assert keys == ['"k"', f"{item.id}-ours"]
