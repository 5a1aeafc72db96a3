"""Two coroutines at once, without tasks."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from homeport.at_once import both

pytestmark = pytest.mark.asyncio


class Calls:
    """Calls that answer when they are told to."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self._answers: dict[str, asyncio.Future[Any]] = {}

    async def call(self, name: str) -> str:
        self.begun.append(name)
        self._answers[name] = asyncio.get_running_loop().create_future()
        return f"{name} {await self._answers[name]}"

    def answer(self, name: str, with_: Any = "done") -> None:
        if isinstance(with_, BaseException):
            self._answers[name].set_exception(with_)
        else:
            self._answers[name].set_result(with_)


async def _until(condition: Any) -> None:
    for _ in range(20):  # turns of the loop: nothing here takes time
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came to be")


@pytest.mark.parametrize("order", ["ab", "ba"])
async def test_both_have_begun_before_either_has_an_answer(order: str) -> None:
    calls = Calls()
    asked = asyncio.ensure_future(both(calls.call("a"), calls.call("b")))
    await _until(lambda: calls.begun == ["a", "b"])
    assert not asked.done()
    for name in order:
        calls.answer(name)
        await asyncio.sleep(0)
    assert await asked == ("a done", "b done")


async def test_the_first_may_wait_for_more_than_one_thing() -> None:
    calls = Calls()

    async def twice() -> list[str]:
        return [await calls.call("a"), await calls.call("c")]

    asked = asyncio.ensure_future(both(twice(), calls.call("b")))
    await _until(lambda: calls.begun == ["a", "b"])
    calls.answer("a")
    calls.answer("b")
    await _until(lambda: calls.begun == ["a", "b", "c"])
    calls.answer("c")
    assert await asked == (["a done", "c done"], "b done")


async def _at_once(value: str) -> str:
    return value


async def _yields() -> str:
    await asyncio.sleep(0)
    return "slept"


async def test_neither_need_wait_for_anything() -> None:
    assert await both(_at_once("a"), _at_once("b")) == ("a", "b")
    assert await both(_yields(), _yields()) == ("slept", "slept")


async def test_what_fails_in_one_is_raised_and_the_other_is_ended() -> None:
    calls, ended = Calls(), []

    async def watched() -> str:
        try:
            return await calls.call("a")
        finally:
            ended.append("a")

    asked = asyncio.ensure_future(both(watched(), calls.call("b")))
    await _until(lambda: calls.begun == ["a", "b"])
    calls.answer("b", ValueError("b"))
    with pytest.raises(ValueError, match="b"):
        await asked
    assert ended == ["a"]

    asked = asyncio.ensure_future(both(calls.call("a"), calls.call("b")))
    await _until(lambda: calls.begun[2:] == ["a", "b"])
    calls.answer("a", ValueError("a"))
    calls.answer("b")
    with pytest.raises(ValueError, match="a"):
        await asked


@pytest.mark.parametrize("answered", [(), ("b",)])
async def test_who_is_cancelled_ends_both(answered: tuple[str, ...]) -> None:
    calls, ended = Calls(), []

    async def watched(name: str) -> str:
        try:
            return await calls.call(name)
        finally:
            ended.append(name)

    asked = asyncio.ensure_future(both(watched("a"), watched("b")))
    await _until(lambda: calls.begun == ["a", "b"])
    for name in answered:
        calls.answer(name)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    assert sorted(ended) == ["a", "b"]
