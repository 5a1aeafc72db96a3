"""The shop as a program: with settings it publishes into regions, without them it does not."""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import httpx
import pytest

from homeport import keys
from homeport.entry import Entry, decode
from homeport.reading.key import resource
from local.stack.process import Process, StackError
from momento_http_shim import CacheClient, Credentials, Hit
from momento_http_shim.runtime.blocking import BlockingTransport, finish
from tests.momento_sdk_web.local_momento import local_momento

REGION = "us-east-1"


def shop(tmp_path: Path, *options: str, **environment: str) -> Process:
    command = [
        sys.executable,
        "-m",
        "local.origins.inventory",
        "--database",
        str(tmp_path / "shop.db"),
        *options,
    ]
    return Process("inventory", command, tmp_path / "inventory.log", environment=environment)


def test_it_publishes_by_the_settings_in_its_environment(tmp_path: Path) -> None:
    with local_momento(tmp_path / "momento.log", "--caches", f"homeport-{REGION}") as momento:
        settings = {"HOMEPORT_REGIONS": f"{REGION}={momento.url}", "MOMENTO_API_KEY": "any-key"}
        with shop(tmp_path, **settings) as process:
            url = process.first_line(30)["url"]
            assert httpx.post(f"{url}/admin", data={"pieces": "1"}).status_code == 303
        cache = CacheClient(BlockingTransport(), Credentials("any-key", momento.url), f"homeport-{REGION}")
        found = finish(cache.get(keys.entry(resource(url, "/").key)))
    assert isinstance(found, Hit)
    entry = decode(found.value)
    assert isinstance(entry, Entry)
    assert entry.push is not None
    assert entry.push.state == "LITTLE"
    assert b"Few left" in bytes(entry.body)


def test_without_settings_it_sells_and_publishes_nothing(tmp_path: Path) -> None:
    with shop(tmp_path, HOMEPORT_REGIONS="") as process:
        url = process.first_line(30)["url"]
        assert httpx.post(f"{url}/admin", data={"pieces": "1"}).status_code == 303
        assert httpx.post(f"{url}/buy").headers["location"] == "/thanks"
        assert httpx.post(f"{url}/buy").status_code == 409
    with closing(sqlite3.connect(tmp_path / "shop.db")) as database:
        assert database.execute("SELECT look, published FROM changes").fetchall() == [
            ("LITTLE", None),
            ("SOLD_OUT", None),
        ]


def test_a_faulty_setting_is_named_and_nothing_is_served(tmp_path: Path) -> None:
    faulty = shop(tmp_path, HOMEPORT_REGIONS="mars-1", MOMENTO_API_KEY="any-key")
    with faulty as process, pytest.raises(StackError, match="inventory did not start"):
        process.first_line(30)
    assert "The shop cannot publish: HOMEPORT_REGIONS: " in (tmp_path / "inventory.log").read_text()
