"""The shop: what it sells, shows, counts and publishes."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from typing import Any

import httpx
import pytest

from homeport_origin import Published, Told
from local.origins.inventory import stock
from local.origins.inventory.app import create_app
from local.origins.inventory.stock import Look, look_of, open_stock
from tests.origins.surroundings import NOON, Surroundings


@dataclass
class Regions:
    """Implements `app.Publishes` as a sole publisher does it: the same state is neither rendered nor sent."""

    state: str = ""
    outcome: str = "stored"
    asked: list[str] = field(default_factory=list)
    shown: list[Any] = field(default_factory=list)

    async def publish(self, url: str, render: Callable[[], object], *, state: str) -> Published:
        self.asked.append(state)
        if state == self.state:
            return Published(url, unchanged=True)
        self.state = state
        self.shown.append(render())
        return Published(url, regions={"us-east-1": Told(self.outcome)})  # type: ignore[arg-type]


@pytest.fixture
def connection(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with closing(open_stock(tmp_path / "shop.db")) as opened:
        yield opened


@pytest.fixture
def regions() -> Regions:
    return Regions()


@pytest.fixture
async def client(connection: sqlite3.Connection, regions: Regions) -> AsyncIterator[httpx.AsyncClient]:
    surroundings = Surroundings()
    application = create_app(
        connection, way="push", publisher=regions, clock=surroundings.clock, pause=surroundings.pause
    )
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(application), base_url="http://shop.test"
    ) as opened:
        yield opened


def changes(connection: sqlite3.Connection) -> list[tuple[str, float, float | None]]:
    return connection.execute("SELECT * FROM changes ORDER BY rowid").fetchall()


@pytest.mark.parametrize(
    ("pieces", "look"),
    [(0, Look.SOLD_OUT), (1, Look.LITTLE), (49, Look.LITTLE), (50, Look.ENOUGH), (1000, Look.ENOUGH)],
)
def test_a_look_is_all_that_the_page_depends_on(pieces: int, look: Look) -> None:
    assert look_of(pieces) is look


@pytest.mark.parametrize(
    ("pieces", "says", "buy"), [(50, "In stock", 1), (49, "Few left", 1), (0, "Sold out", 0)]
)
async def test_the_product_page_has_three_looks_and_no_number(
    client: httpx.AsyncClient, connection: sqlite3.Connection, pieces: int, says: str, buy: int
) -> None:
    stock.put(connection, pieces)
    page = await client.get("/")
    assert (page.status_code, page.text.count("<button>Buy</button>")) == (200, buy)
    assert f'class="look {look_of(pieces).value}">{says}</p>' in page.text
    assert f'<main data-look="{look_of(pieces).value}">' in page.text
    assert "Ship&#39;s bell" in page.text  # what is inserted is escaped
    assert str(pieces) not in page.text.partition("<main")[2]


async def test_a_purchase_takes_one_piece_and_leads_to_a_page_that_nobody_keeps(
    client: httpx.AsyncClient, connection: sqlite3.Connection
) -> None:
    stock.put(connection, 2)
    answer = await client.post("/buy")
    assert (answer.status_code, answer.headers["location"]) == (303, "/thanks")
    assert stock.pieces(connection) == 1
    thanks = await client.get("/thanks")
    assert (thanks.status_code, thanks.headers["cache-control"]) == (200, "no-store")


async def test_who_comes_too_late_is_told_so(
    client: httpx.AsyncClient, connection: sqlite3.Connection, regions: Regions
) -> None:
    answer = await client.post("/buy")
    assert (answer.status_code, answer.headers["cache-control"]) == (409, "no-store")
    assert "Nothing was sold to you" in answer.text
    assert (stock.pieces(connection), regions.asked, changes(connection)) == (0, [], [])


async def test_of_a_thousand_pieces_one_less_is_neither_rendered_nor_sent(
    client: httpx.AsyncClient, connection: sqlite3.Connection, regions: Regions
) -> None:
    await client.post("/admin", data={"pieces": "1000"})
    await client.post("/buy")
    assert stock.pieces(connection) == 999
    assert regions.asked == ["ENOUGH", "ENOUGH"]
    assert len(regions.shown) == 1
    assert stock.renders(connection) == {"reader": 0, "push": 1}


async def test_each_change_of_the_look_is_pushed_as_it_then_is(
    client: httpx.AsyncClient, connection: sqlite3.Connection, regions: Regions
) -> None:
    await client.post("/admin", data={"pieces": "50"})
    for _ in range(50):
        await client.post("/buy")
    pushed = [page for page, _ in regions.shown]
    assert [
        f'data-look="{look}"' in page
        for look, page in zip(("ENOUGH", "LITTLE", "SOLD_OUT"), pushed, strict=True)
    ] == [True] * 3
    assert [name for name, _, published in changes(connection) if published == NOON] == [
        "ENOUGH",
        "LITTLE",
        "SOLD_OUT",
    ]
    kept = regions.shown[0][1]
    assert (kept["cache-control"], kept["cdn-cache-control"]) == ("no-cache", "max-age=3600")


@pytest.mark.parametrize("outcome", ["owed", "failed"])
async def test_a_change_that_a_region_was_not_told_of_is_not_noted_as_published(
    client: httpx.AsyncClient, connection: sqlite3.Connection, regions: Regions, outcome: str
) -> None:
    regions.outcome = outcome
    assert (await client.post("/admin", data={"pieces": "1"})).status_code == 303
    assert changes(connection) == [("LITTLE", NOON, None)]


async def test_the_shopkeeper_sets_the_stock_and_sees_who_caused_renders(client: httpx.AsyncClient) -> None:
    answer = await client.post("/admin", data={"pieces": "7"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin")
    await client.get("/")
    page = await client.get("/admin")
    assert "7 pieces: LITTLE" in page.text
    assert "rendered 1 times for readers and 1 times to be pushed" in page.text
    assert page.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("said", ["", "-1", "7.5", "<b>", "99999999999", "²"])
async def test_what_is_no_number_of_pieces_is_refused(
    client: httpx.AsyncClient, connection: sqlite3.Connection, said: str
) -> None:
    answer = await client.post("/admin", data={"pieces": said})
    assert answer.status_code == 422
    assert '<p role="alert">Pieces are a whole number' in answer.text
    assert stock.pieces(connection) == 0


@pytest.mark.parametrize(
    ("way", "says"),
    [
        ("none", "no-store"),
        ("ttl", "public, max-age=60"),
        ("swr", "public, max-age=60, stale-while-revalidate=60"),
    ],
)
async def test_without_a_publisher_it_sells_all_the_same(
    connection: sqlite3.Connection, way: Any, says: str
) -> None:
    stock.put(connection, 1)
    transport = httpx.ASGITransport(create_app(connection, way=way, clock=Surroundings().clock))
    async with httpx.AsyncClient(transport=transport, base_url="http://shop.test") as client:
        page = await client.get("/")
        await client.post("/buy")
    assert (page.headers["cache-control"], page.headers["date"]) == (says, formatdate(NOON, usegmt=True))
    assert changes(connection) == [("SOLD_OUT", NOON, None)]
    noted = connection.execute("SELECT method, path, status FROM requests").fetchall()
    assert noted == [("GET", "/", 200), ("POST", "/buy", 303)]
