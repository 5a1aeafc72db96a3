"""Signing in and out of the console, and what its forms may do."""

from __future__ import annotations

import pytest

from homeport.operating.operator import Operator
from tests.homeport.console_world import CONSOLE, OURS, Browser, console, shown, where
from tests.homeport.operating_world import OPERATOR, READER, harbour, sent
from tests.homeport.sync_world import Harbour

__all__ = ["console"]

LOGIN, LOGOUT = f"{CONSOLE}/login", f"{CONSOLE}/logout"
ACTIONS = [f"{CONSOLE}/drain", f"{CONSOLE}/dead/abc/retry", f"{CONSOLE}/dead/abc/drop"]


async def test_who_is_nobody_yet_is_sent_to_sign_in() -> None:
    for method in ("GET", "HEAD"):
        assert where(await Browser().get(method=method)) == (303, LOGIN)
    assert where(await Browser().post(ACTIONS[0])) == (303, LOGIN)
    assert shown == []


async def test_a_token_opens_the_console_with_its_role() -> None:
    for token, role in ((OPERATOR, "operate"), (READER, "read")):
        browser = Browser()
        assert where(await browser.sign_in(token)) == (303, CONSOLE)
        assert (await browser.get()).status == 200
        path, operator = shown.pop()
        assert (path, operator.role, operator.csrf) == (f"GET {CONSOLE}", role, browser.csrf)
        assert token not in operator.name + browser.cookie


async def test_a_session_reads_whatever_an_operator_may_read() -> None:
    browser = Browser()
    await browser.sign_in(READER)
    for what in ("status", "metrics", "dead"):
        assert (await browser.get(f"/.homeport/{what}")).status == 200
    assert (await browser.get("/.homeport/dead/abc")).status == 404


async def test_the_page_to_sign_in_lets_nothing_in_and_nothing_out() -> None:
    page = await Browser().get(LOGIN)
    assert page.status == 200
    policy = page.headers.get("content-security-policy") or ""
    assert "default-src 'none'" in policy
    assert "form-action 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    named = ("cache-control", "x-content-type-options", "referrer-policy")
    assert [page.headers.get(name) for name in named] == ["no-store", "nosniff", "same-origin"]
    text = bytes(page.body).decode()
    assert policy.partition("'nonce-")[2].partition("'")[0] in text
    assert '<label for="token">' in text
    assert bytes((await Browser().get(LOGIN, "HEAD")).body) == b""


@pytest.mark.parametrize("token", ["", "x" * 32, OPERATOR[:-1], "<script>", "ü" * 32])
async def test_a_wrong_token_opens_nothing_and_is_not_repeated(token: str) -> None:
    browser = Browser()
    answer = await browser.sign_in(token)
    assert (answer.status, answer.headers.get("set-cookie")) == (401, None)
    assert b'role="alert"' in bytes(answer.body)
    assert not token or token.encode() not in bytes(answer.body)


async def test_a_token_may_be_pasted_with_spaces_around() -> None:
    assert (await Browser().sign_in(f" {OPERATOR}\n")).status == 303


async def test_wrong_tokens_are_counted_together_with_those_of_programs() -> None:
    of = harbour()
    for n in range(10):
        assert (
            await Browser(of).sign_in("x" * 32) if n % 2 else await sent(of, "GET", "status", "y" * 32)
        ).status == 401
    answer = await Browser(of).sign_in()
    assert (answer.status, answer.headers.get("retry-after")) == (429, "60")
    assert b"Wait" in bytes(answer.body)
    assert (await sent(of, "GET", "status")).status == 429
    of.clock.advance(60_000)
    assert (await Browser(of).sign_in()).status == 303


@pytest.mark.parametrize(
    "site", [(), (("origin", "https://evil.example"),), (("sec-fetch-site", "cross-site"),)]
)
async def test_another_site_signs_nobody_in(site: tuple[tuple[str, str], ...]) -> None:
    browser = Browser()
    answer = await browser.post(LOGIN, site, token=OPERATOR)
    assert (answer.status, browser.cookie) == (403, "")


async def test_without_tokens_there_is_nowhere_to_sign_in() -> None:
    for path in (CONSOLE, LOGIN, LOGOUT, *ACTIONS):
        assert (await Browser(Harbour()).get(path)).status == 404
        assert (await Browser(Harbour()).post(path)).status == 404


