"""The write-behind protocol as a state machine: what Hypothesis finds to do to it, it must withstand."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from homeport.writing import commit
from tests.homeport.machine_rules import Faultless, Remembering, WriteBehind

import os
EXAMPLES = int(os.environ.get("EX", "100"))


@pytest.mark.timeout(600)
@pytest.mark.parametrize("machine", [Faultless, Remembering, WriteBehind])
def test_no_order_of_events_breaks_the_protocol(
    machine: type[WriteBehind], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commit, "MOST_PENDING", 4)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=EXAMPLES,
            stateful_step_count=40,
            deadline=None,
            derandomize=True,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
