"""The SDK's one run, and what the shim writes before it and says during it.

The program prints one line of JSON for each operation. The local Momento's clock stands still unless the program
moves it, so times to live are exact.
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from momento_http_shim import Absent, CacheClient, Credentials, Done, Number, Stored, Unconditional
from momento_http_shim.octets import Octets
from momento_http_shim.runtime.aio import AioTransport
from tests.momento_sdk_web.local_momento import LocalMomento

PROGRAM = Path(__file__).with_name("operations.mjs")
WITHIN_SECONDS = 15.0
LISTENING = "listening to the shim"
MEETING = "meeting"
EVERY_OCTET = bytes(range(256))
MESSAGES: tuple[str | bytes, ...] = ("grüße", b"\xff\x00")


@dataclass
class Conversation:
    """What the SDK was told, by operation, how its program ended, and where the local Momento still is."""

    momento: LocalMomento
    answers: dict[str, Any]
    complaint: str = "it did not come to its end"


def client(transport: AioTransport, momento: LocalMomento) -> CacheClient:
    """The shim's client of the cache that both clients share."""
    return CacheClient(transport, Credentials("any-key", momento.url), MEETING)


async def hold(node: Path, momento: LocalMomento) -> Conversation:
    """Let the shim write; let the SDK perform its operations; let the shim publish when it is listened to.

    A program that fails or hangs leaves the answers it has printed, so that the operation at fault is named.
    """
    conversation = Conversation(momento, {})
    async with AioTransport() as transport:
        shim = client(transport, momento)
        await written(shim)
        process = await asyncio.create_subprocess_exec(
            *(str(node), str(PROGRAM), momento.url, momento.admin),
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(WITHIN_SECONDS):
                await followed(process, shim, conversation.answers)
                _, errors = await process.communicate()
            conversation.complaint = errors.decode() if process.returncode else ""
        except TimeoutError:
            process.kill()
            await process.communicate()
    return conversation


async def followed(process: asyncio.subprocess.Process, shim: CacheClient, answers: dict[str, Any]) -> None:
    """Read the program's lines to their end."""
    assert process.stdout is not None
    async for line in process.stdout:
        told = json.loads(line)
        assert told["operation"] not in answers, told["operation"]
        answers[told["operation"]] = told["answer"]
        if told["operation"] == LISTENING:
            for message in MESSAGES:
                assert await shim.publish("shim/news", message) == Done()


async def written(shim: CacheClient) -> None:
    """Write with the shim what the SDK is to read."""
    elements: list[tuple[str | bytes, float]] = [
        ("job-3", 3.0),
        ("job-1", 1_790_000_000_000.5),
        ("job-2", -1.0),
        (b"\xff\x00", 1e300),
    ]
    batch: dict[str, str | Octets] = {"shim/b1": "one", "shim/b2": b"\xff\x00"}
    outcomes = [
        await shim.set("shim/text é", "grüße", ttl_seconds=3600),
        await shim.set(EVERY_OCTET, EVERY_OCTET, ttl_seconds=3600),
        await shim.set_batch(batch, ttl_seconds=3600),
        await shim.increment("shim/counter", 40, ttl_seconds=3600),
        await shim.set_if("shim/lease", "the shim", Absent(), ttl_seconds=3600),
        await shim.sorted_set_put("shim/queue", elements, ttl_seconds=3600, refresh_ttl=True),
    ]
    assert outcomes == [Done(), Done(), Done(), Number(40), Stored(), Done()]
    hashed = await shim.set_if_hash("shim/hashed", "by the shim", Unconditional(), ttl_seconds=3600)
    assert isinstance(hashed, Stored)
