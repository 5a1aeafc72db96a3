"""A new user's first hour: `make dev`, a broken setting, a dead letter sent again, a page pushed and purged."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from local.stack.process import ROOT
from local.stack.wrangler import free_port
from tests.clients.guides import GUIDES, commands
from tests.e2e.e2e_rig import eventually

JAPAN = {"MF-CF-Blob": '{"country":"JP","clientAcceptEncoding":""}'}


@dataclass(frozen=True)
class Screen:
    """What `make dev` has said."""

    edge: str
    origin: str
    env_file: Path

    def homeport(self, *arguments: str, env_file: Path | None = None) -> tuple[int, str]:
        """Run the command as an operator would; its exit code and what it says on standard output."""
        command = [
            sys.executable,
            "-m",
            "homeport_cli",
            *arguments,
            "--env-file",
            str(env_file or self.env_file),
        ]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
        return done.returncode, done.stdout


@pytest.fixture(scope="module")
def screen() -> Iterator[Screen]:
    command = [sys.executable, "-m", "local.dev", "--port", str(free_port())]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            assert child.stdout is not None
            lines: list[str] = []
            for line in child.stdout:
                lines.append(line)
                if line.startswith("Ctrl-C"):
                    break
            said = "".join(lines)
            edge, origin, file = (
                re.search(pattern, said)
                for pattern in (r"Edge worker +(\S+)", r"Origin +(\S+)", r"--env-file (\S+)")
            )
            assert edge
            assert origin
            assert file, said
            yield Screen(edge[1], origin[1], ROOT / file[1])
        finally:
            child.terminate()


@pytest.fixture(scope="module")
def visitor(screen: Screen) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=screen.edge, headers=JAPAN, timeout=30.0) as client:
        yield client


def test_doctor_finds_nothing_wrong_with_the_stack_of_make_dev(screen: Screen) -> None:
    code, said = screen.homeport("doctor")
    assert code == 0, said
    assert said.endswith("Nothing is wrong.\n")


@pytest.mark.parametrize(
    ("right", "broken", "found"),
    [
        ("HOMEPORT_OPERATE_TOKENS=", "HOMEPORT_OPERATE_TOKEN=", "HOMEPORT_OPERATE_TOKENS=…"),
        ('HOMEPORT_REGIONS="us-east-1=', 'HOMEPORT_REGIONS="mars-1 us-east-1=', "HOMEPORT_REGIONS: word 1"),
        ("MOMENTO_API_KEY=", "HOMEPORT_CACHE_PREFIX=other-\nMOMENTO_API_KEY=", "homeport bootstrap"),
    ],
)
def test_doctor_finds_a_broken_setting_and_says_the_line_that_mends_it(
    screen: Screen, tmp_path: Path, right: str, broken: str, found: str
) -> None:
    variables = screen.env_file.read_text()
    assert right in variables
    (tmp_path / "vars").write_text(variables.replace(right, broken))
    code, said = screen.homeport("doctor", env_file=tmp_path / "vars")
    assert code == 1
    assert found in said.partition("WRONG")[2]


def test_a_dead_letter_is_seen_and_sent_again_when_the_origin_can_take_it(
    screen: Screen, visitor: httpx.Client
) -> None:
    theirs, ours = (
        {"id": "twice", "name": "Theirs", "quantity": 1},
        {"id": "twice", "name": "Ours", "quantity": 2},
    )
    httpx.post(f"{screen.origin}/api/items", json=theirs).raise_for_status()
    accepted = visitor.post("/api/items", json=ours)
    assert accepted.status_code == 202, accepted.text
    settled = eventually(
        lambda: visitor.get(accepted.headers["location"]).json(), lambda told: told["state"] != "pending"
    )
    assert settled["state"] == "dead"

    letters = json.loads(screen.homeport("dead", "ls", "--json")[1])
    (letter,) = [each for each in letters if each["resource"] == "/api/items"]
    assert letter["status"] == 409
    assert screen.homeport("status")[0] == 1  # so that a monitor hears of it

    httpx.delete(f"{screen.origin}/api/items/twice").raise_for_status()
    code, said = screen.homeport("dead", "retry", letter["id"])
    assert (code, "sent again" in said) == (0, True)
    shown = eventually(
        lambda: httpx.get(f"{screen.origin}/api/items/twice"), lambda answer: answer.status_code == 200
    )
    assert shown.json()["name"] == "Ours"
    assert json.loads(screen.homeport("dead", "ls", "--json")[1]) == []


def test_a_push_and_a_purge_are_seen(screen: Screen, visitor: httpx.Client, tmp_path: Path) -> None:
    path, page = "/api/items/item-3", tmp_path / "page.json"
    page.write_text('{"id":"item-3","name":"Pushed","quantity":7}')
    assert screen.homeport("push", path, "--file", str(page), "--content-type", "application/json")[0] == 0
    pushed = visitor.get(path)
    assert pushed.json()["name"] == "Pushed"
    assert "pushed" in pushed.headers["cache-status"]

    assert screen.homeport("purge", path, "--yes")[0] == 0
    purged = visitor.get(path)
    assert purged.json()["name"] == "Item 3"
    assert "fwd=uri-miss" in purged.headers["cache-status"]


def test_the_guide_s_first_requests_are_answered_as_it_says(screen: Screen) -> None:
    if (curl := shutil.which("curl")) is None:
        pytest.skip("there is no curl")
    answers = []
    for command in commands(GUIDES[0], "curl"):
        words = [word.replace("https://www.example.com", screen.edge) for word in command.words[1:]]
        header = ("-s", "-H", f"MF-CF-Blob: {JAPAN['MF-CF-Blob']}")
        done = subprocess.run([curl, *header, *words], capture_output=True, text=True, check=True, timeout=60)
        answers.append(done.stdout)
    where, miss, hit, write = answers
    assert '"region": "ap-northeast-1"' in where
    assert "fwd=uri-miss; fwd-status=200; stored" in miss
    assert "Homeport; hit;" in hit
    assert write.startswith("HTTP/1.1 202 ")
    assert "/.homeport/writes/" in write
