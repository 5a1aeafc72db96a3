"""The console in headless Chromium, before the whole local stack: by keyboard or mouse, with and without JavaScript.

HOMEPORT_PICTURES=docs has it write the pictures of the documentation there.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeport import history, keys
from local.stack import observer
from local.stack.stack import Plan, Stack, running
from momento_http_shim import CacheClient, Credentials
from momento_http_shim.runtime.aio import AioTransport
from tests.browser import chromium
from tests.browser.devtools import Browser, Visitor, driven
from tests.e2e.e2e_rig import eventually, fault, write_all_in_silence
from tests.e2e.test_e2e_with_operating import operate, refused_write

TOKYO, FRANKFURT, SYDNEY = "ap-northeast-1", "eu-central-1", "ap-southeast-2"
REGIONS = ("us-east-1", "us-west-2", FRANKFURT, TOKYO, SYDNEY)
CONSOLE = "/.homeport/console"
HIGHEST_PICTURE, LARGEST_PICTURE = 960, 150 * 1024
"""In pixels, and in octets."""


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    routes = Path(__file__).parents[1] / "e2e" / "e2e_routes.py"
    with running(Plan(seed=50, routes=routes, regions=REGIONS)) as stack:
        yield stack


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = chromium.find()
    if program is None:
        pytest.skip("no Chromium: on Debian, `apt-get install chromium`")
    with driven(program, tmp_path_factory.mktemp("chromium")) as browser:
        yield browser


@pytest.fixture
def operator(stack: Stack, browser: Browser) -> Visitor:
    """Somebody who has signed in, before the console."""
    return signed_in(stack, browser)


def signed_in(stack: Stack, browser: Browser, *, scripts: bool = True) -> Visitor:
    visitor = browser.visitor("DE")
    visitor.command("Emulation.setScriptExecutionDisabled", value=not scripts)
    visitor.go(f"{stack.edge}{CONSOLE}")
    assert visitor.ask("location.pathname") == f"{CONSOLE}/login"
    visitor.ask(f"document.querySelector('[name=token]').value={json.dumps(stack.operate_token)}")
    visitor.press("button")
    assert visitor.ask("location.pathname") == CONSOLE
    return visitor


def text(visitor: Visitor, selector: str) -> str:
    found: str = visitor.ask(f"document.querySelector({json.dumps(selector)})?.innerText ?? ''")
    return " ".join(found.split())


def refused(stack: Stack, name: str) -> str:
    """The id of a write in Tokyo that the origin refused, and that it would take now."""
    path, item = f"/api/items/{name}", {"id": name, "name": "mine", "quantity": 1}
    httpx.put(f"{stack.origin}{path}", json=item).raise_for_status()
    with observer.visitor(stack, "JP") as visitor:
        eventually(lambda: visitor.get(path), lambda answer: "; hit" in answer.headers["cache-status"])
        httpx.delete(f"{stack.origin}{path}").raise_for_status()
        write_id = refused_write(stack, visitor, "PATCH", path, {"quantity": 5})
    httpx.put(f"{stack.origin}{path}", json=item).raise_for_status()
    return write_id


def wait(stack: Stack, region: str, *numbers: int) -> None:
    """Let writes wait in a region."""
    items = [{"id": f"item-{number}", "name": "mine", "quantity": number} for number in numbers]
    writes = [(f"/api/items/{item['id']}", json.dumps(item).encode()) for item in items]
    write_all_in_silence(stack, region, writes, ago_ms=40_000)


def quantity(stack: Stack, name: str) -> int | None:
    row = observer.row(stack, name)
    found: int | None = json.loads(row[0])["quantity"] if row else None
    return found


def until(visitor: Visitor, selector: str, enough: Callable[[str], bool]) -> str:
    """What a part says once it is enough; the page looks whenever somebody comes back to it."""

    def look() -> str:
        visitor.ask("document.dispatchEvent(new Event('visibilitychange'))")
        time.sleep(0.2)
        return text(visitor, selector)

    return eventually(look, enough)


@pytest.mark.parametrize("scripts", [True, False])
def test_a_dead_letter_is_retried_by_a_click_with_and_without_javascript(
    stack: Stack, browser: Browser, scripts: bool
) -> None:
    name = f"patched-by-console-{scripts}"
    write_id = refused(stack, name)
    visitor = signed_in(stack, browser, scripts=scripts)
    assert f"PATCH /api/items/{name}" in text(visitor, "#dead")
    visitor.press(f"form[action*='{write_id}/retry'] button")
    assert text(visitor, ".told") == f"{TOKYO}: Sent again, as a new write. Its receipt"
    assert name not in text(visitor, "#dead")
    eventually(lambda: quantity(stack, name), lambda found: found == 5)
    assert operate(stack, "GET", f"dead/{write_id}").status_code == 404
    receipt = visitor.ask("document.querySelector('.told a').href")

    def settled() -> str:
        visitor.go(receipt)
        return text(visitor, "main")

    assert f"/api/items/{name}" in eventually(settled, lambda said: "applied 200" in said)
    visitor.press("main a")
    assert f"PATCH /api/items/{name}" in text(visitor, "#receipts")


def test_a_dead_letter_is_looked_at_and_dropped(stack: Stack, operator: Visitor) -> None:
    write_id = refused(stack, "patched-and-dropped")
    operator.go(f"{stack.edge}{CONSOLE}")
    operator.press(f"#dead a[href*='{write_id}'].request")
    assert '{"quantity": 5}' in text(operator, "main")
    operator.press("button.grave")
    assert text(operator, ".told") == f"{TOKYO}: Dropped for good."
    assert operate(stack, "GET", f"dead/{write_id}").status_code == 404
    assert text(operator, "#dead") == "There are none."


def test_the_page_follows_what_happens_and_leaves_alone_what_somebody_uses(
    stack: Stack, operator: Visitor
) -> None:
    assert "live" in until(operator, "#asof", lambda said: "live" in said)
    wait(stack, SYDNEY, 1, 2, 3)
    assert "3 wait to be settled" in until(operator, "#rest", lambda said: "wait to be" in said)
    assert "◆ 3 waiting" in text(operator, "#regions")
    operator.ask(
        "document.querySelector('#regions').tabIndex = 0; document.querySelector('#regions').focus()"
    )
    operator.press("form[action$='/drain'] button")
    assert text(operator, ".told") == "All lanes are woken."
    until(operator, "#rest", lambda said: "Nothing waits" in said)
    until(operator, "#hour figcaption", lambda said: "0 writes" not in said)
    before = text(operator, "#lanes")
    operator.ask("document.querySelector('#lanes').tabIndex = 0; document.querySelector('#lanes').focus()")
    wait(stack, SYDNEY, 9)
    until(operator, "#rest", lambda said: "1 waits" in said)
    assert text(operator, "#lanes") == before
    operator.ask("document.activeElement.blur()")
    until(operator, "#lanes", lambda said: SYDNEY in said)
    operator.press("form[action$='/drain'] button")
    until(operator, "#rest", lambda said: "Nothing waits" in said)


def test_whoever_signs_out_sees_nothing_more(stack: Stack, operator: Visitor) -> None:
    operator.press("form[action$='/logout'] button")
    assert operator.ask("location.pathname") == f"{CONSOLE}/login"
    operator.go(f"{stack.edge}{CONSOLE}")
    assert operator.ask("location.pathname") == f"{CONSOLE}/login"


def test_every_button_and_every_part_has_a_name_for_a_screen_reader(stack: Stack, operator: Visitor) -> None:
    write_id = refused(stack, "patched-and-read-aloud")
    operator.go(f"{stack.edge}{CONSOLE}")
    nodes = operator.command("Accessibility.getFullAXTree")["nodes"]
    named: dict[str, list[str]] = {}
    for node in nodes:
        if not node.get("ignored"):
            named.setdefault(node["role"]["value"], []).append(node.get("name", {}).get("value", ""))
    for role in ("button", "link", "region", "heading", "image", "table"):
        assert all(named[role]), role
    assert {"Drain all lanes", "Log out", f"Retry {write_id[:6]}"} <= {*named["button"]}
    assert {"Regions", "Dead letters", "The last hour"} <= {*named["region"]}
    assert operate(stack, "POST", f"dead/{write_id}/drop").status_code == 200


def test_it_fits_on_a_phone_in_the_light_and_in_the_dark(
    stack: Stack, browser: Browser, tmp_path: Path
) -> None:
    """And these are its pictures."""
    folder = Path(os.environ.get("HOMEPORT_PICTURES") or tmp_path)
    play(stack)
    letters = [refused(stack, name) for name in ("patched-318", "patched-2210")]
    wait(stack, TOKYO, *range(20, 32))
    visitor = signed_in(stack, browser)
    violations = "addEventListener('securitypolicyviolation', event => violations.push(event.blockedURI))"
    visitor.command("Page.addScriptToEvaluateOnNewDocument", source=f"var violations = []; {violations}")
    with fault(stack, kind="partition", region="us-west-2"):
        for name, width, dark in (
            ("console", 1200, False),
            ("console-dark", 1200, True),
            ("console-phone", 390, True),
        ):
            octets = picture(visitor, f"{stack.edge}{CONSOLE}", width, dark=dark)
            (folder if width > 500 else tmp_path).joinpath(f"{name}.png").write_bytes(octets)
            assert len(octets) < LARGEST_PICTURE
            assert text(visitor, "h1").startswith("✕ us-west-2 does not answer")
            assert visitor.ask("document.documentElement.scrollWidth <= innerWidth")
            assert visitor.ask("getComputedStyle(document.querySelector('header')).display") == "flex"
            assert visitor.ask("violations") == []
    for write_id in letters:
        assert operate(stack, "POST", f"dead/{write_id}/drop").status_code == 200


def picture(visitor: Visitor, url: str, width: int, *, dark: bool) -> bytes:
    visitor.command(
        "Emulation.setDeviceMetricsOverride",
        width=width,
        height=900,
        deviceScaleFactor=1,
        mobile=width <= 500,
    )
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    visitor.command("Emulation.setEmulatedMedia", features=[scheme])
    visitor.go(url)
    high = min(visitor.ask("document.documentElement.scrollHeight"), HIGHEST_PICTURE)
    clip = {"x": 0, "y": 0, "width": width, "height": high, "scale": 1}
    shot = visitor.command("Page.captureScreenshot", format="png", captureBeyondViewport=True, clip=clip)
    return base64.b64decode(shot["data"])


def play(stack: Stack) -> None:
    """An hour in which people wrote, for the picture."""
    last = int(time.time() * 1000) // history.MINUTE_MS

    async def hour() -> None:
        async with AioTransport() as transport:
            for place, region in enumerate((TOKYO, FRANKFURT, "us-east-1")):
                credentials = Credentials.from_key(stack.api_key, stack.regions[region])
                cache = CacheClient(transport, credentials, f"homeport-{region}")
                for ago in range(1, history.MINUTES):
                    number, minute = divmod(last - ago, history.MINUTES)
                    kept: dict[str, Any] = {"ttl_seconds": history.KEPT_SECONDS, "refresh_ttl": False}
                    written = (ago * 7 + place * 13) % 23 + (40 if place == 0 and 20 < ago < 32 else 0)
                    await cache.sorted_set_increment(keys.hour(number), str(minute), written, **kept)
                    if written > 30:
                        await cache.sorted_set_put(
                            keys.hour(number), {f"d{minute}": (32 - ago) * 9.0}, **kept
                        )

    asyncio.run(hour())
