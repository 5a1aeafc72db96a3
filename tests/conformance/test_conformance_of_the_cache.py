"""The public suite of HTTP caching tests (https://cache-tests.fyi) against the edge worker on workerd."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.conformance import suite
from tests.conformance.judge import Result, Surprises, of_kind, surprises

REQUIRED, OPTIMAL = 139, 67
"""How many tests of each kind pass. Raise them with what `make conformance` counts; they are not to fall."""

ASKED = {"required", "optimal", "check"}

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Result]:
    if not suite.PACKAGE.exists():
        pytest.skip("npm's http-cache-tests is not installed: run `make setup`")
    return suite.run(tmp_path_factory.mktemp("conformance"))


def test_the_whole_suite_has_run(results: Mapping[str, Result]) -> None:
    assert {kind: sum(each.kind == kind for each in results.values()) for kind in ASKED} == {
        "required": 157,
        "optimal": 86,
        "check": 86,
    }


def test_as_many_required_tests_pass_as_before(results: Mapping[str, Result]) -> None:
    assert len(of_kind(results, "required", "pass")) >= REQUIRED


def test_as_many_optimal_tests_pass_as_before(results: Mapping[str, Result]) -> None:
    assert len(of_kind(results, "optimal", "pass")) >= OPTIMAL


def test_what_fails_is_listed_with_its_reason_and_nothing_else_is(results: Mapping[str, Result]) -> None:
    found = surprises(results, suite.known())
    assert found == Surprises((), ()), {test: results[test].fault for test in found.failing}
