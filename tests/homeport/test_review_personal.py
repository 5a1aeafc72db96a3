"""A read with credentials while a command waits: only the origin knows what is shown."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from homeport.entry import Entry, Pending
from homeport.messages import Headers, Request, Response
from homeport.reading.personal import personal
from homeport.regions.breaker import Breaker
from tests.homeport.homeport_world import NOON, Clock, effects, region
from tests.homeport.writing_world import about

TARGET = "/notes/1"
COMMAND = Pending("0" * 32, 1, NOON, "POST", TARGET, Headers(), b"{}")
PUT = replace(COMMAND, id="1" * 32, seq=2, method="PUT")


async def shown(entry: Entry) -> Response | None:
    clock = Clock()
    home = region("ap-northeast-1", clock)
    home.keep(about(TARGET).key, entry)
    return await personal(
        Request("GET", TARGET, Headers((("cookie", "a=1"), ("authorization", "Bearer b")))),
        about(TARGET),
        [home],
        defaultdict(Breaker),
        effects(clock).effects,
        lambda _: True,
        own=False,
        consistent=False,
    )


async def test_while_a_command_waits_a_read_with_credentials_is_the_origins() -> None:
    waits = Entry(TARGET, Headers(), "command", "n", (NOON, NOON), pending=(COMMAND,))
    assert await shown(waits) is None
    assert await shown(replace(waits, kind="stored", body=b"old", whose="key.hmac")) is None


async def test_what_was_put_after_the_command_is_shown() -> None:
    after = Entry(TARGET, Headers(), "stored", "n", (NOON, NOON), body=b"new", pending=(COMMAND, PUT))
    answer = await shown(after)
    assert answer is not None
    assert bytes(answer.body) == b"new"
