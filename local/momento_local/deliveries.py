"""Drives the webhooks: one attempt each, five seconds, no order, no second try."""

from __future__ import annotations

import asyncio

import httpx

from .clock import wall_ms
from .faults import Faults
from .region import Region
from .topics import Message
from .webhooks import TIMEOUT_SECONDS, Event, Webhook, body_of, headers_for

COUNTED_AS = "webhook:Deliver"


class Deliveries:
    """Sends every publication to the webhooks that want it, behind the publisher's answer."""

    def __init__(self, faults: Faults, client: httpx.AsyncClient | None = None) -> None:
        self._faults = faults
        self._client = client or httpx.AsyncClient(timeout=TIMEOUT_SECONDS, trust_env=False)
        self._tasks: set[asyncio.Task[None]] = set()

    def deliver(self, region: Region, cache: str, topic: str, message: Message) -> None:
        """Start the deliveries of one message. Times are the machine's, whatever the stores' clock says."""
        for webhook in region.webhooks.wanting(cache, topic):
            now = wall_ms()
            body = body_of(Event(cache, topic, now, now, message.number, message.value))
            if self._faults.drops_webhook(region.name, cache, topic):
                _count(region, body, "DROPPED")
                continue
            task = asyncio.get_running_loop().create_task(self._send(region, webhook, body))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _send(self, region: Region, webhook: Webhook, body: bytes) -> None:
        """Post once. Success is any 2xx; anything else is counted and forgotten."""
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                answer = await self._client.post(
                    webhook.url, content=body, headers=headers_for(webhook, body)
                )
        except TimeoutError:
            _count(region, body, "TIMEOUT")
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            _count(region, body, type(error).__name__)
        else:
            _count(region, body, None if answer.is_success else f"HTTP {answer.status_code}")

    async def settle(self) -> None:
        """Wait until every delivery under way has come to an end."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def aclose(self) -> None:
        """Give up what is under way and close the connections."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()


def _count(region: Region, body: bytes, error: str | None) -> None:
    region.counters.count(COUNTED_AS, operations=1, bytes_in=0, bytes_out=len(body), error=error)
