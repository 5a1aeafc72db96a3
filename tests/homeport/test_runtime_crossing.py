"""The runtime's one module of JavaScript, on Node; the end-to-end tests have it in workerd."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.stack import node

HERE = Path(__file__)
MODULE = HERE.parents[2] / "src" / "homeport" / "runtime" / "crossing.js"


@pytest.fixture(scope="module")
def seen() -> Any:
    command = [str(node.node()), str(HERE.with_name("crossing_report.mjs")), MODULE.as_uri()]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)


def test_a_request_is_its_method_url_fields_and_the_members_of_its_place(seen: Any) -> None:
    method, url, fields, place = seen["with_cf"]
    assert (method, url) == ("PUT", "http://here/a%20b?c=1#d")
    assert fields == {"x-one": "1, 2", "content-type": "text/plain", "__proto__": "own"}
    assert json.loads(place) == {"country": "JP"}
    assert seen["without_cf"] == [method, url, fields, "null"]


def test_a_body_comes_with_its_length(seen: Any) -> None:
    assert seen["body"] == [[120], 1]


def test_several_cookies_stay_apart(seen: Any) -> None:
    assert seen["cookies"] == [["set-cookie", "a=1"], ["set-cookie", "b=2"], ["x", "y"]]


def test_an_answer_is_made_of_json_and_a_part_of_octets(seen: Any) -> None:
    assert seen["answer"] == [203, "y", [2, 3]]
    assert seen["last"] == [0, [1, 2]]  # it has them, and nobody else any more
    assert seen["empty"] == [304, ["a=1", "b=2"], None]


def test_an_invocation_is_held_until_it_is_released(seen: Any) -> None:
    assert seen["held"] == ["held", "released"]


def test_a_promise_of_an_answer_is_kept(seen: Any) -> None:
    assert seen["promised"]


def test_python_is_woken_by_its_number_with_a_response_and_its_whole_body(seen: Any) -> None:
    assert seen["echoed"] == [7, 200, 2, [104, 105], "POST", "k"]
    assert seen["none"] == [204, 0]
    assert seen["options"] == ["method", "headers"]  # which others use at the same time


@pytest.mark.parametrize("path", ["half", "never"])
def test_too_late_is_a_time_out_before_the_head_and_within_the_body(seen: Any, path: str) -> None:
    number, name, text = seen[path]
    assert (number, name) == (7, "TimeoutError")
    assert "timeout" in text


def test_what_cannot_be_asked_is_an_error_with_a_name_and_a_text(seen: Any) -> None:
    number, name, text = seen["nowhere"]
    assert (number, name) == (7, "TypeError")
    assert "no URL" in text
