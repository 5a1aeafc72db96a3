"""Ranges of a whole 200; each row cites its section of RFC 9110 unless it says else."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from homeport.entry import Entry, Pending
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.answer import for_method, from_entry, satisfy
from homeport.reading.ranges import requested
from momento_http_shim.octets import Joined
from tests.homeport.homeport_world import NOON

FIELDS = Headers(
    [
        ("content-type", "text/plain"),
        ("content-language", "en"),
        ("content-location", "/b"),
        ("etag", '"v1"'),
        ("last-modified", "Tue, 14 Nov 2023 22:13:20 GMT"),
        ("cache-control", "max-age=60"),
        ("expires", "0"),
        ("vary", "accept"),
        ("date", "Tue, 14 Nov 2023 22:13:21 GMT"),
        ("repr-digest", "sha-256=:AA==:"),
        ("x-origin", "1"),
    ]
)
BODY = b"0123456789"
WHOLE = Response(200, FIELDS, BODY)
ENTRY = Entry("/a", NO_FIELDS, "stored", "n", (NOON, NOON), header=FIELDS, body=BODY)


def got(field: str, *fields: tuple[str, str], method: str = "GET", whole: Response = WHOLE) -> Response:
    return satisfy(Request(method, "/a", Headers([("range", field), *fields])), whole)


RANGES: list[tuple[str, str, int, bytes]] = [
    # section, Range, status, content
    ("14.1.2", "bytes=0-0", 206, b"0"),
    ("14.1.2", "bytes=2-5", 206, b"2345"),
    ("14.1.2", "bytes=0-9", 206, BODY),
    ("14.1.2", "bytes=7-", 206, b"789"),
    ("14.1.2", "bytes=0-", 206, BODY),
    ("14.1.2", "bytes=9-", 206, b"9"),
    ("14.1.2", "bytes=8-99", 206, b"89"),
    ("14.1.2", "bytes=8-10", 206, b"89"),
    ("14.1.2", "bytes=0-99999999999999999999999", 206, BODY),
    ("14.1.2", f"bytes=0-{'9' * 4000}", 206, BODY),
    ("14.1.2", "bytes=-3", 206, b"789"),
    ("14.1.2", "bytes=-10", 206, BODY),
    ("14.1.2", "bytes=-99", 206, BODY),
    ("14.1.2", "bytes=-99999999999999999999999", 206, BODY),
    ("14.1.1", "bytes=002-0000000005", 206, b"2345"),
    ("14.1", "Bytes=2-5", 206, b"2345"),
    ("14.1.2", "bytes= 2-5", 206, b"2345"),
    ("5.6.1.2", "bytes=2-5,", 206, b"2345"),
    ("5.6.1.2", "bytes=, ,2-5 ,\t,", 206, b"2345"),
    # unsatisfiable
    ("14.1.2", "bytes=10-", 416, b""),
    ("14.1.2", "bytes=10-10", 416, b""),
    ("14.1.2", "bytes=99999999999999999999999-", 416, b""),
    ("14.1.2", f"bytes={'9' * 4000}-", 416, b""),
    ("14.1.2", "bytes=-0", 416, b""),
    ("14.1.2", "bytes=-000", 416, b""),
    # not valid, and ignored
    ("14.1.1", "bytes=5-2", 200, BODY),
    ("14.1.1", "bytes=99-98", 200, BODY),
    ("14.1.1", "bytes=-", 200, BODY),
    ("14.1.1", "bytes=", 200, BODY),
    ("14.1.1", "bytes", 200, BODY),
    ("14.1.1", "", 200, BODY),
    ("14.1.1", "bytes=,", 200, BODY),
    ("14.1.1", "bytes=2", 200, BODY),
    ("14.1.1", "bytes=2--5", 200, BODY),
    ("14.1.1", "bytes=--5", 200, BODY),
    ("14.1.1", "bytes=2 - 5", 200, BODY),
    ("14.1.1", "bytes=2-5;", 200, BODY),
    ("14.1.1", "bytes=2-5\n", 200, BODY),
    ("14.1.1", "bytes=+2-5", 200, BODY),
    ("14.1.1", "bytes=0x2-5", 200, BODY),
    ("14.1.1", "bytes=2_0-30", 200, BODY),
    ("14.1.1", "bytes=\u0662-\u0665", 200, BODY),
    ("14.1.1", "byte\u017f=2-5", 200, BODY),
    ("14.1.1", "bytes =2-5", 200, BODY),
    ("14.1.1", "bytes:2-5", 200, BODY),
    ("14.1.1", "bytes 2-5/10", 200, BODY),
    ("14.1.1", "bytes=2-5, bytes=7-8", 200, BODY),
    ("14.2", f"bytes=0-{'9' * 4001}", 200, BODY),
    # another unit or several ranges, and ignored
    ("14.2", "pages=2-5", 200, BODY),
    ("14.2", "none=2-5", 200, BODY),
    ("14.2", "bytes=2-5,7-8", 200, BODY),
    ("14.2", "bytes=0-0,-1", 200, BODY),
    ("14.2", "bytes=20-,30-", 200, BODY),
    ("14.2", "bytes=2-5,x", 200, BODY),
]


@pytest.mark.parametrize(("section", "field", "status", "content"), RANGES)
def test_the_visitor_gets_the_part_asked_for(section: str, field: str, status: int, content: bytes) -> None:
    answer = got(field)
    assert answer.status == status, section
    if status != 416:
        assert answer.body == content, section


@pytest.mark.parametrize(("section", "field", "status", "content"), RANGES)
def test_a_range_that_is_ignored_leaves_the_whole_as_it_is(
    section: str, field: str, status: int, content: bytes
) -> None:
    assert (got(field) is WHOLE) == (status == 200), section


@pytest.mark.parametrize("field", ["bytes=0-", "bytes=0-0", "bytes=5-", "bytes=-5", "bytes=-0"])
def test_of_nothing_there_is_no_part(field: str) -> None:  # section 14.2: Range may be ignored
    empty = replace(WHOLE, body=b"")
    assert got(field, whole=empty) is empty


@pytest.mark.parametrize(
    ("field", "span"),
    [("bytes=2-5", "bytes 2-5/10"), ("bytes=8-99", "bytes 8-9/10"), ("bytes=-3", "bytes 7-9/10")],
)
def test_206_says_which_part_it_is_and_all_that_the_whole_says(field: str, span: str) -> None:
    # sections 15.3.7 and 14.4
    assert got(field).headers == FIELDS.plus(("content-range", span))


def test_206_says_nothing_that_is_true_of_the_whole_content_only() -> None:  # sections 8.6 and 14.4, RFC 9530
    of_the_whole = ("content-length", "content-range", "content-digest", "content-md5")
    whole = replace(WHOLE, headers=FIELDS.plus(*((name, "x") for name in of_the_whole)))
    assert got("bytes=2-5", whole=whole).headers == FIELDS.plus(("content-range", "bytes 2-5/10"))


def test_206_to_a_visitor_who_has_the_fields_spares_them() -> None:  # section 15.3.7
    answer = got("bytes=2-5", ("if-range", '"v1"'))
    assert (answer.status, answer.body) == (206, b"2345")
    known = ("content-type", "content-language", "last-modified", "repr-digest")
    assert answer.headers == FIELDS.without(*known).plus(("content-range", "bytes 2-5/10"))


def test_416_says_how_long_the_representation_is_and_what_to_do() -> None:  # section 15.5.17
    answer = got("bytes=10-")
    assert answer.headers == Headers(
        [
            ("content-type", "application/problem+json"),
            ("cache-control", "no-store"),
            ("content-range", "bytes */10"),
        ]
    )
    assert json.loads(bytes(answer.body)) == {
        "title": "Range not satisfiable",
        "status": 416,
        "detail": "The representation has 10 octets. Ask for a range that begins within them, or for the whole.",
    }


@pytest.mark.parametrize("method", ["HEAD", "POST", "PUT", "DELETE"])
@pytest.mark.parametrize("field", ["bytes=2-5", "bytes=10-"])
def test_only_get_has_ranges(method: str, field: str) -> None:  # section 14.2
    assert got(field, method=method) is WHOLE


def test_head_tells_the_length_of_the_whole() -> None:  # sections 9.3.2 and 14.2
    request = Request("HEAD", "/a", Headers([("range", "bytes=2-5")]))
    answer = for_method(request, from_entry(request, ENTRY, NOON))
    assert (answer.status, answer.body, answer.headers.get("content-length")) == (200, b"", "10")


PENDING = Pending("1", 1, NOON, "PUT", "/a", NO_FIELDS, BODY)


@pytest.mark.parametrize(
    ("entry", "said"), [(ENTRY, "max-age=60"), (replace(ENTRY, pending=(PENDING,)), "no-cache")]
)
def test_an_entry_is_given_in_parts_clean_or_dirty(entry: Entry, said: str) -> None:
    answer = from_entry(Request("GET", "/a", Headers([("range", "bytes=2-5")])), entry, NOON + 7_000)
    assert (answer.status, answer.body) == (206, b"2345")
    assert answer.headers.get("cache-control") == said
    assert answer.headers.get("age") == "7"
    assert answer.headers.get("content-range") == "bytes 2-5/10"


def test_a_tombstone_has_no_parts() -> None:
    gone = replace(ENTRY, kind="tombstone", status=404, header=NO_FIELDS, body=b"")
    assert from_entry(Request("GET", "/a", Headers([("range", "bytes=0-")])), gone, NOON).status == 404


class Distant:
    """Octets that cannot be brought here, as a test of who tries to."""

    def __init__(self, start: int, stop: int) -> None:
        self.start, self.stop = start, stop

    def __len__(self) -> int:
        return self.stop - self.start

    def __getitem__(self, part: slice, /) -> Distant:
        start, stop, step = part.indices(len(self))
        assert step == 1
        return Distant(self.start + start, self.start + stop)

    def __bytes__(self) -> bytes:
        raise AssertionError("a body was copied into Python")


def test_the_body_is_sliced_and_stays_where_it_is() -> None:
    whole = replace(WHOLE, body=Distant(1_000, 5_000_000))
    part = got("bytes=10-19", whole=whole).body
    assert isinstance(part, Distant)
    assert (part.start, part.stop) == (1_010, 1_020)


def test_a_body_in_pieces_has_ranges_too() -> None:
    assert got("bytes=3-6", whole=replace(WHOLE, body=Joined((b"01234", b"56789")))).body == b"3456"


def oracle(field: str, body: bytes) -> tuple[int, bytes]:
    """The status and the octets by the grammar of section 14.1.1, one position after the other."""
    unit, equals, range_set = field.partition("=")
    specs = [spec.strip(" \t") for spec in range_set.split(",")]
    specs = [spec for spec in specs if spec]
    whole = (200, body)
    if not equals or unit.lower() != "bytes":
        return whole
    if len(specs) != 1 or specs[0].count("-") != 1 or not body:
        return whole
    first, last = specs[0].split("-")
    if set(first + last) - set("0123456789") or not first + last:
        return whole
    if first and last and int(last) < int(first):
        return whole
    if first:
        wanted = [at for at in range(len(body)) if int(first) <= at and (not last or at <= int(last))]
    else:
        wanted = [at for at in range(len(body)) if len(body) - at <= int(last)]
    return (206, bytes(body[at] for at in wanted)) if wanted else (416, b"")


digits = st.from_regex("[0-9]{0,3}", fullmatch=True) | st.integers(0, 10**30).map(str)
spaces = st.sampled_from(["", "", " ", "\t", ",", " , "])
specs = st.tuples(spaces, digits, st.just("-"), digits, spaces).map("".join)
sets = specs | st.lists(specs, max_size=3).map(",".join) | st.text("0123-, \tx", max_size=12)
units = st.sampled_from(["bytes=", "bytes=", "bytes=", "BYTES=", "pages=", "bytes", "byte\u017f="])
texts = st.tuples(units, sets).map("".join) | st.text(max_size=20)


@given(texts, st.binary(max_size=40))
def test_the_part_is_the_one_that_the_grammar_means(field: str, body: bytes) -> None:
    status, content = oracle(field, body)
    answer = got(field, whole=replace(WHOLE, body=body))
    assert answer.status == status
    if status == 416:
        assert answer.headers.get("content-range") == f"bytes */{len(body)}"
        return
    assert answer.body == content
    assert ("content-range" in answer.headers) == (status == 206)
    if status == 206:
        span, _, length = str(answer.headers.get("content-range")).removeprefix("bytes ").partition("/")
        first, last = map(int, span.split("-"))
        assert (body[first : last + 1], int(length)) == (content, len(body))


@given(st.text() | texts, st.integers(0, 2**53))
def test_no_text_raises_and_no_part_leaves_the_representation(field: str, length: int) -> None:
    part = requested(field, length)
    assert not part or (0 <= part.start < part.stop <= length and part.step == 1)
