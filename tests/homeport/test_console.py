"""The console over HTTP: who may open it, what its forms do, and what it costs."""

from __future__ import annotations

import base64
import hashlib
import subprocess
import sys

import pytest

from homeport import keys
from homeport.draining.dead_letter import letter
from homeport.draining.letter import Letter
from homeport.messages import Headers, Request, Response
from homeport.operating.console.answer import Console
from homeport.operating.operator import Operator
from homeport.operating.surface import Surface
from homeport.regions.breaker import OPENED
from homeport.writing.receipt import Receipt
from tests.homeport.console_reader import Element, read, rows
from tests.homeport.homeport_world import failing
from tests.homeport.operating_world import OPERATOR, READER, dead, harbour, sent
from tests.homeport.sync_world import LANE, TARGET, Harbour
from tests.homeport.writing_processes import Process
from tests.homeport.writing_world import AWAY, HOME


async def opened(
    of: Harbour, target: str = "console", *fields: tuple[str, str], status: int = 200
) -> Element:
    answer = await sent(of, "GET", target, OPERATOR, *fields)
    assert answer.status == status, bytes(answer.body)
    return read(bytes(answer.body))


async def pressed(of: Harbour, target: str) -> str:
    """Where a form leads."""
    answer = await sent(of, "POST", f"console/{target}")
    assert (answer.status, answer.headers.get("cache-control")) == (303, "no-store")
    where = answer.headers.get("location")
    assert where is not None
    return where.removeprefix("/.homeport/")


async def test_the_page_shows_what_waits_what_is_dead_and_what_was_settled() -> None:
    of = harbour()
    await dead(of)
    await of.worker().lane(HOME, LANE, "kick")
    await of.surroundings.run_behind()
    await of.accepted(TARGET, b"newer")
    of.clock.advance(5_000)
    found = await opened(of)
    assert found.one("h1").text == f"▲ {HOME}: 1 dead letter."
    assert rows(found, "regions")[0][:3] == [HOME, "▲ 1 dead letter", "1"]
    assert rows(found, "lanes") == [[f"{HOME} / {LANE}", "free", "1", "5 s", ""]]
    assert rows(found, "dead")[0][:3] == [f"PUT {TARGET}", "the origin refused it with 422", HOME]


async def test_what_a_drain_settled_is_among_the_latest_receipts() -> None:
    of = harbour()
    write = await of.accepted(TARGET, b"new")
    of.worker().kick(HOME, LANE)
    await of.surroundings.run_behind()
    found = await opened(of)
    assert rows(found, "receipts") == [[f"PUT {TARGET}", "● applied 200", HOME, "0 s ago"]]
    assert rows(found, "regions")[0][-1] == "1"
    link = found.one("div", id="receipts").one("a").attributes["href"] or ""
    shown = await opened(of, link.removeprefix("/.homeport/"))
    receipt = of.receipt(write.id)
    assert isinstance(receipt, Receipt)
    assert ("applied 200" in shown.text, TARGET in shown.text, receipt.address in shown.text) == (True,) * 3


