"""URLs of the HTTP API: what is escaped, and that it is escaped as the standard library would."""

from __future__ import annotations

import base64
import string
from urllib.parse import parse_qs, quote, urlsplit

from hypothesis import example, given
from hypothesis import strategies as st

from momento_http_shim.http_api import item_prefix, key_query, quoted, topic_url


@given(st.text())
@example(string.printable)
@example("".join(map(chr, range(256))))
@example("~-._ %2F+é\u2603\U0001f600")
def test_a_segment_is_quoted_as_the_standard_library_does(text: str) -> None:
    assert quoted(text) == quote(text, safe="")


@given(st.text(min_size=1))
@example("a:b/c")
def test_only_a_key_that_needs_no_escaping_is_sent_as_it_is(key: str) -> None:
    query = key_query(key)
    if quote(key, safe=":/") == key:
        assert query == f"key={key}"
    else:
        encoded = base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")
        assert query == f"key_base64={encoded}"


@given(st.binary(min_size=1))
def test_a_key_of_octets_is_read_back_from_the_url(key: bytes) -> None:
    url = urlsplit(item_prefix("https://api.example.test", "my cache") + key_query(key))
    assert url.path == "/cache/my%20cache"
    ((name, (value,)),) = parse_qs(url.query, strict_parsing=True).items()
    back = (
        base64.urlsafe_b64decode(value + "=" * (-len(value) % 4)) if name == "key_base64" else value.encode()
    )
    assert back == key


def test_a_topic_has_one_segment() -> None:
    assert topic_url("https://h", "c", "a/b é?") == "https://h/topics/c/a%2Fb%20%C3%A9%3F"
