"""The publisher: one per process, for one origin and all its regions."""

from __future__ import annotations

import asyncio
import inspect
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from types import TracebackType
from typing import Any, Self
from weakref import WeakValueDictionary

from homeport import versions
from homeport.entry import Entry, Push
from homeport.ports import Effects, Region
from homeport.pushing.changed import Site
from homeport.pushing.deliver import FIRST_PAUSE_SECONDS, TRIES, Told, deliver_everywhere
from homeport.pushing.order import Order, Progress, target_at
from homeport.pushing.page import Page, page_of
from homeport.pushing.purge import Purge
from homeport.reading.key import resource
from homeport.reading.tags import tag_of
from homeport.routing import Routes
from homeport.versions import Version
from momento_http_shim.runtime.aio import AioTransport

from .after_commit import AfterCommit
from .connecting import effects as ordinary
from .connecting import regions_of, settings_of
from .errors import NotPushable, NotTold
from .rendered import response_of

MOST_REMEMBERED = 10_000
"""Pages whose last state a sole publisher keeps in mind; the one published longest ago goes first."""

Render = Callable[[], Any]
"""Gives what `rendered.response_of` understands, or something to await that does."""


@dataclass(frozen=True, slots=True)
class Published:
    """What became of a publish: `unchanged`, or region by region (`homeport.pushing.deliver.Told`)."""

    url: str
    unchanged: bool = False
    regions: Mapping[str, Told] = field(default_factory=dict)

    @property
    def failed(self) -> tuple[str, ...]:
        """The regions that could not be told, and that nobody remembers."""
        return tuple(name for name, told in self.regions.items() if told.state == "failed")


@dataclass(frozen=True, slots=True)
class _Last:
    state: str
    versions: Mapping[str, Version]