@pytest.mark.parametrize(
    "path", [f"{CONSOLE}/", f"{CONSOLE}/x", f"{LOGIN}/x", f"{CONSOLE}/dead/a/b", f"{CONSOLE}s"]
)
async def test_nothing_else_stands_below_the_console(path: str) -> None:
    browser = Browser()
    await browser.sign_in()
    assert (await browser.get(path)).status == 404


async def test_methods_are_those_of_pages_and_forms() -> None:
    for path in (LOGOUT, *ACTIONS):
        answer = await Browser().get(path)
        assert (answer.status, answer.headers.get("allow")) == (405, "POST")
    assert (await Browser().get(LOGIN, "PUT")).headers.get("allow") == "GET, HEAD, POST"
    assert (await Browser().post(CONSOLE)).headers.get("allow") == "GET, HEAD"


@pytest.mark.parametrize("path", [*ACTIONS, "/.homeport/drain", "/.homeport/dead/abc/drop"])
async def test_a_form_acts_where_it_is_the_sessions_own(path: str) -> None:
    browser = Browser()
    await browser.sign_in()
    for fields in ({}, {"csrf": ""}, {"csrf": "0" * 64}):
        assert (await browser.post(path, OURS, **fields)).status == 403
    for site in (
        (),
        (("origin", "https://evil.example"),),
        (("origin", "null"),),
        (("sec-fetch-site", "same-site"),),
    ):
        assert (await browser.post(path, site, csrf=browser.csrf)).status == 403
    assert (shown, browser.of.itself.kicks) == ([], [])
    assert (await browser.post(path, OURS, csrf=browser.csrf)).status != 403
    assert len(shown) == (path in ACTIONS)
    assert bool(browser.of.itself.kicks) == (path == "/.homeport/drain")


async def test_a_form_of_another_session_does_nothing() -> None:
    of = harbour()
    one, other = Browser(of), Browser(of)
    await one.sign_in()
    await other.sign_in()
    assert one.cookie != other.cookie
    assert (await one.post(ACTIONS[0], OURS, csrf=other.csrf)).status == 403


async def test_a_reading_session_does_not_act() -> None:
    browser = Browser()
    await browser.sign_in(READER)
    for path in (*ACTIONS, "/.homeport/drain"):
        assert (await browser.post(path, OURS, csrf=browser.csrf)).status == 403
    assert shown == []


async def test_a_program_with_a_token_needs_no_form() -> None:
    of = harbour()
    assert (await sent(of, "POST", "console/drain")).status == 200
    assert shown == [(f"POST {CONSOLE}/drain", Operator("operate", "token (operate)"))]
    assert (await sent(of, "GET", "console", "x" * 32)).status == 401


async def test_a_session_ends_when_its_token_is_rotated_out_and_after_twelve_hours() -> None:
    browser = Browser()
    await browser.sign_in()
    browser.of.tokens = ("n" * 32,)
    assert where(await browser.get()) == (303, LOGIN)
    browser.of.tokens = ("n" * 32, OPERATOR)
    assert (await browser.get()).status == 200
    browser.of.clock.advance(12 * 3600 * 1000)
    assert where(await browser.get()) == (303, LOGIN)


async def test_who_signs_out_has_no_session_and_nobody_signs_them_out() -> None:
    browser = Browser()
    await browser.sign_in()
    session = browser.cookie
    assert (await browser.post(LOGOUT)).status == 403
    assert (await browser.post(LOGOUT, (), csrf=browser.csrf)).status == 403
    assert browser.cookie == session
    assert where(await browser.post(LOGOUT, OURS, csrf=browser.csrf)) == (303, LOGIN)
    assert browser.cookie == ""
    assert where(await browser.get()) == (303, LOGIN)


async def test_signing_out_of_what_has_ended_leads_back_to_the_form() -> None:
    browser = Browser(cookie="ended")
    assert where(await browser.post(LOGOUT)) == (303, LOGIN)
    assert browser.cookie == ""


async def test_a_form_is_short() -> None:
    answer = await Browser().sign_in("x" * 1100)
    assert answer.status == 413
