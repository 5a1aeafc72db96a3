"""A client's own Idempotency-Key, at the edge: one write, one receipt, whatever is sent again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from homeport import keys
from homeport.draining.stray import YOUNG_MS
from homeport.messages import Headers, Request, Response
from homeport.writing.commit import DEADLINE_MS
from homeport.writing.idempotency import FREE, digest
from homeport.writing.once import LATEST_MS
from tests.homeport.edge_world import KEY, NOTE, TARGET, Shore, body_of
from tests.homeport.homeport_world import failing
from tests.homeport.writing_processes import Died, Process
from tests.homeport.writing_world import HOME, journal, lane_of, put, stored

NAMED = ("idempotency-key", '"k-1"')
RECORD = keys.attempt(digest("k-1", "")).encode()


@pytest.fixture
def shore() -> Iterator[Shore]:
    found = Shore()
    yield found
    found.surroundings.drop_behind()


def keyed(body: bytes = b"new", *fields: tuple[str, str], target: str = TARGET) -> Request:
    return put(target, body, NAMED, *fields)


def type_of(answer: Response) -> str:
    return str(body_of(answer)["type"]).rpartition("/")[2]


async def died(shore: Shore, by: Process) -> None:
    with pytest.raises(Died):
        await shore.own(keyed(), by=by)
    shore.surroundings.drop_behind()


async def test_a_first_attempt_takes_two_round_trips_and_one_more_operation(shore: Shore) -> None:
    process = Process()
    assert (await shore.own(keyed(), by=process)).status == 202
    assert sorted(process.calls[:3]) == sorted(
        [
            f"{HOME} set_if {RECORD.decode()}",
            f"{HOME} sorted_set_put q:{lane_of(TARGET)}",
            f"{HOME} get_with_hash e:{KEY}",
        ]
    )
    assert process.calls[3] == f"{HOME} set_if e:{KEY}"


async def test_the_same_request_again_has_the_same_receipt_and_is_one_write(shore: Shore) -> None:
    first, second = await shore.own(keyed()), await shore.own(keyed())
    assert (first.status, second.status) == (202, 202)
    assert first.headers.get("location") == second.headers.get("location")
    assert [bytes(item.body) for item in shore.entry(TARGET).pending] == [b"new"]
    assert len(shore.members(shore.home)) == 1


async def test_after_it_was_settled_the_origins_answer_is_given(shore: Shore) -> None:
    where = (await shore.own(keyed())).headers.get("location")
    await shore.drain(lane_of(TARGET))
    again = await shore.own(keyed())
    assert again.status == 200
    assert body_of(again)["state"] == "applied"
    assert where is not None
    assert where in str(again.headers.get("link"))
    assert journal(shore, TARGET) == [b"new"]


async def test_a_replay_bears_its_authors_key(shore: Shore) -> None:
    await shore.own(keyed())
    await shore.drain(lane_of(TARGET))
    assert shore.origin.requests[-1].headers.get("idempotency-key") == '"k-1"'


@pytest.mark.parametrize(
    "other",
    [
        keyed(b"another"),
        keyed(b"new", ("if-match", "*")),
        keyed(target="/items/another"),
        Request("DELETE", TARGET, Headers([NAMED])),
    ],
)
async def test_another_request_under_the_key_is_refused(shore: Shore, other: Request) -> None:
    await shore.own(keyed())
    answer = await shore.own(other)
    assert (answer.status, type_of(answer)) == (422, "idempotency-key-reused")
    assert len(shore.entry(TARGET).pending) == 1
    assert len(shore.members(shore.home)) == 1


async def test_a_bare_key_is_the_same_and_a_malformed_one_is_refused(shore: Shore) -> None:
    first = await shore.own(keyed())
    bare = await shore.own(put(TARGET, b"new", ("idempotency-key", "k-1")))
    assert bare.headers.get("location") == first.headers.get("location")
    answer = await shore.own(put(TARGET, b"new", ("idempotency-key", '"')))
    assert (answer.status, type_of(answer)) == (400, "malformed-idempotency-key")


async def test_while_the_first_attempt_may_be_at_work_there_is_a_conflict(shore: Shore) -> None:
    await died(shore, Process(dies_at=4))
    answer = await shore.own(keyed())
    assert (answer.status, type_of(answer)) == (409, "request-in-progress")
    assert answer.headers.get("retry-after") == str(DEADLINE_MS // 1000)
    shore.clock.advance(DEADLINE_MS - 1)
    assert (await shore.own(keyed())).headers.get("retry-after") == "1"


async def test_a_retry_of_what_took_nothing_begins_anew_under_the_same_id(shore: Shore) -> None:
    await died(shore, Process(dies_at=4))
    (member,) = shore.members(shore.home)
    shore.clock.advance(DEADLINE_MS)
    answer = await shore.own(keyed())
    assert answer.status == 202
    assert shore.members(shore.home) == [member]
    assert body_of(answer)["id"] == keys.parse_member(member.encode())[1]


async def test_a_retry_begins_nothing_that_a_drain_might_call_lost(shore: Shore) -> None:
    assert LATEST_MS == YOUNG_MS - DEADLINE_MS - 5_000
    await died(shore, Process(dies_at=4))
    shore.clock.advance(LATEST_MS)
    answer = await shore.own(keyed())
    assert (answer.status, type_of(answer)) == (503, "outcome-unknown")
    assert shore.home.kept(KEY) is None


async def test_a_retry_that_is_held_up_commits_nothing_late(shore: Shore) -> None:
    await died(shore, Process(dies_at=4))
    shore.clock.advance(LATEST_MS - 1)

    async def a_jump() -> None:
        shore.clock.advance(DEADLINE_MS + 2)

    # 1 claim, 2 put, 3 entry, 4 remove, 5 record, 6 entry, 7 receipt, 8 reopen, 9 put, 10 entry, 11 receipt
    answer = await shore.own(keyed(), by=Process(before={11: a_jump}))
    assert (answer.status, shore.home.kept(KEY)) == (503, None)


async def test_of_two_retries_one_begins(shore: Shore) -> None:
    await died(shore, Process(dies_at=4))
    shore.clock.advance(DEADLINE_MS)

    async def another() -> None:
        assert (await shore.own(keyed())).status == 202

    answer = await shore.own(keyed(), by=Process(before={8: another}))
    assert answer.status == 409
    assert len(shore.entry(TARGET).pending) == 1


async def test_a_committed_write_is_found_by_its_key_although_its_author_was_told_nothing(
    shore: Shore,
) -> None:
    await died(shore, Process(dies_at=5, loses_at=4))
    answer = await shore.own(keyed())
    assert answer.status == 202
    assert len(shore.entry(TARGET).pending) == 1


async def test_a_refusal_that_is_certain_frees_the_key(shore: Shore) -> None:
    shore.home.keep(KEY, stored(TARGET))
    refused = await shore.own(keyed(b"new", ("if-none-match", "*")))
    assert refused.status == 412
    assert shore.members(shore.home) == []
    assert shore.home.cache.store.content(RECORD, bytes) == FREE
    assert (await shore.own(keyed())).status == 202


@pytest.mark.parametrize("process", [Process(vanishes_at=2), Process(vanishes_at=3), Process(refused_at=2)])
async def test_where_the_index_or_the_entry_failed_nothing_is_taken(shore: Shore, process: Process) -> None:
    assert (await shore.own(keyed(), by=process)).status == 503
    assert shore.home.kept(KEY) is None
    assert (await shore.own(keyed())).status == 202


@pytest.mark.parametrize("process", [Process(vanishes_at=1), Process(loses_at=1), Process(refused_at=1)])
async def test_where_the_claim_failed_nothing_is_committed(shore: Shore, process: Process) -> None:
    answer = await shore.own(keyed(), by=process)
    assert (answer.status, type_of(answer)) == (503, "outcome-unknown")
    assert shore.home.kept(KEY) is None
    shore.clock.advance(DEADLINE_MS)
    assert (await shore.own(keyed())).status == 202


async def test_a_route_whose_writes_may_pass_a_dead_region_lets_them_with_their_key(shore: Shore) -> None:
    shore.home.cache.faults = failing()
    answer = await shore.send(keyed(target=NOTE))
    assert answer.status == 200
    assert shore.origin.requests[-1].headers.get("idempotency-key") == '"k-1"'
    shore.surroundings.drop_behind()


@pytest.mark.parametrize("octets", [b"damaged", b'{"format":2}'])
async def test_a_record_that_cannot_be_read_starts_no_second_attempt(shore: Shore, octets: bytes) -> None:
    shore.home.cache.store.put(RECORD, octets, 60_000)
    answer = await shore.own(keyed())
    assert (answer.status, type_of(answer)) == (503, "outcome-unknown")
    assert shore.home.kept(KEY) is None


@pytest.mark.parametrize("call", [5, 6, 7, 8])
async def test_a_retry_that_cannot_look_says_so(shore: Shore, call: int) -> None:
    await died(shore, Process(dies_at=4))
    shore.clock.advance(DEADLINE_MS)
    answer = await shore.own(keyed(), by=Process(vanishes_at=call))
    assert answer.status == (409 if call == 8 else 503)
    assert shore.home.kept(KEY) is None
    assert (await shore.own(keyed())).status == 202


async def test_a_write_that_goes_straight_is_not_recorded(shore: Shore) -> None:
    await shore.send(keyed(b"new", ("cookie", "a=b")))
    await shore.surroundings.run_behind()
    assert (shore.visit.forwarded, shore.home.cache.store.content(RECORD, bytes)) == (1, None)
