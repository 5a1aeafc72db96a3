"""Reading by the RFCs on the real runtime, from an origin that answers by a script."""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest

from local.stack import observer
from local.stack.stack import Plan, Stack, running
from tests.e2e.e2e_rig import eventually
from tests.e2e.scripted_origin import Origin, Reply, gone_at_once, scripted_origin

REGION = "ap-northeast-1"
ETAG = ("etag", '"1"')
MIB6 = bytes(range(256)) * 4096 * 6


@pytest.fixture(scope="module")
def origin() -> Iterator[Origin]:
    with scripted_origin() as origin:
        yield origin


@pytest.fixture(scope="module")
def stack(origin: Origin) -> Iterator[Stack]:
    with running(Plan(origin=origin.url, routes=Path(__file__).with_name("reading_routes.py"))) as stack:
        yield stack


@pytest.fixture(scope="module")
def visitor(stack: Stack) -> Iterator[httpx.Client]:
    with observer.visitor(stack, "JP") as visitor:
        yield visitor


def said(answer: httpx.Response) -> str:
    return answer.headers["cache-status"]


def kept(seconds: int, *more: str) -> tuple[str, str]:
    return "cache-control", ", ".join((f"max-age={seconds}", *more))


def is_hit(answer: httpx.Response) -> bool:
    return said(answer).startswith("Homeport; hit")


def test_a_stale_answer_comes_first_and_the_fresh_one_behind_it(
    origin: Origin, visitor: httpx.Client
) -> None:
    path, fields, let = "/before/swr", (kept(0, "stale-while-revalidate=60"), ETAG), threading.Event()
    second = Reply(fields=(kept(60),), body=b"second", held=let)
    origin.says(path, Reply(fields=fields, body=b"first"), second)
    assert visitor.get(path).content == b"first"
    shown = visitor.get(path)
    assert (shown.content, said(shown)[:19]) == (b"first", "Homeport; hit; ttl=")
    let.set()
    eventually(lambda: visitor.get(path), lambda answer: answer.content == b"second")
    assert is_hit(visitor.get(path))
    assert [headers.get("if-none-match") for _, headers in origin.got[path]] == [None, '"1"']


def test_a_stale_answer_stands_in_for_an_origin_that_fails(origin: Origin, visitor: httpx.Client) -> None:
    path = "/before/sie"
    good = Reply(fields=(kept(0, "stale-if-error=60"),), body=b"good")
    origin.says(path, good, Reply(503, body=b"bad"), Reply(hangs_up=True))
    assert visitor.get(path).content == b"good"
    refused, silent = visitor.get(path), visitor.get(path)
    for answer, status in ((refused, " fwd-status=503;"), (silent, "")):
        assert (answer.status_code, answer.content) == (200, b"good")
        assert said(answer) == f'Homeport; fwd=stale;{status} detail="{REGION} stale-if-error"'


def test_a_304_costs_no_second_body_and_gives_new_life(origin: Origin, visitor: httpx.Client) -> None:
    path = "/before/etag"
    origin.says(path, Reply(fields=(kept(0), ETAG), body=b"whole"), Reply(304, (kept(60), ETAG)))
    assert visitor.get(path).content == b"whole"
    again = visitor.get(path)
    assert (again.status_code, again.content) == (200, b"whole")
    assert said(again) == f'Homeport; fwd=stale; fwd-status=304; stored; detail="{REGION}"'
    third = visitor.get(path)
    assert (third.content, is_hit(third), len(origin.got[path])) == (b"whole", True, 2)
    assert visitor.get(path, headers={"if-none-match": '"1"'}).status_code == 304


def test_a_field_that_only_the_origins_vary_names_chooses_the_representation(
    origin: Origin, visitor: httpx.Client
) -> None:
    path, vary = "/before/vary", (kept(60), ("vary", "Accept-Language"))
    origin.says(path, Reply(fields=vary, body=b"bonjour"), Reply(fields=vary, body=b"moin"))
    for language, body in (("fr", b"bonjour"), ("de", b"moin")):
        for hit in (False, True):
            answer = visitor.get(path, headers={"accept-language": language})
            assert (answer.content, is_hit(answer)) == (body, hit)
    assert [headers["accept-language"] for _, headers in origin.got[path]] == ["fr", "de"]


def test_a_part_is_cut_from_what_is_stored_and_from_what_streams_in(
    origin: Origin, visitor: httpx.Client
) -> None:
    path = "/behind/range"
    origin.says(path, Reply(chunks=gone_at_once(b"0123", b"4567", b"89")))
    for part, body in (("bytes=2-5", b"2345"), ("bytes=-3", b"789")):
        answer = eventually(
            lambda part=part: visitor.get(path, headers={"range": part}),  # type: ignore[misc]
            lambda answer: part == "bytes=2-5" or is_hit(answer),  # noqa: B023 - called at once
        )
        assert (answer.status_code, answer.content) == (206, body)
        assert answer.headers["content-range"].endswith("/10")
    assert "range" not in origin.got[path][0][1]
    beyond = visitor.get(path, headers={"range": "bytes=10-"})
    assert (beyond.status_code, beyond.headers["content-range"]) == (416, "bytes */10")


