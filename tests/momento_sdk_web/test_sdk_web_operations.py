"""Momento's own web SDK against the local Momento: every operation is answered as Momento promises."""

from __future__ import annotations

from typing import Any

import pytest

from tests.momento_sdk_web.conversation import LISTENING, Conversation
from tests.momento_sdk_web.promised_conditions import CONDITIONS
from tests.momento_sdk_web.promised_scalars import EVERY_OCTET, SCALARS, SUCCESS, hit, number, remaining
from tests.momento_sdk_web.promised_services import SERVICES
from tests.momento_sdk_web.promised_sorted_sets import SORTED_SETS, elements

QUEUE = (["job-2", -1], ["job-3", 3], ["job-1", 1_790_000_000_000.5])

WRITTEN_BY_THE_SHIM: dict[str, Any] = {
    "text": hit("grüße"),
    "octets under octets": hit(EVERY_OCTET),
    "its time to live": remaining(3_600_000 - 32_000),  # the program let 32 s pass
    "a batch": {"type": "Success", "results": [hit("one"), hit([0xFF, 0])]},
    "a counter, on": number(42),
    "a lease that is held": {"type": "NotStored"},
    "a lease given over": {"type": "Stored"},
    "a sorted set": elements(*QUEUE),
    "an element removed": SUCCESS,
    "a value and its hash": hit("by the shim"),
    "replaced on top of what was read": {"type": "Stored"},
    "its messages": ["grüße", [0xFF, 0]],
}

PROMISED: dict[str, Any] = {
    **SCALARS,
    **CONDITIONS,
    **SORTED_SETS,
    **SERVICES,
    **{f"from the shim: {name}": answer for name, answer in WRITTEN_BY_THE_SHIM.items()},
    LISTENING: "Subscription",
}


@pytest.mark.parametrize("operation", PROMISED)
def test_the_sdk_is_told_what_momento_promises(conversation: Conversation, operation: str) -> None:
    assert conversation.answers.get(operation, "no answer") == PROMISED[operation]


def test_the_program_came_to_its_end_and_every_answer_was_compared(conversation: Conversation) -> None:
    assert conversation.complaint == ""
    assert set(conversation.answers) == set(PROMISED)
