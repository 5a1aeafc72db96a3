"""What an accepted write costs, in calls and in the operations that Momento meters: one for each KB, two for each KB of
a check-and-set or a consistent read."""

from __future__ import annotations

import itertools

import pytest

from homeport.messages import Response
from tests.cost.cost_world import Bill, Priced, operations
from tests.homeport.writing_world import about, put, stored

_numbers = itertools.count()
SMALL, LARGE = 256, 19 * 1024
"""Of a body, in octets: with its line the entry then is below 1 KB, and between 20 and 21 KB with one more request."""


async def written(priced: Priced, octets: int) -> tuple[str, Bill, Bill]:
    """A PUT onto an item that both regions know; what it cost before its answer."""
    target = f"/items/cost-{next(_numbers)}"
    await priced.drain(target)  # what other tests have left in its lane
    await priced.keep(stored(target, b"x" * octets), about(target).key)
    await priced.bills()
    answer = await priced.send(put(target, b"y" * octets))
    assert isinstance(answer, Response)
    assert answer.status == 202
    return (target, *await priced.bills())


@pytest.mark.parametrize(("octets", "read", "commit"), [(SMALL, 2, 2), (LARGE, 40, 40)])
async def test_an_accepted_write_is_a_put_a_read_and_a_compare_and_set(
    priced: Priced, octets: int, read: int, commit: int
) -> None:
    _, home, away = await written(priced, octets)
    assert home == {"SortedSetPut": (1, 1), "GetWithHash": (1, read), "SetIfHash": (1, commit)}
    assert away == {}


async def test_what_runs_behind_the_answer_is_one_message(priced: Priced) -> None:
    await written(priced, SMALL)
    await priced.surroundings.run_behind()
    home, away = await priced.bills()
    assert (home, away) == ({"Publish": (1, 1)}, {})
    assert len(priced.kicks.kicks) == 1


@pytest.mark.parametrize(("octets", "entry"), [(SMALL, 2), (LARGE, 40)])
async def test_a_drained_write_leaves_no_body_anywhere(priced: Priced, octets: int, entry: int) -> None:
    target, *_ = await written(priced, octets)
    priced.surroundings.drop_behind()
    await priced.drain(target)
    home, away = await priced.bills()
    assert home == {
        "GetWithHash": (1, entry),
        "SetIf": (3, 6),  # the lease taken and given free, and the receipt
        "SetIfHash": (1, 2),
        "SortedSetFetch": (2, 2),
        "SortedSetRemove": (1, 1),
    }
    assert away == {"GetWithHash": (1, entry // 2), "SetIfHash": (1, 2)}
    assert (operations(home), operations(away)) == (11 + entry, entry // 2 + 2)


@pytest.mark.parametrize("writes", [1, 5])
async def test_a_drain_that_operators_may_look_at_costs_two_operations_more_whatever_it_settles(
    priced: Priced, writes: int
) -> None:
    # Their Momento is the other tests', too, and a receipt that is there already is nobody's event.
    priced.surroundings.tokens += [""] * 1000 * writes
    target, *_ = await written(priced, SMALL)
    for n in range(1, writes):
        await priced.send(put(target, b"z%d" % n))
    priced.surroundings.drop_behind()
    await priced.drain(target, history=True)
    before = (await priced.bills())[0]
    await priced.surroundings.run_behind()
    assert "ListPushFront" not in before
    assert await priced.bills() == ({"SortedSetIncrement": (1, 1), "ListPushFront": (1, 1)}, {})
