"""Operators in browsers and of a Cloudflare Access team on the real runtime: cookies, forms, keys, WebCrypto."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from local.stack import observer
from local.stack.stack import Plan, Stack, running
from tests.e2e.scripted_origin import Origin, Reply, scripted_origin
from tests.homeport.access_world import OPERATE, READ, claims, document, program, signed

ALICE = {"cookie": "sid=alice-secret"}
LOGIN = "/.homeport/console/login"


@contextmanager
def team() -> Iterator[str]:
    """Where a team's keys are; `broken` is nobody's."""

    class Certs(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = self.path == "/cdn-cgi/access/certs"
            self.send_response(200 if found else 404)
            self.end_headers()
            self.wfile.write(document("one") if found else b"")

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Certs) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with scripted_origin() as origin:
        yield origin


@pytest.fixture(scope="module")
def stack(origin: Origin) -> Iterator[Stack]:
    routes = Path(__file__).with_name("sealing_routes.py")
    with team() as certs:
        variables = {
            "HOMEPORT_SEAL_KEYS": "one:" + "A" * 43,
            "HOMEPORT_ACCESS_TEAM": f"example={certs}",
            "HOMEPORT_ACCESS_AUD": OPERATE,
            "HOMEPORT_ACCESS_READ_AUD": READ,
        }
        with running(Plan(origin=origin.url, routes=routes, variables=variables)) as stack:
            yield stack


@pytest.fixture
def browser(stack: Stack) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=stack.edge, timeout=60.0) as client:
        yield client


def sign_in(browser: httpx.Client, token: str, **fields: str) -> httpx.Response:
    site = {"origin": str(browser.base_url).rstrip("/"), "sec-fetch-site": "same-origin"} | fields
    return browser.post(LOGIN, data={"token": token}, headers=site)


def session(answer: httpx.Response) -> str:
    """As a browser keeps it, which takes this very machine for secure; httpx does not."""
    return answer.headers["set-cookie"].partition(";")[0]


def test_a_token_becomes_a_session_that_reads_and_is_taken_away_again(
    stack: Stack, browser: httpx.Client
) -> None:
    sent = browser.get("/.homeport/console")
    assert (sent.status_code, sent.headers["location"]) == (303, LOGIN)
    assert "one of the operators" in browser.get(LOGIN).text.lower()
    assert sign_in(browser, "w" * 32).status_code == 401
    assert sign_in(browser, stack.operate_token, origin="https://elsewhere.example").status_code == 403
    answer = sign_in(browser, stack.operate_token)
    assert (answer.status_code, answer.headers["location"]) == (303, "/.homeport/console")
    attributes = answer.headers["set-cookie"].split("; ")[1:]
    assert attributes == ["Max-Age=43200", "Path=/.homeport/", "HttpOnly", "Secure", "SameSite=Strict"]
    cookie = {"cookie": session(answer)}
    assert browser.get("/.homeport/status", headers=cookie).status_code == 200
    assert browser.post("/.homeport/drain", headers=cookie).status_code == 403
    forged = browser.post(
        "/.homeport/drain", headers=cookie | {"sec-fetch-site": "same-origin"}, data={"csrf": "0" * 64}
    )
    assert (forged.status_code, forged.json()["title"]) == (403, "Form out of date")


def test_members_of_the_team_are_admitted_by_a_signature_that_workerd_checks(
    browser: httpx.Client,
) -> None:
    now = int(time.time())

    def asked(token: str, method: str = "GET", what: str = "status") -> int:
        fields = {"cf-access-jwt-assertion": token}
        return browser.request(method, f"/.homeport/{what}", headers=fields).status_code

    good = signed(claims(now))
    assert asked(good) == 200
    assert asked(signed(claims(now, aud=READ))) == 200
    assert asked(signed(claims(now), by="two")) == 401
    assert asked(signed(claims(now), "two")) == 401
    assert asked(good[:-6] + "AAAAAA") == 401
    assert asked(signed(claims(now - 7200))) == 401
    assert asked(good, "POST", "drain") == 403
    assert asked(signed(program(now)), "POST", "drain") == 202
    assert browser.get("/.homeport/status", headers={"cookie": f"CF_Authorization={good}"}).status_code == 200


def test_a_receipt_is_its_authors_and_an_operators_and_nowhere_for_others(
    stack: Stack, origin: Origin, browser: httpx.Client
) -> None:
    origin.says("/own/9", *[Reply(503)] * 20)
    with observer.visitor(stack, "JP") as visitor:
        accepted = visitor.put("/own/9", json={"n": 1}, headers=ALICE)
        assert accepted.status_code == 202
        where = accepted.headers["location"]
        assert visitor.get(where, headers=ALICE).json()["state"] == "pending"
        missing = visitor.get(where[:-32] + "0" * 32)
        for fields in ({}, {"cookie": "sid=bob"}, {"authorization": f"Bearer {stack.operate_token}"}):
            other = visitor.get(where, headers=fields)
            assert (other.status_code, other.content) == (404, missing.content)
            assert other.headers["cache-status"] == missing.headers["cache-status"]
        cookie = session(sign_in(browser, stack.read_token))
        shown = browser.get(where, headers={"cookie": cookie})
        assert (shown.status_code, shown.json()["state"]) == (200, "pending")
        both = {"cookie": f"{ALICE['cookie']}; {cookie}"}
        assert visitor.get(where, headers=both).json()["state"] == "pending"
        stale = visitor.get(where, headers={"cookie": cookie[:-4] + "0000"})
        assert (stale.status_code, stale.content) == (404, missing.content)