def test_an_answer_streams_while_the_origin_still_holds_its_end(
    origin: Origin, visitor: httpx.Client
) -> None:
    path, now, end = "/behind/stream", threading.Event(), threading.Event()
    now.set()
    origin.says(path, Reply(chunks=[(b"begin", now), (b"end", end)]))
    uncompressed = {"accept-encoding": "identity"}  # wrangler would hold small chunks back to compress them
    with visitor.stream("GET", path, headers=uncompressed) as answer:
        chunks = answer.iter_raw()
        assert next(chunks) == b"begin"
        assert not end.is_set()
        end.set()
        assert b"".join(chunks) == b"end"
        assert said(answer) == f'Homeport; fwd=uri-miss; fwd-status=200; stored; detail="{REGION}"'
    stored = eventually(lambda: visitor.get(path), is_hit)
    assert stored.content == b"beginend"


@pytest.mark.parametrize("chunked", [False, True])
def test_six_megabytes_pass_through_and_are_not_stored(
    origin: Origin, visitor: httpx.Client, chunked: bool
) -> None:
    path = f"/behind/large-{chunked}"
    origin.says(path, Reply(chunks=gone_at_once(MIB6)) if chunked else Reply(body=MIB6))
    for number in (1, 2):
        answer = visitor.get(path)
        assert (answer.status_code, answer.content == MIB6) == (200, True)
        assert "fwd=uri-miss" in said(answer)
        assert len(origin.got[path]) == number
        assert ("too large" in said(answer)) is not chunked
    if not chunked:
        head = visitor.head(path)
        assert (head.headers["content-length"], head.content) == (str(len(MIB6)), b"")


def test_of_twenty_who_miss_the_same_one_asks_the_origin(
    stack: Stack, origin: Origin, visitor: httpx.Client
) -> None:
    path, let = "/together/20", threading.Event()
    origin.says(path, Reply(body=b"together", held=let))

    def calls() -> int:
        return sum(int(of["calls"]) for of in httpx.get(f"{stack.admin}/counters").json().values())

    before = calls()
    with ThreadPoolExecutor(20) as pool:
        reading = [pool.submit(visitor.get, path) for _ in range(20)]
        eventually(calls, lambda now: now >= before + 12)  # a few have looked, and asked for the turn
        let.set()
        answers = [each.result() for each in reading]
    assert {answer.content for answer in answers} == {b"together"}
    # Whoever looked before the fill, and asks for the turn after it was given back, is alone again: on a slow machine.
    asked = len(origin.got[path])
    assert asked in (1, 2)
    collapsed = [answer for answer in answers if "fwd=uri-miss; collapsed" in said(answer)]
    late = [answer for answer in answers if is_hit(answer)]
    assert collapsed
    assert len(collapsed) + len(late) + asked == 20


@pytest.mark.parametrize("by", ["location", "content-location"])
@pytest.mark.parametrize("absolute", [False, True])
def test_a_straight_write_outdates_what_its_answer_names(
    origin: Origin, visitor: httpx.Client, by: str, absolute: bool
) -> None:
    path = f"/before/{by}-{absolute}"
    origin.says(path, Reply(fields=(kept(60),), body=b"old"), Reply(fields=(kept(60),), body=b"new"))
    origin.says("/before/written", Reply(201, ((by, (origin.url if absolute else "") + path),)))
    visitor.get(path)
    assert is_hit(visitor.get(path))
    assert visitor.put("/before/written", content=b"x").status_code == 201
    after = visitor.get(path)
    assert (after.content, "fwd=stale" in said(after)) == (b"new", True)


def test_an_answer_without_a_body_is_stored_too(origin: Origin, visitor: httpx.Client) -> None:
    for number, reply in enumerate((Reply(204, (kept(60),)), Reply(200, (kept(60),)))):
        path = f"/behind/empty-{number}"
        origin.says(path, reply)
        answer = eventually(lambda path=path: visitor.get(path), is_hit)  # type: ignore[misc]
        assert (answer.status_code, answer.content) == (reply.status, b"")


def test_what_the_origin_compressed_arrives_whole(origin: Origin, visitor: httpx.Client) -> None:
    path, text = "/behind/gzip", b"again and again " * 1000
    fields = (("content-encoding", "gzip"), ("content-type", "text/plain"))
    origin.says(path, Reply(fields=fields, body=gzip.compress(text)))
    assert visitor.get(path).content == text
    assert eventually(lambda: visitor.get(path), is_hit).content == text


def test_head_of_what_is_not_stored_keeps_its_length(origin: Origin, visitor: httpx.Client) -> None:
    path = "/behind/head"
    origin.says(path, Reply(fields=(("cache-control", "no-store"),), body=b"secret!"))
    head = visitor.head(path)
    assert (head.status_code, head.headers["content-length"], head.content) == (200, "7", b"")
    assert [method for method, _ in origin.got[path]] == ["GET"]
    assert visitor.get(path, headers={"range": "bytes=0-1"}).content == b"secret!"
    assert [headers.get("range") for _, headers in origin.got[path]] == [None, None, "bytes=0-1"]
