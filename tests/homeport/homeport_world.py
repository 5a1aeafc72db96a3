"""The world that Homeport's drivers act on, in a test's hands: time, chance, the origin, and regions in memory."""

from __future__ import annotations

import inspect
from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from homeport import entry as entries
from homeport import keys
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.ports import Effects, Region
from local.momento_local.client_faults import Faults
from local.momento_local.in_memory import InMemoryCache
from momento_http_shim.arguments import Key
from momento_http_shim.errors import Unavailable
from momento_http_shim.octets import Joined, Octets
from momento_http_shim.outcomes import Failed, Found, Miss

T = TypeVar("T")

NOON = 1_700_000_000_000
"""When every test begins, in ms since 1970: 14 November 2023, 22:13:20 UTC."""

ORIGIN = "https://origin.test"
"""The base URL that resources of the tests are keyed under."""


class Clock:
    """A clock that stands still until it is moved; call it for the time in ms since 1970."""

    def __init__(self, now_ms: int = NOON) -> None:
        self.now_ms = now_ms

    def __call__(self) -> int:
        return self.now_ms

    def advance(self, ms: float) -> None:
        """Let so many milliseconds pass."""
        self.now_ms += round(ms)


Answer = Response | NoAnswer
Script = Callable[[Request], Answer | Awaitable[Answer]]


class OpenedTwin:
    """Implements `ports.Opened` over a whole response; `length` None plays an origin that does not say it."""

    def __init__(self, answer: Response, length: int | None, *, breaks_off: bool = False) -> None:
        self.status, self.headers, self.length = answer.status, answer.headers, length
        self.body = answer.body
        self.breaks_off = breaks_off
        self.ended = ""

    async def read(self) -> Octets | NoAnswer:
        """The whole body."""
        self._end("read")
        return NoAnswer("it could not be reached") if self.breaks_off else self.body

    def relay(self, headers: Headers) -> Relayed:
        """The body under other fields."""
        self._end("relayed")
        return Relayed(self.status, self.body, headers=headers)

    async def copy(self, most: int) -> Octets | None:
        """The body once more, if it is not too long."""
        return self.body if len(self.body) <= most and not self.breaks_off else None

    def discard(self) -> None:
        """Nobody wants it."""
        self._end("discarded")

    def _end(self, how: str) -> None:
        assert not self.ended, f"{self.ended} already, now {how}"
        self.ended = how


def opened(answer: Answer) -> OpenedTwin | NoAnswer:
    """The answer of an origin that says how long it is, its body still on its way."""
    return answer if isinstance(answer, NoAnswer) else OpenedTwin(answer, len(answer.body))


def whole(answer: Response | Relayed) -> Response:
    """An answer as its visitor gets it, streamed or not."""
    if isinstance(answer, Response):
        return answer
    assert answer.headers is not None
    assert isinstance(answer.source, bytes)
    return Response(answer.status, answer.headers.plus(*answer.added), answer.source)


class ScriptedOrigin:
    """Implements `ports.Origin`: answers from a list in order, or by a function of the request, plain or async.

    `requests` are all it was asked, in order. Asked more often than the list is long, it fails the test.
    """

    def __init__(self, script: Iterable[Answer] | Script = ()) -> None:
        self.requests: list[Request] = []
        self.opened: list[OpenedTwin] = []
        self.says_length = True
        self.breaks_off = False
        """Whether a body ends before it is whole."""
        self._script: list[Answer] | Script = script if callable(script) else list(script)

    async def ask(self, request: Request, /) -> Answer:
        """Record the request and give the script's next answer."""
        self.requests.append(request)
        if callable(self._script):
            answer = self._script(request)
            return await answer if inspect.isawaitable(answer) else answer
        assert self._script, f"the origin was asked once too often: {request.method} {request.target}"
        return self._script.pop(0)

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        """The same, its body still on its way."""
        answer = await self.ask(request)
        if isinstance(answer, NoAnswer):
            return answer
        length = len(answer.body) if self.says_length else None
        self.opened.append(OpenedTwin(answer, length, breaks_off=self.breaks_off))
        return self.opened[-1]


