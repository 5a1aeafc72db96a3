"""What the test of the workers' tasks does inside Pyodide, on its event loop; it reports what it saw as JSON."""

from __future__ import annotations

import asyncio
import gc
import json
from collections.abc import Coroutine
from contextvars import ContextVar
from typing import Any

from homeport.runtime import waking
from homeport.runtime.transport import CrossingTransport
from homeport.waiting import GONE_SECONDS, Waiting
from momento_http_shim.transport import Request, TransportFailure

_name: ContextVar[str] = ContextVar("name", default="nobody")


async def report(at: str) -> str:
    """Everything, against a server at this base URL."""
    seen = {
        "at once": await _order(now=True),
        "later": await _order(now=False),
        "apart": await _apart(),
        "task": await _in_a_task(),
        "echoed": await _echoed(at),
        "late": await _late(at),
        "gone": await _gone(),
    }
    return json.dumps(seen)


def _begun(work: Coroutine[Any, Any, None], *, now: bool = True) -> None:
    """As the runtime would: from outside of every task."""
    asyncio.get_running_loop().call_soon(lambda: waking.begin(work, now=now))


async def _order(*, now: bool) -> list[str]:
    seen: list[str] = []
    number, future = waking.expect(1000)

    async def work() -> None:
        seen.append("begun")
        seen.extend(await future)

    def caller() -> None:
        waking.begin(work(), now=now)
        seen.append("called")

    def bringer() -> None:
        waking._woken(number, "woken")  # noqa: SLF001
        seen.append("brought")

    asyncio.get_running_loop().call_soon(caller)
    await asyncio.sleep(0.01)
    gc.collect()  # nobody here holds the task
    asyncio.get_running_loop().call_soon(bringer)
    await asyncio.sleep(0.01)
    return seen


async def _apart() -> list[str]:
    """Two at the same time: each has its own context, whoever wakes it."""
    seen: list[str] = []

    async def work(name: str, future: asyncio.Future[Any]) -> None:
        _name.set(name)
        await future
        seen.append(_name.get())

    numbers = []
    for name in ("one", "other"):
        number, future = waking.expect(1000)
        numbers.append(number)
        _begun(work(name, future))
    await asyncio.sleep(0.01)
    for number in reversed(numbers):
        asyncio.get_running_loop().call_soon(waking._woken, number)  # noqa: SLF001
    await asyncio.sleep(0.01)
    return [*seen, _name.get()]


async def _in_a_task() -> list[bool]:
    """What asyncio's own asks for is there: a task and a loop, after a wake as well."""
    seen: list[bool] = []
    loop, (number, future) = asyncio.get_running_loop(), waking.expect(1000)

    async def work() -> None:
        await future
        seen.append(asyncio.current_task() is not None and asyncio.get_running_loop() is loop)
        try:
            await asyncio.wait_for(loop.create_future(), 0.001)
        except TimeoutError:
            seen.append(True)

    _begun(work())
    await asyncio.sleep(0.01)
    loop.call_soon(waking._woken, number)  # noqa: SLF001
    await asyncio.sleep(0.05)
    return seen


async def _echoed(at: str) -> list[object]:
    request = Request("POST", f"{at}/echo", (("key", "k"),), (b"he", b"llo"), 5000)
    answer = await CrossingTransport().send(request)
    return [answer.status, bytes(answer.body).decode(), answer.header("x-key"), answer.header("y")]


async def _late(at: str) -> list[object]:
    seen: list[object] = []
    for url in (f"{at}/never", "no URL"):
        try:
            await CrossingTransport().send(Request("GET", url, (), (), 50))
        except TransportFailure as failure:
            seen.append(failure.timed_out)
    return seen


async def _gone() -> list[object]:
    """Who is never woken goes, and nothing is said about it."""
    now, said, ended = [0.0], list[str](), list[str]()
    waiting, waking._waiting = waking._waiting, Waiting(lambda: now[0])  # noqa: SLF001
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(lambda _, about: said.append(about["message"]))

    async def work(future: asyncio.Future[Any]) -> None:
        try:
            await future
        finally:
            ended.append("went")

    try:
        _begun(work(waking.expect(1000)[1]))
        await asyncio.sleep(0.01)
        for _ in range(round(GONE_SECONDS) + 1):
            now[0] += 1
            waking._woken(waking.expect(1000)[0])  # noqa: SLF001
        gc.collect()
        await asyncio.sleep(0.01)
        return [ended, said, len(waking._waiting)]  # noqa: SLF001
    finally:
        waking._waiting = waiting  # noqa: SLF001
        loop.set_exception_handler(None)
