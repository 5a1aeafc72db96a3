"""Publishes that wait for a commit: nobody is shown what is not, or may never be, in the database.

After the events of SQLAlchemy's sessions (https://docs.sqlalchemy.org/en/20/orm/session_events.html), 1.4 and later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from typing import Any

from .connecting import LOG

Start = Callable[[Callable[[], Any]], Any]
"""Begins a publish: gives its outcome, or a future of it."""


class AfterCommit:
    """Collects publishes during a session's transaction, carries them out after the commit, and else drops them.

    Of several for a URL the last counts. What is collected within a savepoint goes where that is rolled back; what is
    collected outside any transaction waits for the next. `render` runs when the transaction has ended, best with a
    session of its own: the same one begins another transaction for it, and at the end of `with session.begin():`
    SQLAlchemy refuses it. A publish that fails then raises nothing into the commit: it is
    logged, and `outcomes` has its error.
    """

    def __init__(self, session: Any, publish: Callable[..., Any], start: Start) -> None:
        """Listen to a `Session`, or to the one inside an `AsyncSession`."""
        from sqlalchemy import event

        self._session = getattr(session, "sync_session", session)
        self._publish, self._start = publish, start
        self._waiting: list[tuple[Any, str, Callable[[], Any]]] = []
        self._committed: set[object] = set()
        self._futures: set[asyncio.Future[Any]] = set()
        self.outcomes: list[Any] = []
        """`Published` or an exception, of each that was carried out, in the order in which they ended."""
        event.listen(self._session, "after_commit", self._after_commit)
        event.listen(self._session, "after_transaction_end", self._after_end)

    def publish(self, url: str, render: Callable[[], Any], *, state: str, version: int | None = None) -> None:
        """`Publisher.publish`, after the commit."""
        call = partial(self._publish, url, render, state=state, version=version)
        self._waiting.append((self._present(), url, call))

    async def done(self) -> list[Any]:
        """Wait for what was begun; all `outcomes`."""
        while self._futures:
            await asyncio.wait(self._futures)
        return self.outcomes

    def _present(self) -> object:
        nested = self._session.get_nested_transaction()
        return nested if nested is not None else self._session.get_transaction()

    def _after_commit(self, _session: object) -> None:
        self._committed.add(self._present())

    def _after_end(self, _session: object, transaction: Any) -> None:
        root = transaction.parent is None
        if not root and not transaction.nested:
            return  # SQLAlchemy's own, around a flush
        committed = transaction in self._committed
        self._committed.discard(transaction)
        own = [each for each in self._waiting if each[0] is transaction or (root and each[0] is None)]
        others = [each for each in self._waiting if each not in own]
        if not committed:
            self._waiting = others
        elif root:
            self._waiting = others
            for url, call in {url: call for _, url, call in own}.items():
                self._carry_out(url, call)
        else:
            self._waiting = [
                (transaction.parent, *each[1:]) if each[0] is transaction else each for each in self._waiting
            ]

    def _carry_out(self, url: str, call: Callable[[], Any]) -> None:
        try:
            outcome = self._start(call)
        except Exception as error:  # noqa: BLE001 - the commit stands, whatever a renderer raises
            self._ended(url, error)
            return
        if not isinstance(outcome, asyncio.Future):
            self._ended(url, outcome)
            return
        self._futures.add(outcome)
        outcome.add_done_callback(partial(self._future_ended, url))

    def _future_ended(self, url: str, future: asyncio.Future[Any]) -> None:
        self._futures.discard(future)
        if not future.cancelled():
            self._ended(url, future.exception() or future.result())

    def _ended(self, url: str, outcome: object) -> None:
        self.outcomes.append(outcome)
        if isinstance(outcome, BaseException):
            # Its text may hold what must not be logged.
            LOG.error("publish_failed %s", {"path": url.partition("?")[0], "error": type(outcome).__name__})
