"""Futures whose waiter goes on in the call that fulfils them, on the event loop of CPython."""

from __future__ import annotations

import asyncio
import gc
import weakref
from contextvars import ContextVar, copy_context

import pytest

from homeport.at_once import both
from homeport.waiting import GONE_SECONDS, STEP_SECONDS, Awaited, Waiting

pytestmark = pytest.mark.asyncio


async def _waits(future: Awaited, seen: list[object]) -> None:
    seen.append(await future)


async def _begun(future: Awaited, seen: list[object]) -> asyncio.Task[None]:
    task = asyncio.ensure_future(_waits(future, seen))
    await asyncio.sleep(0)
    return task


async def test_who_waits_goes_on_in_the_call_that_fulfils() -> None:
    future, seen = Awaited(), list[object]()
    await _begun(future, seen)

    def brings() -> None:  # from outside of every task, as the runtime calls
        future.set_result(1)
        seen.append("after")

    asyncio.get_running_loop().call_soon(brings)
    await asyncio.sleep(0)
    assert seen == [1, "after"]


async def test_they_go_on_in_their_own_context() -> None:
    name = ContextVar("name", default="nobody")
    future, seen = Awaited(), list[str]()

    async def waits() -> None:
        name.set("waiter")
        await future
        seen.append(name.get())

    task = asyncio.ensure_future(waits())
    await asyncio.sleep(0)
    asyncio.get_running_loop().call_soon(future.set_result, None)
    await task
    assert seen == ["waiter"]
    assert name.get() == "nobody"


async def test_what_has_come_already_is_there() -> None:
    future, seen = Awaited(), list[object]()
    future.set_result(1)
    assert await future == 1
    future.add_done_callback(seen.append)
    await asyncio.sleep(0)
    assert seen == [future]


@pytest.mark.parametrize("ends", ["set_result", "cancel"])
@pytest.mark.parametrize("own", [True, False])
async def test_a_callback_has_the_context_that_it_came_with_or_else_in(ends: str, own: bool) -> None:
    name = ContextVar("name", default="nobody")
    future, seen = Awaited(), list[str]()
    context = copy_context() if own else None
    name.set("then")
    future.add_done_callback(lambda _: seen.append(name.get()), context=context)
    name.set("now")
    future.cancel() if ends == "cancel" else future.set_result(1)
    await asyncio.sleep(0)
    assert seen == ["nobody" if own else "then"]


async def test_the_second_who_waits_is_called_by_the_loop() -> None:
    future, seen = Awaited(), list[object]()
    tasks = [await _begun(future, seen), await _begun(future, seen)]
    asyncio.get_running_loop().call_soon(future.set_result, 1)
    await asyncio.gather(*tasks)
    assert seen == [1, 1]


async def test_what_failed_is_raised_in_who_waits() -> None:
    future, seen = Awaited(), list[object]()
    task = await _begun(future, seen)
    asyncio.get_running_loop().call_soon(future.set_exception, ValueError("bad"))
    await asyncio.sleep(0)
    assert isinstance(task.exception(), ValueError)


async def test_who_was_cancelled_gets_nothing_and_nobody_minds_what_comes() -> None:
    waiting, seen = Waiting(lambda: 0.0), list[object]()
    number, future = waiting.expect(1)
    task = await _begun(future, seen)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    waiting.fulfil(number, 1)
    assert seen == []
    assert future.cancelled()


async def test_who_waits_for_a_time_only_is_told_when_it_is_up() -> None:
    future = Awaited()
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(future, 0.001)
    assert future.cancelled()


async def test_who_waits_no_more_is_not_called() -> None:
    future, seen = Awaited(), list[object]()
    future.add_done_callback(seen.append)
    future.add_done_callback(seen.append)
    assert future.remove_done_callback(seen.append) == 2
    future.set_result(1)
    await asyncio.sleep(0)
    assert seen == []


@pytest.mark.parametrize("order", ["ab", "ba"])
async def test_two_at_once(order: str) -> None:
    futures = {"a": Awaited(), "b": Awaited()}
    seen: dict[str, list[object]] = {"a": [], "b": []}
    task = asyncio.ensure_future(both(*(_waits(futures[name], seen[name]) for name in "ab")))
    await asyncio.sleep(0)
    for name in order:
        asyncio.get_running_loop().call_soon(futures[name].set_result, name)
        await asyncio.sleep(0)
    await task
    assert seen == {"a": ["a"], "b": ["b"]}


async def test_each_is_fulfilled_by_its_number_once() -> None:
    waiting = Waiting(lambda: 0.0)
    (one, first), (other, second) = waiting.expect(1), waiting.expect(1)
    assert one != other
    waiting.fulfil(other, "second")
    waiting.fulfil(other, "again")
    assert second.result() == "second"
    assert not first.done()
    assert len(waiting) == 1


class Clock:
    """Seconds; the isolate takes a call at least once in each, unless it is told to stall."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    def live(self, waiting: Waiting, seconds: float) -> None:
        end = self.now + seconds
        while self.now < end:
            self.now = min(end, self.now + STEP_SECONDS)
            number, _ = waiting.expect(1)
            waiting.fulfil(number, None)


@pytest.mark.parametrize("seconds", [0.5, 2, 60])
async def test_what_comes_no_more_is_forgotten_with_what_awaits_it(seconds: float) -> None:
    clock, seen = Clock(), list[object]()
    waiting = Waiting(clock)
    number, future = waiting.expect(seconds)
    task = await _begun(future, seen)
    task._log_destroy_pending = False  # type: ignore[attr-defined]  # noqa: SLF001
    gone = weakref.ref(task)
    del future, task

    clock.live(waiting, seconds + GONE_SECONDS - 0.1)
    assert len(waiting) == 1
    clock.live(waiting, 0.1)
    gc.collect()
    assert len(waiting) == 0
    assert gone() is None
    waiting.fulfil(number, "late")
    assert seen == []


@pytest.mark.parametrize("jump", [3600.0, -3600.0])
async def test_after_a_stall_the_late_are_still_there(jump: float) -> None:
    clock, seen = Clock(), list[object]()
    waiting = Waiting(clock)
    waiting.expect(1)
    number, future = waiting.expect(1)
    task = await _begun(future, seen)
    clock.now += jump
    for _ in range(20):  # come before what came in between
        waiting.expect(1)
    asyncio.get_running_loop().call_soon(waiting.fulfil, number, "late")
    await asyncio.sleep(0)
    assert task.done()
    assert seen == ["late"]
    clock.live(waiting, 2 + GONE_SECONDS)
    assert len(waiting) == 0  # those who were there meanwhile
