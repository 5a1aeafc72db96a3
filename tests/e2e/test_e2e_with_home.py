"""A visitor who has written stays with the region that took the write, on the real runtime."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product

import httpx
import pytest

from homeport.keys import DAY_SECONDS
from homeport.regions.home import Home, seal
from homeport.regions.hubs import TABLE
from local.stack import observer
from local.stack.stack import Plan, Stack, running
from tests.e2e.e2e_rig import event, eventually, signed, write_in_silence

COOKIE, FIELD = "__Host-homeport", "homeport-home"
JAPAN, GERMANY = "ap-northeast-1", "eu-central-1"


def item(number: int, name: str) -> tuple[str, dict[str, object]]:
    return f"/api/items/item-{number}", {"id": f"item-{number}", "name": name, "quantity": number}


def sealed(stack: Stack, region: str = JAPAN, table: str = TABLE, age: int = 60) -> str:
    """A value made so many seconds ago."""
    return seal(Home(region, table, int(time.time()) - age), stack.home_secret)


def where(stack: Stack, *fields: tuple[str, str]) -> tuple[str, bool]:
    """The region that a visitor in Germany is told, and whether it is their home."""
    with observer.visitor(stack, "DE") as visitor:
        body = visitor.get("/.homeport/where", headers=list(fields)).json()
    return body["region"], body["home"]


@pytest.mark.parametrize("by", ["cookie", FIELD])
def test_a_traveller_reads_what_they_wrote_and_writes_where_they_wrote(stack: Stack, by: str) -> None:
    path, new = item(40 if by == "cookie" else 41, f"by {by}")
    with observer.visitor(stack, "JP") as japan, observer.visitor(stack, "DE") as germany:
        accepted = japan.put(path, json=new)
        assert accepted.status_code == 202
        assert accepted.headers["cache-control"] == "no-store"
        value = accepted.headers[FIELD]
        kept = f"{COOKIE}={value}"
        attributes = "Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax"
        assert accepted.headers["set-cookie"] == f"{kept}; {attributes}"
        carried = {by: kept if by == "cookie" else value}

        read = germany.get(path, headers=carried)
        assert read.json() == new
        assert f'detail="{JAPAN}' in read.headers["cache-status"]
        assert not {"set-cookie", FIELD} & set(read.headers)
        assert f'detail="{GERMANY}"' in germany.get(path).headers["cache-status"]

        again = germany.put(path, json=new, headers=carried)
        assert (again.status_code, again.headers["cache-status"]) == (
            202,
            f'Homeport; detail="{JAPAN} accepted"',
        )
        assert not {"set-cookie", FIELD} & set(again.headers)  # told less than ten seconds ago
        for receipt in (accepted, again):
            address = receipt.headers["location"]
            eventually(partial(japan.get, address), lambda answer: answer.json()["state"] == "applied")


def test_a_write_later_on_renews_the_home(stack: Stack) -> None:
    path, new = item(42, "renewed")
    old = sealed(stack)
    with observer.visitor(stack, "DE") as visitor:
        accepted = visitor.put(path, json=new, headers={"cookie": f"{COOKIE}={old}"})
        assert accepted.status_code == 202
        renewed = accepted.headers[FIELD]
        assert renewed != old
        assert where(stack, ("cookie", f"{COOKIE}={renewed}")) == (JAPAN, True)
        address = accepted.headers["location"]
        carried = {FIELD: renewed}
        eventually(
            lambda: visitor.get(address, headers=carried).json(), lambda body: body["state"] == "applied"
        )


def test_where_tells_whether_the_region_is_home(stack: Stack) -> None:
    value = sealed(stack)
    assert where(stack) == (GERMANY, False)
    assert where(stack, (FIELD, value)) == (JAPAN, True)
    assert where(stack, ("cookie", f"a=1; {COOKIE}=forged; {COOKIE}={value}; b=2")) == (JAPAN, True)
    assert where(stack, ("cookie", "a=1"), ("cookie", f"{COOKIE}={value}"), ("cookie", "b=2")) == (
        JAPAN,
        True,
    )
    american = sealed(stack, "us-east-1")
    assert where(stack, ("cookie", f"{COOKIE}={value}"), (FIELD, american)) == ("us-east-1", True)
    assert where(stack, ("cookie", f"{COOKIE}={value}"), (FIELD, american[:-1])) == (JAPAN, True)


def test_what_is_forged_cut_short_or_outdated_is_ignored(stack: Stack) -> None:
    value = sealed(stack)
    signed_part, _, mac = value.rpartition(".")
    day, month = DAY_SECONDS, 30 * DAY_SECONDS
    for ignored in (
        value[:-1],
        value[1:],
        f"{signed_part}.{mac[:-1]}{'0' if mac[-1] != '0' else '1'}",
        value.replace(JAPAN, "us-east-1"),
        sealed(stack, "us-west-2"),
        sealed(stack, table="0", age=day + 60),
        sealed(stack, age=month + 60),
        sealed(stack, age=-360),
        seal(Home(JAPAN, TABLE, int(time.time())), "another secret, as long as it must be"),
    ):
        assert where(stack, (FIELD, ignored)) == (GERMANY, False), ignored
    assert where(stack, (FIELD, sealed(stack, table="0", age=day - 60))) == (JAPAN, True)
    assert where(stack, (FIELD, sealed(stack, age=month - 60))) == (JAPAN, True)


def test_no_cache_behind_this_one_may_use_a_dirty_answer_unasked(stack: Stack) -> None:
    path, new = item(43, "dirty")
    body = httpx.Request("PUT", "http://x", json=new).content
    address = write_in_silence(stack, JAPAN, path, body)
    with observer.visitor(stack, "DE") as traveller:
        carried = {"cookie": f"{COOKIE}={sealed(stack, age=0)}"}
        dirty = traveller.get(path, headers=carried)
        assert dirty.json() == new
        assert dirty.headers["cache-status"] == f'Homeport; hit; detail="{JAPAN} dirty"'
        assert dirty.headers["cache-control"] == "no-cache"
        told = event(stack, JAPAN)
        traveller.post("/.homeport/topics", content=told, headers=signed(stack, told)).raise_for_status()
        eventually(lambda: traveller.get(address, headers=carried).json(), lambda b: b["state"] == "applied")


def test_a_session_of_the_origins_own_goes_on_beside_the_home(stack: Stack) -> None:
    with observer.visitor(stack, "JP") as visitor:
        login = visitor.post("/login", data={"name": "Aiko"}, headers={"cookie": f"{COOKIE}={sealed(stack)}"})
        session = login.headers["set-cookie"].partition(";")[0]
        visitor.cookies.clear()
        page = visitor.get("/login", headers={"cookie": f"{COOKIE}={sealed(stack)}; {session}"})
        assert "Aiko" in page.text


@dataclass
class Recorder:
    """An origin that answers 204 to everything and remembers the fields, names in lower case, and bodies it got."""

    url: str = ""
    got: list[tuple[list[tuple[str, str]], bytes]] = field(default_factory=list)

    def of(self, number: str) -> tuple[list[tuple[str, str]], bytes]:
        """What it got of ours and of cookies, and the body, with the one request of this number."""
        ((fields, body),) = [(fields, body) for fields, body in self.got if ("x-number", number) in fields]
        return [pair for pair in fields if pair[0] in ("cookie", FIELD)], body


@contextmanager
def recorder() -> Iterator[Recorder]:
    record = Recorder()

    class Handler(BaseHTTPRequestHandler):
        def __getattr__(self, name: str) -> object:
            if name.startswith("do_"):
                return self._answer
            raise AttributeError(name)

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            record.got.append(([(name.lower(), value) for name, value in self.headers.items()], body))
            self.send_response(204)
            self.end_headers()

        def log_request(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    record.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield record
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


OTHERS = 'a=1,2;b="3=4" ; c={"d":"e"}'


def test_without_a_secret_there_is_no_home_and_the_origin_gets_nothing_of_ours_all_the_same() -> None:
    variables = {"HOMEPORT_HOME_SECRETS": ""}
    with recorder() as origin, running(Plan(origin=origin.url, variables=variables)) as stack:
        value = sealed(stack, age=0)
        ours = f"{COOKIE}={value}"
        assert where(stack, (FIELD, value), ("cookie", ours)) == (GERMANY, False)
        sent = [
            ([OTHERS], [OTHERS]),
            ([ours], []),
            ([f"{OTHERS}; {ours}"], [OTHERS]),
            ([f"{ours}; {OTHERS}"], [OTHERS]),
            ([f"{ours}; a=1; {COOKIE}=x; b=2"], ["a=1; b=2"]),
            (["a=1", ours, "b=2"], ["a=1; b=2"]),
            ([ours, ours], []),
        ]
        plain = (["a=1", "b=2"], ["a=1, b=2"], False)  # several fields are joined by the runtime, not by us
        cases = [plain, *((*each, also) for each in sent for also in (False, True))]
        requests = (
            ("GET", "/page?q", b""),
            ("POST", "/page", b"body"),
            ("PATCH", "/api/items/item-9", b"{}"),
        )
        with observer.visitor(stack, "DE") as visitor:
            accepted = visitor.put(
                "/api/items/item-1", json={"id": "item-1"}, headers={FIELD: value, "cookie": ours}
            )
            assert (accepted.status_code, accepted.headers["cache-status"].count(GERMANY)) == (202, 1)
            assert not {"set-cookie", FIELD} & set(accepted.headers)
            for number, ((method, path, body), (cookies, kept, also)) in enumerate(product(requests, cases)):
                fields = [("x-number", str(number)), *(("cookie", each) for each in cookies)]
                fields += [(FIELD, value)] * also
                answer = visitor.request(method, path, headers=fields, content=body)
                assert answer.status_code == 204, answer.text
                assert origin.of(str(number)) == ([("cookie", each) for each in kept], body), (
                    method,
                    cookies,
                )
        assert not any(FIELD in dict(fields) or COOKIE in str(fields) for fields, _ in origin.got)