@dataclass
class Surroundings:
    """Effects, and what became of them: what runs behind the answer, the log, the pauses."""

    clock: Clock
    chance: float = 0.5
    behind: list[Coroutine[object, object, object]] = field(default_factory=list)
    events: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    """In seconds."""
    may_crash: bool = False
    """Whether a drain may fail at a resource as nobody foresaw."""
    tokens: list[str] = field(default_factory=list)
    """Those given so far: 32 hexadecimal digits that count from 1."""

    @property
    def effects(self) -> Effects:
        """The drivers' view."""
        return Effects(
            now=self.clock,
            token=self._token,
            pause=self._pause,
            chance=lambda: self.chance,
            behind=self.behind.append,
            emit=self._emit,
        )

    async def run_behind(self) -> None:
        """Run what was left behind the answer, one after the other, and what that leaves behind in turn."""
        while self.behind:
            await self.behind.pop(0)

    def drop_behind(self) -> None:
        """What happens to it when the isolate dies."""
        while self.behind:
            self.behind.pop(0).close()

    def _token(self) -> str:
        self.tokens.append(f"{len(self.tokens) + 1:032x}")
        return self.tokens[-1]

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
        self.clock.advance(seconds * 1000)

    def _emit(self, name: str, fields: Mapping[str, object]) -> None:
        # Else a test's own failure, in an origin that it scripts for example, would pass for one more event.
        assert name != "resource_crashed" or self.may_crash, fields
        self.events.append((name, dict(fields)))


def effects(clock: Clock | None = None, *, chance: float = 0.5) -> Surroundings:
    """Surroundings whose `.effects` are handed to a driver."""
    return Surroundings(clock or Clock(), chance)


class Twin(InMemoryCache):
    """A region's cache in memory. `calls` are all that it was asked: method and key, failed ones too.

    `consistent` tells of each `get_with_hash`, in order, whether it asked to see every write before it.
    """

    def __init__(self, clock: Clock, faults: Faults | None = None) -> None:
        super().__init__(clock, faults=faults, strict_families=True)
        self.calls: list[tuple[str, str]] = []
        self.consistent: list[bool] = []

    async def get_with_hash(self, key: Key, *, consistent: bool = False) -> Found | Miss | Failed:
        """Read an item with its hash, and note how it was asked for."""
        self.consistent.append(consistent)
        return await super().get_with_hash(key, consistent=consistent)

    @property
    def methods(self) -> list[str]:
        """The methods called, in order."""
        return [method for method, _ in self.calls]

    async def _call(self, method: str, key: bytes, effect: Callable[[], T]) -> T | Failed:
        self.calls.append((method, key.decode()))
        return await super()._call(method, key, effect)


@dataclass(frozen=True, slots=True)
class TwinRegion(Region):
    """A `ports.Region` whose cache a test can look into."""

    cache: Twin

    def keep(self, key: str, what: entries.Entry | bytes) -> None:
        """Put an entry, or any octets in its place, without a call."""
        octets = what if isinstance(what, bytes) else bytes(Joined(entries.encode(what)))
        self.cache.store.put(keys.entry(key).encode(), octets, keys.DAY_SECONDS * 1000)

    def octets(self, key: str) -> bytes | None:
        """What stands where the resource's entry belongs, without a call."""
        return self.cache.store.content(keys.entry(key).encode(), bytes)

    def kept(self, key: str) -> entries.Entry | entries.Unreadable | None:
        """The entry that stands there, without a call."""
        octets = self.octets(key)
        return None if octets is None else entries.decode(octets)


def region(name: str, clock: Clock, faults: Faults | None = None) -> TwinRegion:
    """An empty region; `faults` decides on every call by method and key, see `Twin.faults` to change it later."""
    return TwinRegion(name, Twin(clock, faults))


def failed(code: str = "TIMEOUT_ERROR", *, may_have_happened: bool = True) -> Failed:
    """The outcome of a call that Momento did not answer."""
    return Failed(Unavailable(code, "no answer", may_have_happened=may_have_happened))


def failing(*methods: str, code: str = "TIMEOUT_ERROR") -> Faults:
    """Faults that fail these methods before their effect, or every method where none is named."""

    def faults(method: str, key: bytes) -> Failed | None:
        return failed(code) if not methods or method in methods else None

    return faults
