"""The shop behind Homeport, as buyers in two regions see it: a page changes for everybody when it is pushed."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from local.demo_push.shop import ROUTES, Shop, serving
from local.demo_push.story import COUNTRIES
from local.origins.inventory.stock import FEW
from local.stack import observer
from local.stack.stack import Plan, Stack, running
from local.stack.wrangler import free_port
from tests.browser import chromium
from tests.browser.devtools import Visitor, driven

LOOK = "document.querySelector('main').dataset.look + ': ' + document.querySelector('.look').textContent"
BUY = "form[action='/buy'] button"


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with running(Plan(origin=f"http://127.0.0.1:{free_port()}", routes=ROUTES)) as stack:
        yield stack


@pytest.fixture
def shop(stack: Stack) -> Iterator[Shop]:
    """A shop of its own for each test: no region knows its page yet."""
    with serving(stack, "push") as shop:
        yield shop


def page(stack: Stack, country: str) -> tuple[str, str]:
    """What a country's visitor is told of where the page comes from, and the page."""
    with observer.visitor(stack, country) as visitor:
        answer = visitor.get("/")
    return answer.headers["cache-status"], answer.text


def test_a_purchase_that_changes_no_look_leaves_every_regions_page_as_it_is(stack: Stack, shop: Shop) -> None:
    shop.stock(FEW + 10)
    with observer.visitor(stack, "JP") as buyer:
        bought = buyer.post("/buy")
        assert (bought.status_code, bought.headers["location"]) == (303, "/thanks")
        thanks = buyer.get("/thanks")
    assert (thanks.status_code, thanks.headers["cache-control"]) == (200, "no-store")
    for country, region in COUNTRIES.items():
        said, text = page(stack, country)
        assert said.startswith("Homeport; hit; ttl="), said
        assert said.endswith(f'detail="{region} pushed"')
        assert "In stock" in text
    assert (shop.renders(), shop.requests()) == ({"reader": 0, "push": 1}, 0)


def test_what_is_sold_in_one_region_is_shown_in_the_others_when_the_buyer_has_the_answer(
    stack: Stack, shop: Shop
) -> None:
    shop.stock(1)
    assert "Few left" in page(stack, "DE")[1]
    with observer.visitor(stack, "JP") as buyer:
        assert buyer.post("/buy").status_code == 303
        assert buyer.post("/buy").status_code == 409
    for country in COUNTRIES:
        said, text = page(stack, country)
        assert "pushed" in said
        assert "Sold out" in text
    assert (shop.renders(), shop.requests()) == ({"reader": 0, "push": 2}, 0)


def buy(visitor: Visitor) -> None:
    visitor.press(BUY)
    assert visitor.ask("document.title") == "Thank you"
    visitor.press("main a")


def test_who_buys_until_all_is_sold_changes_the_page_of_another_region(
    stack: Stack, shop: Shop, tmp_path_factory: pytest.TempPathFactory
) -> None:
    program = chromium.find()
    if program is None:
        pytest.skip("no Chromium: on Debian, `apt-get install chromium`")
    shop.stock(FEW)
    with driven(program, tmp_path_factory.mktemp("chromium")) as browser:
        japan, germany = browser.visitor("JP"), browser.visitor("DE")
        japan.go(f"{stack.edge}/")
        germany.go(f"{stack.edge}/")
        seen = [germany.ask(LOOK)]
        buy(japan)
        germany.go(f"{stack.edge}/")
        seen.append(germany.ask(LOOK))
        shop.stock(3)
        for _ in range(3):
            buy(japan)
        assert japan.ask(f"document.querySelector({BUY!r})") is None
        assert japan.ask(LOOK) == "SOLD_OUT: Sold out"
        germany.go(f"{stack.edge}/")
        seen.append(germany.ask(LOOK))
    assert seen == ["ENOUGH: In stock", "LITTLE: Few left", "SOLD_OUT: Sold out"]
    assert (shop.renders(), shop.requests()) == ({"reader": 0, "push": 3}, 0)
    assert httpx.get(f"{shop.url}/admin").text.count("0 pieces") == 1
