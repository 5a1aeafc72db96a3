"""A publisher for frameworks that await nothing: it has an event loop of its own, in a thread."""

from __future__ import annotations

import asyncio
import inspect
import threading
from collections.abc import Callable, Coroutine, Mapping
from queue import SimpleQueue
from types import TracebackType
from typing import Any, Self, TypeVar

from homeport.pushing.order import Progress
from homeport.routing import Routes

from .after_commit import AfterCommit
from .publisher import Published, Publisher, Render

T = TypeVar("T")


class BlockingPublisher:
    """What `Publisher` does, for any thread; a page is rendered in the thread that publishes it.

    Make it after the process has forked, and close it, or use it in `with`.
    """

    def __init__(self, publisher: Publisher) -> None:
        """Take a publisher that nothing else uses."""
        self._publisher = publisher
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="homeport_origin", daemon=True)
        self._thread.start()

    @classmethod
    def from_settings(
        cls, routes: Routes, variables: Mapping[str, str] | None = None, **options: Any
    ) -> Self:
        """See `Publisher.from_settings`."""
        return cls(Publisher.from_settings(routes, variables, **options))

    def publish(self, url: str, render: Render, *, state: str, version: int | None = None) -> Published:
        """See `Publisher.publish`; `render` awaits nothing."""
        calls: SimpleQueue[asyncio.Future[Any] | None] = SimpleQueue()

        async def rendered() -> Any:
            # Connections to databases belong to threads: the caller renders, and this waits for it.
            waited: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            calls.put(waited)
            return await waited

        publishing = self._publisher.publish(url, rendered, state=state, version=version)
        done = asyncio.run_coroutine_threadsafe(publishing, self._loop)
        done.add_done_callback(lambda _: calls.put(None))
        try:
            while (waited := calls.get()) is not None:
                self._loop.call_soon_threadsafe(_settle, waited, *_outcome(render))
            return done.result()
        except BaseException:
            done.cancel()  # an interrupted caller must not keep the page's turn
            raise

    def delete(self, url: str) -> dict[str, Progress]:
        """See `Publisher.delete`."""
        return self._run(self._publisher.delete(url))

    def invalidate(self, what: str, *, soft: bool = True) -> dict[str, Progress]:
        """See `Publisher.invalidate`."""
        return self._run(self._publisher.invalidate(what, soft=soft))

    def on(self, session: Any) -> AfterCommit:
        """Publishes that wait for the commit of a SQLAlchemy session, and are done when it returns."""
        return AfterCommit(session, self.publish, lambda call: call())

    def close(self) -> None:
        """Close the connections, and end the thread."""
        if self._thread.is_alive():
            self._run(self._publisher.close())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _outcome(render: Callable[[], Any]) -> tuple[Any, Exception | None]:
    try:
        rendered = render()
    except Exception as error:  # noqa: BLE001 - it is raised where the publish is
        return None, error
    if inspect.isawaitable(rendered):
        if inspect.iscoroutine(rendered):
            rendered.close()
        return None, TypeError("a blocking publisher's render awaits nothing; use Publisher")
    return rendered, None


def _settle(waited: asyncio.Future[Any], rendered: Any, error: Exception | None) -> None:
    if waited.done():
        return
    if error is None:
        waited.set_result(rendered)
    else:
        waited.set_exception(error)
