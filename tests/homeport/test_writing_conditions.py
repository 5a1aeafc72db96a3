from __future__ import annotations

import pytest

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, Response
from homeport.routing import Route
from homeport.writing import conditions
from homeport.writing.commit import Baseless, Commit, propose
from homeport.writing.conditions import ABSENT, hold, judged, standing
from homeport.writing.representation import Unclear
from homeport.writing.write import Write
from tests.homeport.homeport_world import NOON
from tests.homeport.writing_world import about, put, stored

TARGET = "/items/1"
ITEM = Pending("a" * 32, 1, NOON, "PUT", TARGET, NO_FIELDS)
ROUTE = Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE"))
PROTECTED = Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE"), honours_if_match=True)


def having(**fields: str) -> Headers:
    return Headers((name.replace("_", "-"), value) for name, value in fields.items())


def tagged(etag: str = '"1"') -> Entry:
    return stored(TARGET).version("n0", header=Headers([("etag", etag)]))


def sent(*fields: tuple[str, str], route: Route = ROUTE) -> Write:
    return Write("b" * 32, about(TARGET), put(TARGET, b"new", *fields), route)


@pytest.mark.parametrize(
    ("field", "etag", "holds"),
    [
        ('"1"', '"1"', True),
        ('"0", "1"', '"1"', True),
        ("*", '"1"', True),
        ("*", "", True),
        ('"2"', '"1"', False),
        ('W/"1"', '"1"', False),
        ('"1"', 'W/"1"', False),
        ('"1"', "", False),
        ("1", '"1"', False),
        ("", '"1"', False),
        ('"a,b"', '"a,b"', True),
    ],
)
def test_if_match_compares_strongly(field: str, etag: str, holds: bool) -> None:
    assert hold(having(if_match=field), etag, exists=True) is holds
    assert hold(having(if_match=field), etag, exists=False) is False


@pytest.mark.parametrize(
    ("field", "etag", "holds"),
    [
        ('"1"', '"1"', False),
        ('W/"1"', '"1"', False),
        ('"1"', 'W/"1"', False),
        ("*", "", False),
        ('"2"', '"1"', True),
        ("1", '"1"', True),
        ('"1"', "", True),
    ],
)
def test_if_none_match_compares_weakly(field: str, etag: str, holds: bool) -> None:
    assert hold(having(if_none_match=field), etag, exists=True) is holds
    assert hold(having(if_none_match=field), etag, exists=False) is True


def test_both_must_hold() -> None:
    assert hold(having(if_match="*", if_none_match='"2"'), '"1"', exists=True)
    assert not hold(having(if_match='"2"', if_none_match='"2"'), '"1"', exists=True)
    assert not hold(having(if_match="*", if_none_match="*"), '"1"', exists=True)


def test_a_dirty_entry_has_no_validator() -> None:
    dirty = tagged().version("n1", pending=(ITEM,))
    assert judged(having(if_match='"1"'), dirty) is False
    assert judged(having(if_match="*"), dirty) is True
    assert judged(having(if_none_match='"1"'), dirty) is True
    assert judged(having(if_none_match="*"), dirty) is False
    gone = dirty.version("n2", kind="tombstone", status=404)
    assert judged(having(if_match="*"), gone) is False
    assert judged(having(if_none_match="*"), gone) is True


@pytest.mark.parametrize(
    "current",
    [
        None,
        tagged().version("n1", kind="marker"),
        tagged().version("n1", kind="command"),
        tagged().version("n1", status=301),
    ],
)
def test_what_is_not_known_is_not_judged(current: Entry | None) -> None:
    assert judged(having(if_match="*"), current) is None
    assert judged(NO_FIELDS, current) is True


def test_only_a_strong_tag_can_be_stood_on() -> None:
    assert standing(200, having(etag='"1"')) == '"1"'
    assert standing(204, having(etag=' "1" ')) == '"1"'
    assert standing(404, having(etag='"1"')) == standing(410, NO_FIELDS) == ABSENT
    for status, etag in ((200, 'W/"1"'), (200, "1"), (202, '"1"'), (301, '"1"')):
        assert standing(status, having(etag=etag)) == ""
    assert standing(200, NO_FIELDS) == ""


def test_a_condition_that_fails_writes_nothing() -> None:
    answer = propose(sent(("if-match", '"2"')), tagged(), NOON, "n1")
    assert isinstance(answer, Response)
    assert answer.status == 412
    assert b"nothing was written" in bytes(answer.body)


def test_a_condition_that_holds_is_kept_for_the_replay() -> None:
    step = propose(sent(("if-match", '"1"')), tagged(), NOON, "n1")
    assert isinstance(step, Commit)
    assert step.entry.pending[0].header.get("if-match") == '"1"'


def test_the_origin_is_asked_where_the_state_is_not_known_and_only_then() -> None:
    conditional = sent(("if-match", '"1"'))
    assert propose(conditional, None, NOON, "n1") == Baseless()
    assert propose(conditional, tagged().version("n1", stale=True), NOON, "n1") == Baseless()
    answer = propose(conditional, None, NOON, "n1", tagged('"2"'))
    assert isinstance(answer, Response)
    assert isinstance(propose(conditional, None, NOON, "n1", tagged()), Commit)
    assert isinstance(propose(sent(), None, NOON, "n1"), Commit)


def test_what_pending_writes_leave_open_can_only_wait() -> None:
    command = tagged().version("n1", kind="command", pending=(ITEM,))
    assert propose(sent(("if-match", "*")), command, NOON, "n1") == Unclear()


def test_the_first_write_notes_the_state_it_stands_on_and_later_ones_keep_it() -> None:
    first = propose(sent(route=PROTECTED), tagged(), NOON, "n1")
    assert isinstance(first, Commit)
    assert first.entry.etag == '"1"'
    later = Write("c" * 32, about(TARGET), put(TARGET, b"newer"), PROTECTED)
    second = propose(later, first.entry, NOON, "n2")
    assert isinstance(second, Commit)
    assert (len(second.entry.pending), second.entry.etag) == (2, '"1"')


@pytest.mark.parametrize(
    ("found", "route"),
    [
        (None, PROTECTED),
        (tagged().version("n1", stale=True), PROTECTED),
        (tagged('W/"1"'), PROTECTED),
        (stored(TARGET), PROTECTED),
        (tagged(), ROUTE),
    ],
)
def test_what_is_not_known_for_certain_is_not_noted(found: Entry | None, route: Route) -> None:
    step = propose(sent(route=route), found, NOON, "n1")
    assert isinstance(step, Commit)
    assert step.entry.etag == ""


def test_what_is_known_to_be_absent_is_noted() -> None:
    step = propose(
        sent(route=PROTECTED), None, NOON, "n1", tagged().version("n1", kind="tombstone", status=404)
    )
    assert isinstance(step, Commit)
    assert step.entry.etag == ABSENT


def test_its_refusal_says_whose_fault_it_is() -> None:
    assert b"precondition-failed" in bytes(conditions.failed().body)
