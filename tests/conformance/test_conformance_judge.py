from __future__ import annotations

import pytest

from tests.conformance.judge import Result, Surprises, doubtful, of_kind, read, reasons, standing, surprises


def test_a_test_passes_where_the_suite_says_true() -> None:
    told = {"suite": "Age", "id": "age", "name": "Age is a number", "kind": "required", "depends_on": []}
    results = read([{**told, "result": True}])
    assert results == {"age": Result("Age", "age", "Age is a number", "required")}
    assert standing(results, "age") == "pass"


def test_a_fault_keeps_the_name_and_the_message_of_the_suite_s_error() -> None:
    told = {"suite": "Age", "id": "age", "name": "", "kind": "optimal", "depends_on": ["fresh"]}
    results = read([{**told, "result": ["Setup", "retry"]}])
    assert results["age"].fault == "Setup: retry"
    assert results["age"].depends_on == ("fresh",)


def by_id(*results: Result) -> dict[str, Result]:
    return {each.id: each for each in results}


FIRST = Result("Status", "first", "", "check", (), "Assertion: no")
SECOND = Result("Status", "second", "", "optimal", ("first",))
THIRD = Result("Status", "third", "", "required", ("second",), "Assertion: no")
ALONE = Result("Status", "alone", "", "required", ("elsewhere",), "Assertion: no")


def test_what_depends_on_a_test_that_fails_is_not_judged_however_far_away_that_is() -> None:
    results = by_id(FIRST, SECOND, THIRD)
    assert [standing(results, each) for each in results] == ["fail", "unjudged", "unjudged"]
    assert of_kind(results, "required", "unjudged") == ("third",)


def test_a_dependency_that_did_not_run_does_not_count() -> None:
    assert standing(by_id(ALONE), "alone") == "fail"


def test_surprises_are_what_fails_unlisted_and_what_is_listed_without_failing() -> None:
    results = by_id(FIRST, SECOND, THIRD, ALONE)
    assert surprises(results, {"alone": "RFC"}) == Surprises((), ())
    assert surprises(results, {"third": "RFC"}) == Surprises(("alone",), ("third",))


def test_surprises_run_again_with_all_that_they_depend_on() -> None:
    results = by_id(FIRST, SECOND, THIRD, ALONE)
    assert doubtful(results, Surprises((), ())) == ()
    assert doubtful(results, Surprises(("alone",), ("third", "renamed"))) == (
        "alone",
        "first",
        "second",
        "third",
    )


def test_a_reason_belongs_to_each_of_its_tests_and_a_test_has_one() -> None:
    listed = {"rule": "RFC 9111 section 4", "reason": "not done", "tests": ["a", "b"]}
    assert reasons({"difference": [listed]}) == dict.fromkeys("ab", "RFC 9111 section 4: not done")
    with pytest.raises(ValueError, match="lists a twice"):
        reasons({"difference": [listed, {**listed, "tests": ["a"]}]})
