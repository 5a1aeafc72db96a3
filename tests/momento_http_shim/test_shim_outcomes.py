"""Outcomes are values: compared, hashed, matched, shown, copied, and never changed."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import pytest

from momento_http_shim import outcomes
from momento_http_shim.errors import Unavailable
from momento_http_shim.outcomes import (
    Batch,
    Done,
    Elements,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Outcome,
    Presence,
    Score,
    Stored,
    Values,
)

ERROR = Unavailable("TIMEOUT_ERROR", "late")
ALL: list[tuple[Outcome, tuple[Any, ...], str]] = [
    (Failed(ERROR), (ERROR,), f"Failed(error={ERROR!r})"),
    (Hit(b"v"), (b"v",), "Hit(value=b'v')"),
    (Miss(), (), "Miss()"),
    (Found(b"v", b"h"), (b"v", b"h"), "Found(value=b'v', hash=b'h')"),
    (Stored(), (None,), "Stored(hash=None)"),
    (Stored(b"h"), (b"h",), "Stored(hash=b'h')"),
    (NotStored(), (), "NotStored()"),
    (Done(), (), "Done()"),
    (Elements(((b"a", 1.0),)), (((b"a", 1.0),),), "Elements(elements=((b'a', 1.0),))"),
    (Number(1), (1,), "Number(value=1)"),
    (Score(1.0), (1.0,), "Score(value=1.0)"),
    (Values((b"v",)), ((b"v",),), "Values(values=(b'v',))"),
    (Presence((True,)), ((True,),), "Presence(present=(True,))"),
    (Batch((Miss(),)), ((Miss(),),), "Batch(items=(Miss(),))"),
]


def test_every_outcome_is_here() -> None:
    assert {type(outcome) for outcome, _, _ in ALL} == set(Outcome.__subclasses__())
    assert all(getattr(outcomes, kind.__name__) is kind for kind in Outcome.__subclasses__())


@pytest.mark.parametrize(("outcome", "values", "shown"), ALL, ids=lambda each: str(each)[:20])
def test_an_outcome_is_its_class_and_its_values(
    outcome: Outcome, values: tuple[Any, ...], shown: str
) -> None:
    twin = type(outcome)(*values)
    assert twin == outcome
    assert hash(twin) == hash(outcome)
    assert repr(outcome) == shown
    assert tuple(getattr(outcome, name) for name in type(outcome).__match_args__) == values


def test_no_two_of_them_are_equal() -> None:
    for at, (outcome, _, _) in enumerate(ALL):
        assert [other == outcome for other, _, _ in ALL].index(True) == at
    assert len({outcome for outcome, _, _ in ALL}) == len(ALL)
    assert Number(1) != Score(1.0)
    assert Miss() != ()


@pytest.mark.parametrize(("outcome", "values", "shown"), ALL, ids=lambda each: str(each)[:20])
def test_an_outcome_does_not_change(outcome: Outcome, values: tuple[Any, ...], shown: str) -> None:
    for name in (*type(outcome).__match_args__, "other"):
        with pytest.raises(AttributeError):
            setattr(outcome, name, 1)
        with pytest.raises(AttributeError):
            delattr(outcome, name)
    assert not hasattr(outcome, "__dict__")
    assert repr(outcome) == shown


@pytest.mark.parametrize("outcome", [outcome for outcome, _, _ in ALL[1:]], ids=repr)
def test_an_outcome_can_be_copied_and_pickled(outcome: Outcome) -> None:
    assert copy.copy(outcome) == copy.deepcopy(outcome) == outcome
    assert pickle.loads(pickle.dumps(outcome)) == outcome  # noqa: S301 - made in this line


def test_outcomes_match_by_position_and_by_name() -> None:
    seen: list[Any] = []
    for outcome, _, _ in ALL:
        match outcome:
            case Found(value, hash=known):
                seen.append((value, known))
            case Hit(value) | Number(value) | Score(value):
                seen.append(value)
            case Stored(known):
                seen.append(known)
            case Failed(error):
                seen.append(error.code)
            case Miss() | NotStored() | Done():
                seen.append(type(outcome).__name__)
    assert seen == ["TIMEOUT_ERROR", b"v", "Miss", (b"v", b"h"), None, b"h", "NotStored", "Done", 1, 1.0]
