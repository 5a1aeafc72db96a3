"""What the suite told, judged by its own rules, and compared with the differences that are known. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal["required", "optimal", "check"]
"""A rule that a cache must keep; what a better cache does; a question without a right answer."""

Standing = Literal["pass", "fail", "unjudged"]
"""`unjudged` is a test that depends on one that did not pass: what it found says nothing."""


@dataclass(frozen=True, slots=True)
class Result:
    """One test. `fault` is the suite's message, None where it passed."""

    suite: str
    id: str
    name: str
    kind: Kind
    depends_on: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True, slots=True)
class Surprises:
    """Where the tests that fail are not those listed: ids, in order."""

    failing: tuple[str, ...]
    """Fail, and no reason is listed."""
    listed: tuple[str, ...]
    """Are listed, and do not fail."""


def read(told: Sequence[Mapping[str, Any]]) -> dict[str, Result]:
    """The results by id, from what run.mjs prints: the suite's `true`, or the error's name and message."""
    results = {}
    for each in told:
        fault = None if each["result"] is True else ": ".join(str(part) for part in each["result"])
        fields = (each["suite"], each["id"], each["name"], each["kind"], tuple(each["depends_on"]), fault)
        results[each["id"]] = Result(*fields)
    return results


def standing(results: Mapping[str, Result], test: str) -> Standing:
    """How a test stands once those that it depends on are considered; ones that did not run are not."""
    result = results[test]
    needed = (each for each in result.depends_on if each in results)
    if any(standing(results, each) != "pass" for each in needed):
        return "unjudged"
    return "pass" if result.fault is None else "fail"


def of_kind(results: Mapping[str, Result], kind: Kind, which: Standing) -> tuple[str, ...]:
    """The ids of a kind's tests that stand so, in order."""
    found = (each.id for each in results.values() if each.kind == kind)
    return tuple(sorted(each for each in found if standing(results, each) == which))


def surprises(results: Mapping[str, Result], reasons: Mapping[str, str]) -> Surprises:
    """Compare the required and optimal tests that fail with those for which a reason is listed."""
    failing = {*of_kind(results, "required", "fail"), *of_kind(results, "optimal", "fail")}
    return Surprises(tuple(sorted(failing - reasons.keys())), tuple(sorted(reasons.keys() - failing)))


def doubtful(results: Mapping[str, Result], found: Surprises) -> tuple[str, ...]:
    """The surprising tests, and those that they depend on: what is to run again."""
    needed: set[str] = set()
    waiting = [*found.failing, *(each for each in found.listed if each in results)]
    while waiting:
        test = waiting.pop()
        if test not in needed:
            needed.add(test)
            waiting += [each for each in results[test].depends_on if each in results]
    return tuple(sorted(needed))


def reasons(differences: Mapping[str, Any]) -> dict[str, str]:
    """The reason of each listed test, by differences.toml. Raises ValueError where one stands there twice."""
    found: dict[str, str] = {}
    for difference in differences["difference"]:
        for test in difference["tests"]:
            if test in found:
                raise ValueError(f"differences.toml lists {test} twice")
            found[test] = f"{difference['rule']}: {difference['reason']}"
    return found