async def test_nothing_on_the_page_may_run_or_load_but_its_own_style_and_script() -> None:
    answer = await sent(harbour(), "GET", "console")
    found = read(bytes(answer.body))
    policy = answer.headers.get("content-security-policy") or ""
    for tag in ("style", "script"):
        (text,) = found.one(tag).inside
        digest = base64.b64encode(hashlib.sha256(str(text).encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    for rule in ("default-src 'none'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"):
        assert rule in policy
    fields = ("content-type", "x-content-type-options", "referrer-policy", "cache-control")
    assert [answer.headers.get(name) for name in fields] == [
        "text/html; charset=utf-8",
        "nosniff",
        "same-origin",
        "no-store",
    ]
    assert not [each for each in (*found.all("link"), *found.all("img")) if each.attributes.get("href")]
    assert not [each for each in found.all("script") if "src" in each.attributes]


async def test_head_is_answered_without_the_page() -> None:
    answer = await sent(harbour(), "HEAD", "console")
    assert (answer.status, bytes(answer.body)) == (200, b"")


async def test_a_dead_letter_is_sent_again_by_its_button() -> None:
    of = harbour()
    write_id = await dead(of)
    found = await opened(of)
    action = found.one("div", id="dead").one("form").attributes["action"] or ""
    where = await pressed(of, action.removeprefix("/.homeport/console/"))
    after = await opened(of, where)
    assert after.one("p", role="status").text == f"{HOME}: Sent again, as a new write. Its receipt"
    assert after.one("div", id="dead").text == "There are none."
    assert rows(after, "regions")[0][:3] == [HOME, "◆ 1 waiting", "1"]
    assert of.itself.kicks == [(HOME, LANE)]
    assert await letter(of.home, write_id) is None
    receipt = after.one("p", role="status").one("a").attributes["href"] or ""
    waiting = await opened(of, receipt.removeprefix("/.homeport/"), status=404)
    assert "still waits" in waiting.one("main").text


async def test_a_dead_letter_is_looked_at_and_dropped_on_its_own_page() -> None:
    of = harbour()
    write_id = await dead(of, b"secret body")
    page = await opened(of, f"console/dead/{write_id}?region={HOME}")
    assert "secret body" in page.one("main").text
    assert "sid=1" not in page.text
    drop = [form.attributes["action"] or "" for form in page.all("form")][-1]
    where = await pressed(of, drop.removeprefix("/.homeport/console/"))
    after = await opened(of, where)
    assert after.one("p", role="status").text == f"{HOME}: Dropped for good."
    assert await letter(of.home, write_id) is None
    assert (
        await pressed(of, drop.removeprefix("/.homeport/console/")) == f"console?told=not-found&region={HOME}"
    )


async def test_a_reader_sees_no_bodies_and_no_buttons_and_cannot_act() -> None:
    of = harbour()
    write_id = await dead(of, b"secret body")
    answer = await sent(of, "GET", f"console/dead/{write_id}", READER)
    page = read(bytes(answer.body))
    assert (answer.status, page.all("form"), "secret body" in page.text) == (200, [], False)
    assert "A body of 11 B." in page.text
    assert (await sent(of, "POST", f"console/dead/{write_id}/drop", READER)).status == 403
    assert isinstance(await letter(of.home, write_id), Letter)
    assert read(bytes((await sent(of, "GET", "console", READER)).body)).all("button") == []


async def test_a_body_that_is_no_text_is_shown_in_base64() -> None:
    of = harbour()
    write_id = await dead(of, b"\xff\x00")
    page = await opened(of, f"console/dead/{write_id}")
    assert "in base64" in page.text
    assert "/wA=" in [each.text for each in page.all("pre")]


async def test_all_lanes_are_woken_by_a_button() -> None:
    of = harbour()
    of.itself.heard = True
    assert await pressed(of, "drain") == "console?told=woken"
    assert sorted(of.itself.kicks) == sorted(
        (name, lane) for name in (HOME, AWAY) for lane in range(keys.LANES)
    )
    of.itself.heard = False
    assert await pressed(of, "drain") == "console?told=not-woken"


@pytest.mark.parametrize(
    ("method", "word"),
    [("set_if", "retry-not-taken"), ("get_with_hash", "a-region-does-not-answer")],
)
async def test_why_an_action_failed_is_said_on_the_page(method: str, word: str) -> None:
    of = harbour()
    write_id = await dead(of)
    of.home.cache.faults = failing("sorted_set_put" if method == "set_if" else method)
    where = await pressed(of, f"dead/{write_id}/retry?region={HOME}")
    assert where == f"console?told={word}&region={HOME}"
    of.home.cache.faults = None
    page = await opened(of, where)
    assert page.one("p", role="alert").text.startswith(f"{HOME}: ")
    assert rows(page, "dead")[0][0] == f"PUT {TARGET}"


async def test_a_region_of_nobodys_is_refused() -> None:
    for method, what in (("POST", "dead/abc/retry"), ("GET", "dead/abc"), ("GET", "receipt/abc")):
        assert (await sent(harbour(), method, f"console/{what}?region=nowhere")).status == 422


async def test_a_region_that_does_not_answer_leaves_the_rest_of_the_page() -> None:
    of = harbour()
    await dead(of)
    of.away.cache.faults = failing()
    page = await opened(of)
    assert page.one("h1").text == f"✕ {AWAY} does not answer (TIMEOUT_ERROR). ▲ {HOME}: 1 dead letter."
    assert rows(page, "dead")[0][0] == f"PUT {TARGET}"
    assert f"{AWAY} does not tell: TIMEOUT_ERROR" in page.one("div", id="dead").text
    assert f"Without {AWAY}: no answer." in page.one("div", id="hour").text


@pytest.mark.parametrize(
    ("target", "status"),
    [
        ("console/receipt/abc", 404),
        (f"console/receipt/abc?region={HOME}", 404),
        ("console/dead/abc", 404),
    ],
)
async def test_what_is_not_there_is_said_on_a_page(target: str, status: int) -> None:
    page = await opened(harbour(), target, status=status)
    assert page.one("h1").text
    assert page.one("main").one("a").attributes["href"] == "/.homeport/console"


async def test_a_receipt_of_a_region_that_does_not_answer_is_502() -> None:
    of = harbour()
    of.home.cache.faults = failing()
    page = await opened(of, f"console/receipt/abc?region={HOME}", status=502)
    assert "TIMEOUT_ERROR" in page.one("main").text


@pytest.mark.parametrize(
    "target",
    ["console/", "console/nothing", "console/dead", "console/receipt/a/b", "console/dead/a-b", "consoles"],
)
async def test_there_is_nothing_else(target: str) -> None:
    assert (await sent(harbour(), "GET", target)).status == 404


@pytest.mark.parametrize("page", ["x", "1234567", "²", ""])
async def test_what_is_no_page_of_letters_is_the_first(page: str) -> None:
    assert (await opened(harbour(), f"console?page={page}")).one("div", id="dead").text == "There are none."


async def test_reads_that_stay_away_from_a_region_are_trouble() -> None:
    page = await opened(harbour(), "console", (OPENED, f"{AWAY}, other"))
    assert page.one("h1").text == f"▲ {AWAY}: reads stay away."


async def test_a_look_at_an_idle_region_costs_thirteen_calls() -> None:
    of, process = harbour(), Process()
    worker = of.worker(by=process)
    surface = Surface(worker.regions, worker.drain, worker.itself, of.surroundings.effects)
    answer = await Console(surface).answer(Request("GET", "/.homeport/console"), Operator("read", "somebody"))
    assert answer.status == 200
    calls = [call for call in process.calls if call.startswith(HOME)]
    assert len(calls) == 2 * keys.LANES + 1 + 3 + 1


async def test_a_page_that_cannot_pay_for_all_shows_what_it_can() -> None:
    of = harbour()
    await dead(of)
    of.subrequests = 23
    page = await opened(of)
    assert rows(page, "regions")[0][0] == HOME
    assert "HOMEPORT_SUBREQUESTS" in page.one("div", id="hour").text


async def test_without_tokens_there_is_no_console() -> None:
    assert (await sent(Harbour(), "GET", "console", None)).status == 404


def test_no_worker_reads_the_console_at_its_start() -> None:
    asked = (
        "import sys, homeport.edge, homeport.sync, homeport.draining.drain\n"
        "print([name for name in sys.modules if 'console' in name or name in ('html', 'homeport.history')])"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


async def test_hostile_paths_of_visitors_are_text_in_every_page() -> None:
    of = harbour()
    write = await of.accepted(TARGET + "?<script>alert(1)</script>", b"<script>alert(2)</script>")
    assert write.resource.target.endswith("</script>")
    of.origin.answers[write.resource.target] = [
        Response(422, Headers([("x-any", "<script>alert(3)</script>")]), b"<script>alert(4)</script>")
    ]
    lane = keys.lane_of(write.resource.key)
    await of.worker().lane(HOME, lane, "kick")
    await of.surroundings.run_behind()
    page = await opened(of, f"console/dead/{write.id}")
    assert page.all("script") == []
    assert "alert(1)" in page.text
    assert "alert(4)" in page.text
    assert "alert(1)" not in (await opened(of)).text
