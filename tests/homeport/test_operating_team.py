"""Operators whom Cloudflare Access admits."""

from __future__ import annotations

import pytest

from homeport.messages import Headers, Request
from homeport.operating.assertions import Assertions
from homeport.operating.session import csrf
from tests.homeport.access_world import OPERATE, PERSON, READ, TEAM, Cloudflare, claims, program, signed
from tests.homeport.console_world import CONSOLE, OURS, Browser, console, shown, where
from tests.homeport.operating_world import OPERATOR, sent
from tests.homeport.sync_world import Harbour, answered

__all__ = ["console"]

GOOD, READING, PROGRAM = signed(claims()), signed(claims(aud=[READ])), signed(program())
FIELD = "cf-access-jwt-assertion"


def team(cloudflare: Cloudflare | None = None, tokens: tuple[str, ...] = ()) -> Harbour:
    return Harbour(tokens=tokens, assertions=Assertions(TEAM, cloudflare or Cloudflare()))


def visitor(token: str = GOOD, of: Harbour | None = None) -> Browser:
    return Browser(of or team(), "", (FIELD, token), ("cookie", f"CF_Authorization={token}"))


@pytest.mark.parametrize("target", ["status", "metrics", "dead"])
async def test_a_member_reads_what_operators_read(target: str) -> None:
    for token in (GOOD, READING, PROGRAM):
        assert (await sent(team(), "GET", target, None, (FIELD, token))).status == 200
    assert (
        await sent(team(), "GET", target, None, ("cookie", f"a=b; CF_Authorization={GOOD}"))
    ).status == 200


async def test_the_console_greets_them_by_their_address() -> None:
    assert (await visitor().get()).status == 200
    path, operator = shown.pop()
    assert (path, operator.role, operator.name, len(operator.csrf)) == (
        f"GET {CONSOLE}",
        "operate",
        PERSON,
        64,
    )


@pytest.mark.parametrize(
    "token",
    [
        "",
        "x",
        signed(claims(aud=["f" * 64])),
        signed(claims(iss="https://evil.cloudflareaccess.com")),
        signed(claims(exp=1)),
        signed(claims(), by="two"),
        signed(claims(), "two"),
        signed(claims(), header={"alg": "none", "kid": "one"}),
        signed(claims(), header={"alg": "HS256", "kid": "one"}),
    ],
)
async def test_whoever_is_not_of_the_team_is_401(token: str) -> None:
    of = team()
    for target in ("status", "console"):
        assert (await sent(of, "GET", target, None, (FIELD, token))).status == 401
    assert (await sent(of, "POST", "drain", None, (FIELD, token))).status == 401
    assert of.budgets[-1].spent == len(of.itself.kicks) == 0


async def test_beside_tokens_who_is_not_of_the_team_may_sign_in() -> None:
    assert where(await visitor("x", team(tokens=(OPERATOR,))).get()) == (303, f"{CONSOLE}/login")


async def test_while_the_teams_keys_cannot_be_had_nobody_is_admitted_by_it_but_tokens_open() -> None:
    of = team(Cloudflare(down=True), (OPERATOR,))
    for target in ("status", "console"):
        answer = await sent(of, "GET", target, None, (FIELD, GOOD))
        assert (answer.status, answer.headers.get("retry-after")) == (503, "5")
    assert (await sent(of, "GET", "status", OPERATOR, (FIELD, GOOD))).status == 200


async def test_a_members_form_carries_what_is_tied_to_their_token_and_to_this_server() -> None:
    browser = visitor()
    await browser.get()
    carried = shown.pop()[1].csrf
    assert (await browser.post(f"{CONSOLE}/drain", OURS, csrf=carried)).status == 200
    await browser.post("/.homeport/drain", OURS, csrf=carried)
    assert browser.of.itself.kicks
    shown.clear()
    other = visitor(signed(claims(email="eve@example.com")))
    for path in (f"{CONSOLE}/drain", "/.homeport/drain"):
        assert (await other.post(path, OURS, csrf=carried)).status == 403
        assert (await browser.post(path, OURS)).status == 403
        assert (await browser.post(path, (), csrf=carried)).status == 403
        assert (await browser.post(path, OURS, csrf=csrf(b"", GOOD))).status == 403
    assert shown == []


async def test_who_may_read_does_not_act() -> None:
    for token in (READING, signed(program() | {"aud": [READ]})):
        for target in ("drain", "console/drain", "purge"):
            assert (await sent(team(), "POST", target, None, (FIELD, token))).status == 403


@pytest.mark.parametrize("target", ["drain", "console/drain"])
async def test_a_service_token_acts_without_a_form_where_no_browser_sends_it(target: str) -> None:
    of = team()
    await sent(of, "POST", target, None, (FIELD, PROGRAM))
    assert of.itself.kicks or shown
    for brought in (("cookie", "a=b"), ("origin", "https://evil.example"), ("sec-fetch-site", "none")):
        assert (await sent(team(), "POST", target, None, (FIELD, PROGRAM), brought)).status == 403
    assert (await sent(team(), "POST", target, None, (FIELD, GOOD))).status == 403


async def test_a_program_purges_and_a_page_does_not() -> None:
    body = b'{"tags": ["a"]}'
    length = ("content-length", str(len(body)))
    for token, status in ((PROGRAM, 200), (GOOD, 403)):
        request = Request("POST", "/.homeport/purge", Headers([(FIELD, token), length]), body)
        assert (await answered(team().worker(), request)).status == status
    ours = Headers([(FIELD, GOOD), length, ("host", "shop.example"), *OURS])
    refused = await answered(team().worker(), Request("POST", "/.homeport/purge", ours, body))
    assert refused.status == 403
    assert b"service token" in bytes(refused.body)


async def test_cloudflare_ends_the_sessions_that_it_began() -> None:
    browser = visitor()
    await browser.get()
    answer = await browser.post(f"{CONSOLE}/logout", OURS, csrf=shown.pop()[1].csrf)
    assert where(answer) == (303, "/cdn-cgi/access/logout")


async def test_addresses_exist_for_whom_the_team_has_a_role() -> None:
    reading = Harbour(assertions=Assertions(type(TEAM)("example", ((READ, "read"),)), Cloudflare()))
    assert (await sent(reading, "GET", "status", None)).status == 401
    assert (await sent(reading, "POST", "drain", None)).status == 404
    assert (await sent(reading, "POST", "purge", None)).status == 404
    assert (await sent(team(), "POST", "purge", None)).status == 401
    assert (await sent(team(), "GET", "console/login", None)).status == 404
    assert OPERATE != READ
