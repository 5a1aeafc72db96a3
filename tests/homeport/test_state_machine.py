"""The write-behind protocol as a state machine: what Hypothesis finds to do to it, it must withstand.

Here the choices are the same in every run, so that CI fails only by a change; `make torture` draws others.
"""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from homeport.writing import commit
from tests.homeport.machine_mutations import FOUND_BY_SCHEDULES, FOUND_BY_THE_MACHINE, MUTATIONS
from tests.homeport.machine_rules import Faultless, Remembering, WriteBehind
from tests.homeport.torture import schedule_fails

CI = settings(
    max_examples=400,
    stateful_step_count=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
FINDS = settings(CI, phases=[Phase.generate], report_multiple_bugs=False)
"""That something is found is enough here."""


@pytest.fixture(autouse=True)
def few_may_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """So few that a run meets the limit."""
    monkeypatch.setattr(commit, "MOST_PENDING", 4)


@pytest.mark.timeout(600)
@pytest.mark.parametrize("machine", [Faultless, Remembering, WriteBehind])
def test_no_order_of_events_breaks_the_protocol(machine: type[WriteBehind]) -> None:
    run_state_machine_as_test(machine, settings=CI)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FOUND_BY_THE_MACHINE)
def test_the_machine_finds_a_protocol_with_a_clause_switched_off(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    MUTATIONS[name](monkeypatch)
    with pytest.raises((AssertionError, BaseExceptionGroup)):
        run_state_machine_as_test(Remembering, settings=FINDS)


@pytest.mark.timeout(300)
@pytest.mark.parametrize("name", FOUND_BY_SCHEDULES)
def test_the_random_schedules_find_others(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTATIONS[name](monkeypatch)
    assert any(schedule_fails(seed) for seed in range(FOUND_BY_SCHEDULES[name]))
