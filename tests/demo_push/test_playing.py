"""The visitors of the story, before an edge that answers as a test says."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

from local.demo_push.playing import NotAsToldError, Play
from local.demo_push.shop import Shop
from local.demo_push.story import RESTOCKED_AT, STOCK, Visit

BUYER, READER = Visit(0.0, "JP", buys=True), Visit(0.0, "DE", buys=False)


@dataclass(frozen=True, slots=True)
class Stocked(Shop):
    """A shop that notes when it is stocked."""

    noted: list[str] = field(default_factory=list)

    def stock(self, pieces: int) -> None:
        self.noted.append(f"stock {pieces}")


def scene(answer: Callable[[httpx.Request], httpx.Response], noted: list[str] | None = None) -> Play:
    client = httpx.AsyncClient(transport=httpx.MockTransport(answer), base_url="http://edge.test")
    return Play(Stocked("push", "http://shop.test", Path("none"), [] if noted is None else noted), client)


def shown(request: httpx.Request) -> httpx.Response:
    if request.method == "POST":
        return httpx.Response(303, headers={"location": "/thanks"})
    return httpx.Response(200, text='<main data-look="LITTLE">')


async def test_a_visitor_comes_from_a_country_and_is_shown_a_look() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(f"{request.method} {request.url.path} {request.headers['mf-cf-blob']}")
        return shown(request)

    play = scene(answer)
    await play.visit(0, READER)
    await play.visit(1, BUYER)
    assert [each.split('"')[3] for each in asked] == ["DE", "JP", "JP"]
    assert [each.partition(" {")[0] for each in asked] == ["GET /", "GET /", "POST /buy"]
    assert [each.look for each in play.seen] == ["LITTLE", "LITTLE"]
    assert all(each.began <= each.ended for each in play.seen)
    assert play.purchases == 1


async def test_new_stock_comes_when_all_is_sold_and_later_buyers_wait_for_it() -> None:
    noted: list[str] = []
    looked = asyncio.Event()

    def answer(request: httpx.Request) -> httpx.Response:
        noted.append(request.url.path)
        looked.set()
        return shown(request)

    async def last_purchase() -> None:
        await looked.wait()
        noted.append("all is sold")

    play = scene(answer, noted)
    before = asyncio.create_task(last_purchase())
    await asyncio.gather(play.visit(RESTOCKED_AT, BUYER), play.restock([before]))
    assert noted == ["/", "all is sold", f"stock {STOCK}", "/buy"]


@pytest.mark.parametrize("status", [404, 409, 500])
async def test_a_purchase_that_fails_is_not_as_told(status: int) -> None:
    play = scene(lambda request: httpx.Response(status) if request.method == "POST" else shown(request))
    with pytest.raises(NotAsToldError, match=f"a buyer was answered {status}"):
        await play.visit(0, BUYER)


@pytest.mark.parametrize("answer", [httpx.Response(503, text="down"), httpx.Response(200, text="no look")])
async def test_a_page_that_is_not_the_shops_is_not_as_told(answer: httpx.Response) -> None:
    with pytest.raises(NotAsToldError, match=f"a visitor was answered {answer.status_code}"):
        await scene(lambda _: answer).visit(0, READER)
