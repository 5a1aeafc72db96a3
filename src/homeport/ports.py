"""What the drivers need of the world, as protocols.

A region's cache is `momento_http_shim.CacheClient` in the workers and an in-memory twin in tests. Both owe the
outcomes of `momento_http_shim.outcomes`: a call that fails returns `Failed`, it does not raise.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from momento_http_shim.conditions import HashCondition, ValueCondition
from momento_http_shim.octets import Octets
from momento_http_shim.outcomes import (
    Done,
    Elements,
    Failed,
    Found,
    Hit,
    Miss,
    NotStored,
    Number,
    Score,
    Stored,
    Values,
)

from .messages import Headers, NoAnswer, Relayed, Request, Response

if TYPE_CHECKING:
    from .trace import Trace


class Entries(Protocol):
    """Single keys. Everything but `get` belongs to Momento's check-and-set family and is never mixed with Set."""

    async def get(self, key: str, /) -> Hit | Miss | Failed:
        """One plain, eventually consistent read."""
        ...

    async def get_with_hash(self, key: str, /, *, consistent: bool = False) -> Found | Miss | Failed:
        """The value and Momento's hash of it; `consistent` sees every write that was answered before."""
        ...

    async def set_if(
        self, key: str, value: Octets, condition: ValueCondition, /, *, ttl_seconds: float
    ) -> Stored | NotStored | Failed:
        """Write if the condition on the present value holds."""
        ...

    async def set_if_hash(
        self, key: str, value: Octets, condition: HashCondition, /, *, ttl_seconds: float
    ) -> Stored | NotStored | Failed:
        """Write if the condition on the present hash holds."""
        ...


class Queues(Protocol):
    """Sorted sets."""

    async def sorted_set_put(
        self, name: str, elements: Mapping[str, float], /, *, ttl_seconds: float, refresh_ttl: bool
    ) -> Done | Failed:
        """Put members with their scores; a member that is there gets the new score."""
        ...

    async def sorted_set_fetch_by_score(
        self,
        name: str,
        /,
        *,
        min_score: float | None = None,
        max_score: float | None = None,
        offset: int = 0,
        count: int = -1,
    ) -> Elements | Miss | Failed:
        """The members from a score up to another, both included, lowest first."""
        ...

    async def sorted_set_length(self, name: str, /) -> Number | Miss | Failed:
        """How many members there are."""
        ...

    async def sorted_set_remove(self, name: str, values: Sequence[str], /) -> Done | Failed:
        """Remove members; one that is not there is no error."""
        ...


class History(Protocol):
    """What is kept for operators only: counts in sorted sets, and a list."""

    async def sorted_set_increment(
        self, name: str, value: str, amount: float, /, *, ttl_seconds: float, refresh_ttl: bool
    ) -> Score | Failed:
        """Add to a member's score; an absent one begins at 0."""
        ...

    async def list_push_front(
        self, name: str, value: Octets, /, *, ttl_seconds: float, refresh_ttl: bool, truncate_back_to: int
    ) -> Number | Failed:
        """Put a value before all others and keep so many."""
        ...

    async def list_fetch(self, name: str, /) -> Values | Miss | Failed:
        """All values, the one that was put last first."""
        ...


class Topics(Protocol):
    """Publishing."""

    async def publish(self, topic: str, value: str, /) -> Done | Failed:
        """Fire and forget: `Done` means that Momento took it, not that anybody heard it."""
        ...


class Cache(Entries, Queues, History, Topics, Protocol):
    """One region's cache."""


@dataclass(frozen=True, slots=True)
class Region:
    """A region by its name, and our cache in it."""

    name: str
    cache: Cache


class Opened(Protocol):
    """An answer of the origin whose body is still on its way: it is read, relayed or discarded, once."""

    status: int
    headers: Headers
    length: int | None
    """Octets of the body, where the origin says."""

    async def read(self) -> Octets | NoAnswer:
        """The whole body."""
        ...

    def relay(self, headers: Headers) -> Relayed:
        """The same body, streaming to the visitor under these fields."""
        ...

    def copy(self, most: int) -> Awaitable[Octets | None]:
        """The whole body beside the one that is relayed; None where it is longer than `most` octets, or breaks off."""
        ...

    def discard(self) -> None:
        """The body is not wanted."""
        ...


class Origin(Protocol):
    """The service behind Homeport; implemented over `fetch` in `runtime.origin`."""

    async def open(self, request: Request, /) -> Opened | NoAnswer:
        """Send a request, at most once, and wait for the answer's head."""
        ...

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        """Send a request, at most once, and wait for the whole answer."""
        ...


class Visit(Protocol):
    """The visitor's own request, still in the runtime's hands: its body is read, or streamed on, at most once."""

    async def body(self) -> Octets:
        """The whole body."""
        ...

    async def forward(self, instead: Mapping[str, str | None], /) -> Relayed | NoAnswer:
        """Stream the request, as it came but for the fields named, to the origin, and the answer back.

        `instead` gives a field's new value, None for one that is left out.
        """
        ...

    async def hand_to_sync(self, fields: Mapping[str, str] | None = None, /) -> Relayed:
        """Give the request, as it came or, without a body, with these fields, to the sync worker over its binding."""
        ...


class Sync(Protocol):
    """The sync worker, over the service binding."""

    async def kick(self, region: str, lane: int, skip: int = 0, /) -> bool:
        """Say that a lane has something to drain; whether it was heard. Best effort: the topic and cron say it too.

        `skip` so many of its members, which the drain that continues so has looked at.
        """
        ...


@dataclass(frozen=True, slots=True)
class Unopened:
    """What was sealed cannot be opened; `reason` names the key's id, and nothing of the content."""

    reason: str


class Seal(Protocol):
    """AES-256-GCM under the first of some keys, and its inverse under whichever sealed; in `runtime.seal`."""

    async def seal(self, plaintext: bytes, tied_to: bytes, /) -> str:
        """Encrypt under a fresh nonce; the text opens only together with the same additional data."""
        ...

    async def open(self, sealed: str, tied_to: bytes, /) -> bytes | Unopened:
        """Decrypt, and check that neither it nor its additional data was changed."""
        ...


@dataclass(frozen=True, slots=True)
class Effects:
    """Everything else a driver may do, as arguments, so that tests own time, chance and concurrency."""

    now: Callable[[], int]
    """The clock, in ms since 1970."""
    token: Callable[[], str]
    """A fresh random name of 128 bits, in hexadecimal."""
    pause: Callable[[float], Awaitable[None]]
    """Wait for so many seconds."""
    chance: Callable[[], float]
    """A random number from 0 to 1, for jitter."""
    behind: Callable[[Coroutine[object, object, object]], None]
    """Run something after the answer has been sent."""
    emit: Callable[[str, Mapping[str, object]], None]
    """Write an event to the log: a name and its fields; never a body, a credential or a query."""
    trace: Trace | None = None
    """The trace that this belongs to; None: requests to the origin go as they are."""
