"""The breaker, by sentences and against a model of what it owes."""

from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    MultipleResults,
    RuleBasedStateMachine,
    consumes,
    invariant,
    multiple,
    rule,
)

from homeport.regions.breaker import FIRST_MS, LONGEST_MS, PROBE_MS, Breaker

NOON = 1_700_000_000_000


def opened() -> Breaker:
    breaker = Breaker()
    assert breaker.failed(breaker.turn, NOON) == FIRST_MS
    return breaker


def probing(at: int = NOON + FIRST_MS) -> tuple[Breaker, int]:
    breaker = opened()
    turn = breaker.probe(at)
    assert turn is not None
    return breaker, turn


def test_it_begins_closed() -> None:
    assert Breaker().closed


def test_the_times_are_those_that_are_documented() -> None:
    assert (FIRST_MS, LONGEST_MS, PROBE_MS) == (2_000, 30_000, 10_000)


def test_the_first_failure_opens_it() -> None:
    assert not opened().closed


@pytest.mark.parametrize(("after", "goes"), [(0, False), (FIRST_MS - 1, False), (FIRST_MS, True)])
def test_nobody_goes_before_the_pause_is_over(after: int, goes: bool) -> None:
    assert (opened().probe(NOON + after) is not None) is goes


def test_one_probe_goes_and_no_second_one_until_it_reports() -> None:
    breaker, _ = probing()
    assert [breaker.probe(NOON + FIRST_MS + later) for later in (0, 1, PROBE_MS - 1)] == [None, None, None]


def test_each_failed_probe_doubles_the_pause_up_to_the_longest() -> None:
    breaker, now, pauses = opened(), NOON, [FIRST_MS]
    for _ in range(6):
        now += pauses[-1]
        assert breaker.probe(now - 1) is None
        turn = breaker.probe(now)
        assert turn is not None
        pauses.append(breaker.failed(turn, now) or 0)
    assert pauses == [2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000]


def test_a_probe_that_is_answered_closes_it_and_the_next_pause_is_the_first_again() -> None:
    breaker, turn = probing()
    breaker.failed(turn, NOON + 5_000)
    assert breaker.probe(NOON + 9_000) is not None
    assert breaker.answered()
    assert breaker.closed
    assert breaker.failed(breaker.turn, NOON + 9_100) == FIRST_MS


def test_an_answer_while_it_is_closed_is_nothing_new() -> None:
    assert not Breaker().answered()


def test_an_answer_that_comes_late_closes_it_too() -> None:
    breaker = opened()
    assert breaker.answered()
    assert breaker.closed


def test_a_late_failure_of_a_read_that_began_before_it_opened_changes_nothing() -> None:
    breaker = Breaker()
    early = breaker.turn
    breaker.failed(early, NOON)
    assert breaker.failed(early, NOON + 1_000) is None
    assert breaker.probe(NOON + FIRST_MS) is not None
    assert breaker.failed(early, NOON + 2_100) is None


def test_a_late_failure_of_a_read_that_began_before_it_closed_does_not_open_it() -> None:
    breaker = Breaker()
    early = breaker.turn
    breaker.failed(early, NOON)
    breaker.answered()
    assert breaker.failed(early, NOON + 1_000) is None
    assert breaker.closed


def test_a_probe_that_fails_after_a_late_answer_has_closed_it_does_not_open_it() -> None:
    breaker, turn = probing()
    breaker.answered()
    assert breaker.failed(turn, NOON + 3_000) is None
    assert breaker.closed


def test_a_probe_that_never_reports_gives_its_place_to_another_and_does_not_double_the_pause() -> None:
    breaker, lost = probing()
    second = breaker.probe(NOON + FIRST_MS + PROBE_MS)
    assert second is not None
    assert breaker.failed(lost, NOON + 13_000) is None
    assert breaker.failed(second, NOON + 13_000) == 2 * FIRST_MS


def test_a_probe_that_reports_late_and_was_not_replaced_counts() -> None:
    breaker, turn = probing()
    assert breaker.failed(turn, NOON + 60_000) == 2 * FIRST_MS
    assert breaker.probe(NOON + 60_000 + 2 * FIRST_MS - 1) is None


def test_a_clock_that_is_set_back_keeps_no_region_away() -> None:
    assert opened().probe(NOON - 3_600_000) is not None


class AgainstTheModel(RuleBasedStateMachine):
    """`fresh` are the reads that have begun since the last transition: only they can open it."""

    reads: Bundle[tuple[int, int]] = Bundle("reads")

    def __init__(self) -> None:
        super().__init__()
        self.breaker = Breaker()
        self.now = NOON
        self.closed = True
        self.pause = 0
        self.not_before = 0
        self.probes_out: list[tuple[int, int]] = []
        self.fresh: set[int] = set()
        self.begun = 0

    @rule(target=reads)
    def begin(self) -> tuple[int, int] | MultipleResults[tuple[int, int]]:
        turn = self.breaker.turn if self.breaker.closed else self.breaker.probe(self.now)
        assert (turn is not None) == (self.closed or self.now >= self.not_before)
        if turn is None:
            return multiple()
        self.begun += 1
        if not self.closed:
            self.fresh = set()
            self.not_before = self.now + PROBE_MS
            self.probes_out = [(self.begun, self.now)]
        self.fresh.add(self.begun)
        return self.begun, turn

    @rule(read=consumes(reads))
    def find_it_dead(self, read: tuple[int, int]) -> None:
        number, turn = read
        for_ms = self.breaker.failed(turn, self.now)
        assert (for_ms is not None) == (number in self.fresh)
        if for_ms is None:
            return
        self.pause = FIRST_MS if self.closed else min(self.pause * 2, LONGEST_MS)
        assert for_ms == self.pause
        self.closed, self.fresh, self.probes_out = False, set(), []
        self.not_before = self.now + self.pause

    @rule(read=consumes(reads))
    def be_answered(self, read: tuple[int, int]) -> None:
        del read
        assert self.breaker.answered() == (not self.closed)
        if not self.closed:
            self.closed, self.fresh, self.probes_out = True, set(), []

    @rule(read=consumes(reads))
    def hang_up(self, read: tuple[int, int]) -> None:
        del read
        assert self.breaker.closed == self.closed

    @rule(ms=st.sampled_from((1, 500, FIRST_MS - 1, FIRST_MS, 8_000, PROBE_MS, LONGEST_MS)))
    def let_time_pass(self, ms: int) -> None:
        self.now += ms

    @invariant()
    def is_what_the_model_is(self) -> None:
        assert self.breaker.closed == self.closed

    @invariant()
    def has_at_most_one_young_probe_out(self) -> None:
        assert len([began for _, began in self.probes_out if self.now - began < PROBE_MS]) <= 1


TestAgainstTheModel = AgainstTheModel.TestCase
TestAgainstTheModel.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