class Publisher:
    """Pushes an origin's pages into every region. Publishes of one URL come one after the other, in this process.

    `sole`: no other process publishes, so that the last state is what this one remembers, and a region is told in one
    round trip. Otherwise the regions are asked for the state that they show. `strict`: a region that could not be told,
    and that no other remembers, raises `NotTold`. A region is tried `tries` times, after pauses of up to
    `first_pause` s, doubled each time.

    Processes that publish the same URL have to do so one after the other by their own means (a lock in their
    database), or give `version`: otherwise, of two within 5 s, the second only marks the page stale.
    """

    def __init__(
        self,
        site: Site,
        regions: Sequence[Region],
        effects: Effects,
        *,
        sole: bool = False,
        strict: bool = False,
        tries: int = TRIES,
        first_pause: float = FIRST_PAUSE_SECONDS,
    ) -> None:
        """Take what to act on; `from_settings` makes all of it."""
        self._site, self._regions, self._effects = site, tuple(regions), effects
        self._sole, self._strict = sole, strict
        self._tries, self._first_pause = tries, first_pause
        self._source, self._numbers = effects.token(), count(1)
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._last: dict[str, _Last] = {}
        self._transport: AioTransport | None = None

    @classmethod
    def from_settings(
        cls, routes: Routes, variables: Mapping[str, str] | None = None, **options: Any
    ) -> Self:
        """A publisher from the workers' own settings, the environment's if no others are given.

        HOMEPORT_ORIGIN, HOMEPORT_REGIONS, HOMEPORT_CACHE_PREFIX, HOMEPORT_STORE_TIMEOUT_MS, MOMENTO_API_KEY. `routes`
        are those of the workers' src/routes.py. Raises `Misconfigured`.
        """
        settings, transport = settings_of(os.environ if variables is None else variables), AioTransport()
        regions = regions_of(settings, transport)
        publisher = cls(Site(settings.origin, routes), regions, ordinary(), **options)
        publisher._transport = transport
        return publisher

    async def publish(self, url: str, render: Render, *, state: str, version: int | None = None) -> Published:
        """Push what `render` gives into every region, unless a region shows this `state` of the page, and none another.

        `state` is the fingerprint of what the page depends on; an empty one is never the same. `version` is the
        origin's own number: a page with a larger one is later, whoever publishes it. Read what the page shows within
        `render`, not before: the time from its beginning to its end is what the page is judged by. Raises
        `NotPushable`, `NotTold` if `strict`, and whatever `render` raises.
        """
        key = self._key(url)
        async with self._turn(key):
            known = await self._known(key, state)
            if known is None:
                return Published(url, unchanged=True)
            page = await self._page(url, render, Push(state, version, self._source, next(self._numbers)))
            self._last.pop(key, None)
            told = await deliver_everywhere(
                page, self._regions, self._effects, known, tries=self._tries, first_pause=self._first_pause
            )
            if self._sole and all(each.state != "failed" for each in told.values()):
                self._remember(key, state, told)
        return self._checked(Published(url, regions=told))

    async def delete(self, url: str) -> dict[str, Progress]:
        """The resource is gone: every region reads as a miss. What is dirty there is marked stale."""
        return await self._purge(url, soft=False)

    async def invalidate(self, what: str, *, soft: bool = True) -> dict[str, Progress]:
        """A URL, or a tag and all that has it, is outdated: to be treated as expired, or if not `soft`, as a miss."""
        return await self._purge(what, soft=soft)

    def on(self, session: Any) -> AfterCommit:
        """Publishes that wait for the commit of a SQLAlchemy session; see `AfterCommit`."""
        return AfterCommit(session, self.publish, lambda call: asyncio.ensure_future(call()))

    async def close(self) -> None:
        """Close the connections."""
        if self._transport is not None:
            await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    def _key(self, url: str) -> str:
        target = target_at(url, self._site)
        if not isinstance(target, str):
            raise NotPushable(url, [("url", target[1])])
        return resource(self._site.origin, target).key

    def _turn(self, key: str) -> asyncio.Lock:
        return self._turns.setdefault(key, asyncio.Lock())

    async def _known(self, key: str, state: str) -> Mapping[str, Version] | None:
        """The versions that are believed to stand in regions; None where they have this state."""
        if self._sole:
            last = self._last.get(key)
            if last is None:
                return {}
            return None if state and last.state == state else last.versions
        looks = await asyncio.gather(*(versions.read(each, key) for each in self._regions))
        pairs = zip(self._regions, looks, strict=True)
        known = {region.name: seen for region, seen in pairs if isinstance(seen, Version)}
        # A region that missed the state between must not pass for all: any other state that is shown says that.
        shown = {_state_shown(seen) for seen in known.values()} - {None}
        return None if state and shown == {state} else known

    async def _page(self, url: str, render: Render, push: Push) -> Page:
        begun = self._effects.now()
        rendered = render()
        if inspect.isawaitable(rendered):
            rendered = await rendered
        page = page_of(url, response_of(rendered), (begun, self._effects.now()), push, self._site)
        if not isinstance(page, Page):
            raise NotPushable(url, page)
        return page

    def _remember(self, key: str, state: str, told: Mapping[str, Told]) -> None:
        if len(self._last) >= MOST_REMEMBERED:
            del self._last[next(iter(self._last))]
        known = {name: each.version for name, each in told.items() if each.version is not None}
        self._last[key] = _Last(state, known)

    async def _purge(self, what: str, *, soft: bool) -> dict[str, Progress]:
        now, tag = self._effects.now(), tag_of(what)
        if what.startswith(("/", "http:", "https:")) or tag is None:
            key = self._key(what)
            target = target_at(what, self._site)
            async with self._turn(key):
                self._last.pop(key, None)
                return await self._ordered(Order((str(target),), (), soft, now))
        self._last.clear()  # which pages have the tag only the regions know
        return await self._ordered(Order((), ((tag, None),), soft, now))

    async def _ordered(self, order: Order) -> dict[str, Progress]:
        done = await asyncio.gather(*(self._part(order, region) for region in self._regions))
        outcome = {region.name: each for region, each in zip(self._regions, done, strict=True)}
        lost = [name for name, each in outcome.items() if each.error and (order.tags or not each.owed)]
        if lost and self._strict:
            raise NotTold(outcome, lost)
        return outcome

    async def _part(self, order: Order, region: Region) -> Progress:
        keeper = next((each for each in self._regions if each is not region), None)
        done, rest = Progress(), order
        while True:
            step = await Purge(rest, self._site.origin, region, keeper, self._effects).run()
            done = Progress(done.purged + step.purged, done.owed + step.owed, done.error or step.error)
            if step.rest is None or done.error:
                return done
            rest = step.rest

    def _checked(self, published: Published) -> Published:
        if self._strict and published.failed:
            raise NotTold(published, published.failed)
        return published


def _state_shown(seen: Version) -> str | None:
    """The state of a pushed page that is shown; None where the origin is asked, or has been."""
    entry = seen.entry
    if not isinstance(entry, Entry) or entry.kind != "stored" or entry.dirty or entry.stale or entry.soft:
        return None
    return entry.push.state if entry.push else None
