"""Momento's HTTP API: the request of each call and the meaning of its answer.

Sources: https://docs.momentohq.com/cache/develop/api-reference/http-api and
https://docs.momentohq.com/topics/api-reference/http-api. One call is one small request with the raw value
as its body, so this is the road for get, set, delete and publish; for the rest there is gRPC-web.
"""

from __future__ import annotations

from .errors import MomentoError
from .outcomes import Done, Failed, Hit, Miss
from .transport import Headers, Response

OCTETS, PLAIN_TEXT = "application/octet-stream", "text/plain"
_DONE, _MISS = Done(), Miss()
# What RFC 3986, 2.3, calls unreserved.
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
# A query may also hold these as they are (RFC 3986, 3.4), and keys have them often.
_PLAIN = _UNRESERVED | frozenset(":/")


def item_prefix(api_cache: str, cache: str) -> str:
    """Give the part of an item's URL that every key of a cache shares."""
    return f"{api_cache}/cache/{quoted(cache)}?"


def key_query(key: str | bytes) -> str:
    """Give a key as a query: `key=` where it is plain text, else `key_base64=` (base64url without padding).

    Both are Momento's; exactly one may be given. A key of characters that need no escaping has one
    reading only; every other key goes as base64, so that nothing depends on how often a `%` or `+` is
    decoded on its way.
    """
    text = key if isinstance(key, str) else key.decode("latin-1")
    # These characters are ASCII, so that reading octets as latin-1 cannot have changed them.
    if _PLAIN.issuperset(text):
        return f"key={text}"
    from binascii import b2a_base64

    text = b2a_base64(key if isinstance(key, bytes) else key.encode(), newline=False).decode()
    return "key_base64=" + text.rstrip("=").replace("+", "-").replace("/", "_")


def quoted(text: str) -> str:
    """Percent-encode one segment of a path (RFC 3986, 2.1), as UTF-8.

    What `urllib.parse.quote(text, safe="")` does; importing that costs 25 ms in Pyodide, where nothing else
    has imported it yet.
    """
    if _UNRESERVED.issuperset(text):
        return text
    return "".join([chr(o) if chr(o) in _UNRESERVED else f"%{o:02X}" for o in text.encode()])


def topic_url(api_cache: str, cache: str, topic: str) -> str:
    """Give the URL of a topic, for publishing and for the long poll."""
    return f"{api_cache}/topics/{quoted(cache)}/{quoted(topic)}"


def headers(authorization: str, content_type: str | None = None) -> Headers:
    """Give the headers of a call; the key goes in raw, without `Bearer`."""
    pairs = (("authorization", authorization),)
    return pairs if content_type is None else (*pairs, ("content-type", content_type))


def got(response: Response) -> Hit | Miss | Failed:
    """Decipher the answer to a get. A 404 is a miss, unless its body says that there is no such cache."""
    status = response.status
    if status == 200:
        return Hit(response.body)
    if status != 404:
        return Failed(failure(response))
    # Momento's own client reads these bodies as text and without regard to case.
    said = bytes(response.body[:512]).lower()
    return Failed(failure(response)) if b"cache not found" in said else _MISS


def done(response: Response) -> Done | Failed:
    """Decipher the answer to a set, a delete or a publish: documented is 204, any success is taken."""
    return _DONE if 200 <= response.status < 300 else Failed(failure(response))


def failure(response: Response) -> MomentoError:
    """Give the error of an answer that is no success."""
    from .statuses import of_http

    return of_http(response.status, bytes(response.body[:4096]))
