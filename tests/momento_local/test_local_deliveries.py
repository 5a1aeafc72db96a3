"""Webhooks delivered to a real listener."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

import pytest

from local.momento_local.settings import WebhookSpec
from local.momento_local.webhooks import signature
from tests.momento_local.momento_rig import Rig

OK = b"HTTP/1.1 204 No Content\r\n\r\n"


@dataclass
class Listener:
    """A tiny HTTP server: keeps what it was sent, answers the same to all."""

    url: str = ""
    reply: bytes = OK
    received: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        headers = dict(line.lower().split(": ", 1) for line in head[1:] if line)
        body = await reader.readexactly(int(headers["content-length"]))
        self.received.append((headers | {":request": head[0]}, body))
        writer.write(self.reply)
        writer.close()
        await writer.wait_closed()


@pytest.fixture
async def listener() -> AsyncIterator[Listener]:
    made = Listener()
    server = await asyncio.start_server(made.answer, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/hook"
    async with server:
        yield made


def rig_with_webhook(make_rig: Callable[..., Rig], listener: Listener) -> Rig:
    return make_rig(webhooks=(WebhookSpec("*", "cache_sync", listener.url),), webhook_secret="S")


async def test_a_publication_is_delivered_once_and_signed(
    make_rig: Callable[..., Rig], listener: Listener
) -> None:
    rig = rig_with_webhook(make_rig, listener)
    await rig.http("POST", "/topics/homeport-near/cache_sync", content=b"hello")
    await rig.http("POST", "/topics/homeport-near/another", content=b"not delivered")
    await rig.emulator.deliveries.settle()
    ((headers, body),) = listener.received
    assert headers[":request"] == "POST /hook HTTP/1.1"
    assert headers["momento-signature"] == signature("S", body)
    assert headers["user-agent"].startswith("momento/1.0 (webhooks;")
    event = json.loads(body)
    assert list(event) == [
        "cache",
        "topic",
        "event_timestamp",
        "publish_timestamp",
        "topic_sequence_number",
        "token_id",
        "text",
    ]
    assert (event["cache"], event["topic"], event["topic_sequence_number"], event["text"]) == (
        "homeport-near",
        "cache_sync",
        1,
        "hello",
    )
    assert abs(event["publish_timestamp"] - time.time() * 1000) < 60_000


async def test_a_failed_delivery_is_counted_and_not_repeated(
    make_rig: Callable[..., Rig], listener: Listener
) -> None:
    rig = rig_with_webhook(make_rig, listener)
    listener.reply = b"HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n"
    await rig.http("POST", "/topics/a/cache_sync", content=b"hello")
    await rig.emulator.deliveries.settle()
    assert len(listener.received) == 1
    tally = (await rig.admin("GET", "/counters")).json()["near"]["methods"]["webhook:Deliver"]
    assert (tally["calls"], tally["errors"]) == (1, {"HTTP 500": 1})


async def test_a_dropped_delivery_never_arrives(make_rig: Callable[..., Rig], listener: Listener) -> None:
    rig = rig_with_webhook(make_rig, listener)
    await rig.admin("POST", "/faults", json={"kind": "drop_webhook", "region": "near", "count": 1})
    for text in (b"dropped", b"arrives"):
        await rig.http("POST", "/topics/a/cache_sync", content=text)
    await rig.emulator.deliveries.settle()
    assert [json.loads(body)["text"] for _, body in listener.received] == ["arrives"]
    tally = (await rig.admin("GET", "/counters")).json()["near"]["methods"]["webhook:Deliver"]
    assert tally["errors"] == {"DROPPED": 1}


async def test_nobody_listening_is_counted(make_rig: Callable[..., Rig]) -> None:
    rig = make_rig(webhooks=(WebhookSpec("*", "cache_sync", "http://127.0.0.1:9/"),))
    assert (await rig.http("POST", "/topics/a/cache_sync", content=b"hello")).status_code == 204
    await rig.emulator.deliveries.settle()
    tally = (await rig.admin("GET", "/counters")).json()["near"]["methods"]["webhook:Deliver"]
    assert tally["errors"] == {"ConnectError": 1}
