"""What the guides tell people to type exists, and what can be run here does what they say."""

from __future__ import annotations

import contextlib
import importlib
import io
import re
import subprocess
import tomllib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
import typer

from homeport.settings import NAMES
from homeport_cli.app import app
from homeport_cli.environment import OWN
from local.stack.node import wrangler
from tests.clients.cli_world import Bay
from tests.clients.guides import GUIDES, PAGES, ROOT, Command, commands, fenced, headings, links

DEPLOY = GUIDES[0]
NAMED = pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)


def verb_of(words: tuple[str, ...]) -> tuple[Any, list[str]]:
    """The verb of a `homeport` command, and the options that are given to it."""
    verb: Any = typer.main.get_command(app)
    rest = list(words[1:])
    while rest and (verbs := getattr(verb, "commands", None)):
        assert rest[0] in verbs, f"there is no verb {rest[0]!r} in {' '.join(words)}"
        verb, rest = verbs[rest[0]], rest[1:]
    return verb, [word for word in rest if re.match("--?[a-z]", word)]


@NAMED
def test_every_homeport_command_is_a_verb_with_options_that_it_has(page: Path) -> None:
    for command in commands(page, "homeport"):
        verb, options = verb_of(command.words)
        known = {each for parameter in verb.params for each in parameter.opts}
        assert set(options) <= known, command.words


@NAMED
def test_every_make_command_is_a_target_with_variables_that_it_reads(page: Path) -> None:
    makefile = (ROOT / "Makefile").read_text()
    for command in commands(page, "make"):
        target = command.words[1]
        assert f"\n{target}:" in makefile
        for word in command.words[2:]:
            assert f"$({word.partition('=')[0]})" in makefile, command.words


def test_every_wrangler_command_is_one_with_options_that_every_command_has() -> None:
    given = [command.words[2:] for page in PAGES for command in commands(page, "npx", "wrangler")]
    assert {words[0] for words in given} >= {"deploy", "secret", "delete"}
    with ThreadPoolExecutor(2) as pool:  # wrangler takes its time to start
        every, secret, deploy = pool.map(help_of, ((), ("secret",), ("deploy",)))
    flags = deploy.partition("GLOBAL FLAGS")[2].partition("OPTIONS")[0]
    for words in given:
        assert f"wrangler {words[0]}" in every, words
        assert words[0] != "secret" or f"wrangler secret {words[1]}" in secret, words
        for option in (word.partition("=")[0] for word in words if re.match("--?[a-z]", word)):
            assert re.search(rf"(?<![\w-]){option}\b", flags), words


def help_of(verb: tuple[str, ...]) -> str:
    """What wrangler says of one of its commands."""
    return subprocess.run([*wrangler(), *verb, "--help"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_setting_is_one_that_somebody_reads(page: Path) -> None:
    named = set(re.findall(r"\b(?:HOMEPORT|MOMENTO)_[A-Z_]*[A-Z]\b", page.read_text()))
    assert named <= {*NAMES, *OWN}


@pytest.mark.parametrize("page", GUIDES, ids=lambda page: page.name)
def test_every_link_out_of_the_guides_leads_to_a_file_and_a_heading_that_are_there(page: Path) -> None:
    for target, heading in links(page):
        assert target.exists() or target.parent == page.parent, target
        assert not heading or heading in headings(target), (target.name, heading)


def test_a_route_or_a_domain_goes_above_the_variables() -> None:
    configuration, blocks = (ROOT / "wrangler.toml").read_text(), fenced(DEPLOY, "toml")
    assert len(blocks) == 2
    for block in blocks:
        read = tomllib.loads(configuration.replace("[vars]", f"{block}\n[vars]"))
        assert len(read["routes"]) == 1
        assert set(read["vars"]) == {"HOMEPORT_ORIGIN", "HOMEPORT_REGIONS"}


def test_the_guide_to_deploying_runs_from_bootstrap_to_the_export(empty: Bay) -> None:
    (empty.folder / ".dev.vars").write_text(
        "".join(f'{name}="{value}"\n' for name, value in empty.variables().items())
    )
    (empty.folder / "my_routes.py").write_text((ROOT / "src" / "routes.py").read_text())
    ran = []
    for command in commands(DEPLOY, "homeport"):
        words = [word.replace("https://www.example.com", "http://127.0.0.1:9") for word in command.words[1:]]
        done = empty.run(*words)
        assert done.code == 0, (words, done.said, done.errors)
        ran.append(words[0])
    assert ran[:3] == ["where", "routes", "routes"]
    assert {"bootstrap", "doctor", "status", "writes", "dead"} <= {*ran}
    assert (empty.folder / "dead.jsonl").read_text() == ""
    assert (empty.folder / ".dev.vars.webhooks").exists()


@pytest.mark.parametrize(
    "command",
    [each for page in GUIDES for each in commands(page, "python", "-m")],
    ids=lambda each: each.page,
)
def test_what_a_tool_is_said_to_print_it_prints(command: Command) -> None:
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        ended = importlib.import_module(command.words[2]).main([*command.words[3:]])
    assert ended == 0
    assert printed.getvalue()
    assert not command.shown.strip() or printed.getvalue() == command.shown
