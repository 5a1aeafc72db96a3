from __future__ import annotations

from dataclasses import replace

import pytest

from homeport.draining.settled import postponed, without
from homeport.entry import Entry, Pending
from homeport.messages import Headers, Response
from tests.homeport.writing_world import put, stored

TARGET = "/items/1"
NOW = 9_000
ITSELF = Headers([("content-location", TARGET), ("content-type", "text/plain"), ("set-cookie", "a=b")])
TAG = ("etag", '"1"')


def item(name: str) -> Pending:
    return Pending(name, int(name), 1, "PUT", TARGET, put(TARGET, b"").headers, b"body " + name.encode())


def deletion(name: str) -> Pending:
    return Pending(name, int(name), 1, "DELETE", TARGET, Headers())


def dirty(*names: str) -> Entry:
    return replace(stored(TARGET, b"shown"), pending=tuple(map(item, names)), seq=42)


@pytest.mark.parametrize("answer", [None, Response(200, ITSELF, b"origin's")])
def test_what_is_pending_after_it_keeps_its_place_and_its_representation(answer: Response | None) -> None:
    entry = without(dirty("1", "2", "3"), "1", "n1", NOW, answer)
    assert [each.id for each in entry.pending] == ["2", "3"]
    assert (entry.kind, bytes(entry.body), entry.seq, entry.nonce) == ("stored", b"shown", 42, "n1")


def test_with_nothing_left_it_is_clean_and_stale() -> None:
    entry = without(dirty("1"), "1", "n1", NOW, Response(204))
    assert (entry.pending, entry.stale, entry.as_of, entry.nonce) == ((), True, (NOW, NOW), "n1")
    assert (entry.kind, bytes(entry.body), entry.header) == ("stored", b"", Headers())


def test_a_representation_whose_validator_the_origin_gave_stays() -> None:
    entry = replace(dirty("1"), header=Headers([("etag", '"1"')]))
    assert bytes(without(entry, "1", "n1", NOW, Response(204)).body) == b"shown"


@pytest.mark.parametrize("status", [200, 201])
def test_the_origins_own_representation_is_taken_where_its_answer_carries_one(status: int) -> None:
    entry = without(dirty("1"), "1", "n1", NOW, Response(status, ITSELF.plus(TAG), b"origin's"))
    assert (entry.kind, entry.status, bytes(entry.body), entry.stale) == ("stored", 200, b"origin's", True)
    assert [*entry.header] == [("content-location", TARGET), ("content-type", "text/plain"), TAG]


@pytest.mark.parametrize(
    "answer",
    [
        Response(204),
        Response(202, ITSELF.plus(TAG), b"accepted"),
        Response(200, Headers([TAG]), b"how it went"),
        Response(200, Headers([("content-location", "/items/2"), TAG]), b"another"),
        Response(200, ITSELF.plus(TAG), b""),
        Response(200, ITSELF.plus(TAG), b"x" * (5 * 1024 * 1024)),
        Response(200, ITSELF, b"origin's"),
    ],
)
def test_else_no_representation_stays(answer: Response) -> None:
    entry = without(dirty("1"), "1", "n1", NOW, answer)
    assert (entry.kind, bytes(entry.body), entry.header) == ("stored", b"", Headers())


@pytest.mark.parametrize("answer", [ITSELF, Headers([("etag", '"1"')])])
def test_a_deletions_answer_is_never_the_resource(answer: Headers) -> None:
    entry = replace(stored(TARGET, b""), kind="tombstone", status=404, pending=(deletion("1"),))
    clean = without(entry, "1", "n1", NOW, Response(200, answer, b"deleted"))
    assert (clean.kind, clean.status, bytes(clean.body), clean.stale) == ("tombstone", 404, b"", True)


def test_after_a_refusal_nothing_here_can_be_trusted() -> None:
    entry = without(dirty("1"), "1", "n1", NOW, None)
    assert (entry.kind, bytes(entry.body), entry.pending, entry.as_of) == ("marker", b"", (), (NOW, NOW))
    assert (entry.target, entry.seq, entry.nonce) == (TARGET, 42, "n1")


def test_a_try_is_counted_for_its_write_alone() -> None:
    entry = postponed(dirty("1", "2"), "1", "n1", 5_000)
    assert [(each.tries, each.not_before, each.sent) for each in entry.pending] == [
        (1, 5_000, True),
        (0, 0, False),
    ]
    assert entry.nonce == "n1"
    assert postponed(entry, "1", "n2", 6_000).pending[0].tries == 2
