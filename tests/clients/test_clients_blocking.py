"""Publishing from threads, and after the commit of a real SQLAlchemy session."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from homeport_origin import AfterCommit, BlockingPublisher, NotPushable, Published
from tests.clients.client_world import NAMES, Renderer, Sea

URL = "/"


@pytest.fixture
def sea() -> Sea:
    return Sea()


@pytest.fixture
def publisher(sea: Sea) -> Iterator[BlockingPublisher]:
    with BlockingPublisher(sea.publisher()) as publisher:
        yield publisher


@pytest.fixture
def session() -> Iterator[Session]:
    engine = create_engine("sqlite://", poolclass=StaticPool)
    with Session(engine) as session:
        session.execute(text("create table stock (pieces integer)"))
        session.execute(text("insert into stock values (5)"))
        session.commit()
        yield session
    engine.dispose()


def states(collected: AfterCommit) -> list[str]:
    found = [each for each in collected.outcomes if isinstance(each, Published)]
    return ["unchanged" if each.unchanged else each.regions[NAMES[0]].state for each in found]


def test_a_page_is_rendered_in_the_thread_that_publishes_it(sea: Sea, publisher: BlockingPublisher) -> None:
    threads: list[threading.Thread] = []
    database = sqlite3.connect(":memory:")  # sqlite3 refuses every other thread

    def render() -> str:
        threads.append(threading.current_thread())
        return str(database.execute("select 7").fetchone()[0])

    published = publisher.publish(URL, render, state="a")
    database.close()
    assert threads == [threading.current_thread()]
    assert {told.state for told in published.regions.values()} == {"stored"}
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"7")
    assert publisher.publish(URL, render, state="a").unchanged


def test_what_goes_wrong_is_raised_there(publisher: BlockingPublisher) -> None:
    def broken() -> str:
        raise LookupError("gone")

    async def awaits() -> str:
        return "x"

    with pytest.raises(LookupError):
        publisher.publish(URL, broken, state="a")
    with pytest.raises(NotPushable):
        publisher.publish("/nothing", Renderer(), state="a")
    with pytest.raises(TypeError, match="awaits nothing"):
        publisher.publish(URL, awaits, state="a")


def test_a_caller_who_is_interrupted_does_not_keep_the_pages_turn(
    sea: Sea, publisher: BlockingPublisher
) -> None:
    def interrupted() -> str:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        publisher.publish(URL, interrupted, state="a")
    assert not publisher.publish(URL, Renderer(), state="a").unchanged
    assert sea.shown(URL)[NAMES[0]] == b"page"


def test_threads_take_turns(sea: Sea, publisher: BlockingPublisher) -> None:
    render = Renderer()
    with ThreadPoolExecutor(8) as pool:
        done = [*pool.map(lambda _: publisher.publish(URL, render, state="a"), range(8))]
    assert sorted(each.unchanged for each in done) == [False] + [True] * 7
    assert render.count == 1


def test_delete_and_invalidate_block_too(sea: Sea, publisher: BlockingPublisher) -> None:
    publisher.publish(URL, Renderer(), state="a")
    assert {each.purged for each in publisher.invalidate(URL).values()} == {1}
    assert {each.purged for each in publisher.delete(URL).values()} == {1}
    assert set(sea.shown(URL).values()) == {None}


def test_closing_twice_is_closing_once(sea: Sea) -> None:
    publisher = BlockingPublisher(sea.publisher())
    publisher.close()
    publisher.close()
    assert not [each for each in threading.enumerate() if each.name == "homeport_origin"]


def test_a_page_is_published_after_the_commit_and_not_before(
    sea: Sea, publisher: BlockingPublisher, session: Session
) -> None:
    collected = publisher.on(session)
    session.execute(text("update stock set pieces = 4"))

    def render() -> str:
        return str(session.execute(text("select pieces from stock")).scalar())

    collected.publish(URL, render, state="few")
    session.flush()
    assert set(sea.shown(URL).values()) == {None}
    session.commit()
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"4")
    assert states(collected) == ["stored"]


def test_at_the_end_of_a_block_the_page_is_rendered_with_a_session_of_its_own(
    sea: Sea, publisher: BlockingPublisher, session: Session
) -> None:
    collected = publisher.on(session)

    def render() -> str:
        with Session(session.get_bind()) as own:
            return str(own.execute(text("select pieces from stock")).scalar())

    with session.begin():
        session.execute(text("update stock set pieces = 3"))
        collected.publish(URL, render, state="few")
    assert sea.shown(URL) == dict.fromkeys(NAMES, b"3")
    assert states(collected) == ["stored"]


@pytest.mark.parametrize("end", ["rollback", "close"])
def test_what_is_rolled_back_is_not_published(
    sea: Sea, publisher: BlockingPublisher, session: Session, end: str
) -> None:
    collected = publisher.on(session)
    session.execute(text("update stock set pieces = 4"))
    collected.publish(URL, Renderer(), state="few")
    getattr(session, end)()
    session.execute(text("select 1"))
    session.commit()
    assert set(sea.shown(URL).values()) == {None}
    assert collected.outcomes == []


def test_of_several_for_a_url_the_last_counts(
    sea: Sea, publisher: BlockingPublisher, session: Session
) -> None:
    collected = publisher.on(session)
    session.execute(text("select 1"))
    first = Renderer("first")
    collected.publish(URL, first, state="1")
    collected.publish(URL, Renderer("last"), state="2")
    session.commit()
    assert (first.count, sea.shown(URL)[NAMES[0]], len(collected.outcomes)) == (0, b"last", 1)


@pytest.mark.parametrize("rolled_back", [True, False])
def test_a_savepoint_takes_along_what_was_collected_in_it(
    sea: Sea, publisher: BlockingPublisher, session: Session, rolled_back: bool
) -> None:
    collected = publisher.on(session)
    session.execute(text("update stock set pieces = 4"))
    collected.publish(URL, Renderer(), state="a")
    outer = session.begin_nested()
    inner = session.begin_nested()
    collected.publish("/items/1", Renderer(), state="a")
    inner.commit()
    assert collected.outcomes == []
    if rolled_back:
        outer.rollback()
    else:
        outer.commit()
    assert collected.outcomes == []
    session.commit()
    assert sea.shown(URL)[NAMES[0]] == b"page"
    assert sea.shown("/items/1")[NAMES[0]] == (None if rolled_back else b"page")


def test_what_is_collected_outside_a_transaction_waits_for_the_next(
    sea: Sea, publisher: BlockingPublisher, session: Session
) -> None:
    collected = publisher.on(session)
    collected.publish(URL, Renderer(), state="a")
    assert collected.outcomes == []
    session.execute(text("select 1"))
    session.commit()
    assert states(collected) == ["stored"]


def test_a_renderer_that_fails_does_not_fail_the_commit(
    publisher: BlockingPublisher, session: Session, caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> str:
        raise LookupError("secret")

    collected = publisher.on(session)
    session.execute(text("update stock set pieces = 2"))
    collected.publish("/?token=1", broken, state="a")
    session.commit()
    assert session.execute(text("select pieces from stock")).scalar() == 2
    assert [type(each) for each in collected.outcomes] == [LookupError]
    assert "LookupError" in caplog.text
    assert "secret" not in caplog.text
    assert "token" not in caplog.text


async def test_an_event_loop_publishes_behind_the_commit(sea: Sea, session: Session) -> None:
    publisher = sea.publisher()
    collected = publisher.on(session)
    session.execute(text("update stock set pieces = 4"))
    collected.publish(URL, Renderer(), state="a")
    session.commit()
    await collected.done()
    assert states(collected) == ["stored"]
    session.execute(text("update stock set pieces = 5"))
    collected.publish("/nothing", Renderer(), state="a")
    session.commit()
    assert isinstance((await collected.done())[1], NotPushable)
