"""An operator signs in with headless Chromium, and another site tries to act for them."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from homeport.operating.session import COOKIE
from local.stack.stack import Plan, Stack, running
from tests.browser import chromium
from tests.browser.devtools import Visitor, driven

SIGN_IN = """
document.querySelector('input[name=token]').value = {token}
"""
SEND = """
document.body.innerHTML = '<form method="post"><input name="token"><button>Win a prize</button></form>'
document.querySelector('form').action = {address}
document.querySelector('input').value = {token}
"""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running(Plan(seed=1)) as stack:
        yield stack


@pytest.fixture
def visitor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Visitor]:
    program = chromium.find()
    if program is None:
        pytest.skip("no Chromium: on Debian, `apt-get install chromium`")
    with driven(program, tmp_path_factory.mktemp("chromium")) as browser:
        yield browser.visitor("JP")


def said(visitor: Visitor) -> dict[str, object]:
    """The problem, or the state of things, that the page shows as JSON."""
    shown: dict[str, object] = json.loads(visitor.ask("document.body.innerText"))
    return shown


def sign_in(visitor: Visitor, stack: Stack, token: str) -> None:
    visitor.go(f"{stack.edge}/.homeport/console")
    assert visitor.ask("location.pathname") == "/.homeport/console/login"
    visitor.ask(SIGN_IN.format(token=json.dumps(token)))
    visitor.press("button")


def test_a_token_opens_the_console_in_a_browser_and_no_script_sees_the_session(
    stack: Stack, visitor: Visitor
) -> None:
    sign_in(visitor, stack, "x" * 32)
    assert "none of the operators" in visitor.ask("document.querySelector('[role=alert]').textContent")
    sign_in(visitor, stack, stack.operate_token)
    assert visitor.ask("location.pathname") == "/.homeport/console"
    visitor.go(f"{stack.edge}/.homeport/status")
    assert {*said(visitor)["regions"]} == {*stack.regions}  # type: ignore[misc]
    assert COOKIE not in visitor.ask("document.cookie")
    (cookie,) = visitor.command("Network.getCookies")["cookies"]
    told = [cookie[name] for name in ("name", "path", "httpOnly", "secure", "sameSite")]
    assert told == [COOKIE, "/.homeport/", True, True, "Strict"]
    visitor.go(f"{stack.edge}/api/items/item-1")
    assert visitor.command("Network.getCookies")["cookies"] == []


def test_another_site_neither_acts_for_an_operator_nor_signs_them_in(stack: Stack, visitor: Visitor) -> None:
    sign_in(visitor, stack, stack.operate_token)
    elsewhere = stack.edge.replace("127.0.0.1", "localhost")
    for path, title in (("drain", "Not authorised"), ("console/login", "Form of another site")):
        visitor.go(f"{elsewhere}/api/items/item-1")
        address = json.dumps(f"{stack.edge}/.homeport/{path}")
        visitor.ask(SEND.format(address=address, token=json.dumps(stack.read_token)))
        visitor.press("button")
        assert visitor.ask("location.host") == stack.edge.partition("//")[2]
        assert said(visitor)["title"] == title
    visitor.go(f"{stack.edge}/api/items/item-1")
    address = json.dumps(f"{stack.edge}/.homeport/drain")
    visitor.ask(SEND.format(address=address, token='""'))
    visitor.press("button")
    assert said(visitor)["title"] == "Form out of date"
