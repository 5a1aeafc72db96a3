"""Tasks without the event loop, on Pyodide's own and CPython 3.14; the end-to-end tests have them in workerd."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from local.stack import node
from local.stack.process import ROOT


@pytest.fixture(scope="module")
def seen() -> Any:
    command = [str(node.node()), str(Path(__file__).with_name("waking_in_pyodide.mjs")), str(ROOT)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout.splitlines()[-1])


def test_a_task_begins_within_the_call_and_goes_on_within_that_which_wakes_it(seen: Any) -> None:
    assert seen["at once"] == ["begun", "called", "woken", "brought"]


def test_or_it_begins_after_the_call(seen: Any) -> None:
    assert seen["later"] == ["called", "begun", "woken", "brought"]


def test_two_tasks_at_the_same_time_have_their_own_contexts(seen: Any) -> None:
    assert seen["apart"] == ["other", "one", "nobody"]


def test_asyncio_works_in_one_that_was_woken(seen: Any) -> None:
    assert seen["task"] == [True, True]


def test_a_call_of_the_transport(seen: Any) -> None:
    assert seen["echoed"] == [201, "hello", "k", None]


def test_a_call_that_fails_says_whether_it_was_too_late(seen: Any) -> None:
    assert seen["late"] == [True, False]


def test_who_is_never_woken_goes_without_a_word(seen: Any) -> None:
    assert seen["gone"] == [["went"], [], 0]
