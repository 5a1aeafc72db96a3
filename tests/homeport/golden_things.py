"""What the files of `golden/format_1` hold, as values: one of each stored thing, with all of its members.

The files are octets that the release of format 1 wrote. They are never written anew: whatever reads them today has to
read them for as long as a region may hold such a thing. A later format gets a folder of its own beside this one.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from homeport import entry
from homeport.draining import letter
from homeport.entry import Entry, Pending, Push
from homeport.messages import Headers
from homeport.pushing import tag_index
from homeport.reading.key import Resource
from homeport.writing import idempotency, pressure, receipt
from homeport.writing.receipt import Receipt
from momento_http_shim.octets import Octets

GOLDEN = Path(__file__).parent / "golden" / "format_1"

KEY, ID, OTHER = "31b5f9de-2a3a-5a43-9d5b-1f8f0d1c6a11", "0f" * 16, "1e" * 16
AT = 1_795_300_000_000
TEXT = Headers((("content-type", "text/plain"), ("etag", '"v1"')))
ACCEPTS = Headers((("accept-language", "de"),))
SPAN = (AT, AT + 150)

PUT = Pending(
    ID,
    AT + 1,
    AT,
    "PUT",
    "/items/1",
    TEXT,
    b"new\n\xff",
    sent=True,
    tries=2,
    not_before=AT + 4_000,
    fingerprint="ab" * 32,
    sealed="k1.AAECAw",
    by=OTHER,
    key='"8e03978e"',
)
DELETE = Pending(OTHER, AT + 2, AT + 1, "DELETE", "/items/1", Headers())
PATCH = Pending("2d" * 16, AT + 3, AT + 2, "PATCH", "/items/1", TEXT, b'{"a":null}')
SHOWN = b"shown"
DIRTY = Entry(
    "/items/1?q=\u00fc",
    ACCEPTS,
    "stored",
    "3c" * 16,
    SPAN,
    seq=AT + 3,
    stale=True,
    whose="k1." + "cd" * 32,
    etag='"v0"',
    status=201,
    header=TEXT,
    body=SHOWN,
    pending=(PUT, DELETE, PATCH, Pending("4b" * 16, AT + 4, AT + 4, "PUT", "/items/1", TEXT, SHOWN)),
)
STORED = Entry(
    "/items/1",
    ACCEPTS,
    "stored",
    "3c" * 16,
    SPAN,
    soft=True,
    of="5a" * 16,
    tags=("items", "item-1"),
    push=Push("state", 7, "publisher", 12),
    header=TEXT,
    body=b"a page",
)
REFUSED = letter.Letter(
    KEY,
    "ap-northeast-1",
    AT + 9,
    "the origin refused it with 422",
    Pending(ID, AT + 1, AT, "PUT", "/items/1", TEXT, b"new\n\xff", sent=True, tries=3, sealed="k1.AAECAw"),
    422,
    TEXT,
    b"no",
    2,
    "/items/1",
    "k1." + "cd" * 32,
)
FATES = {
    "applied": Receipt(
        ID, KEY, "applied", AT, 204, None, "/items/1", AT - 5, 1, regions=("eu-central-1", "us-east-1")
    ),
    "dead": Receipt(ID, KEY, "dead", AT, 422, "the origin refused it with 422", "/items/1", AT - 5, 3),
    "superseded": Receipt(ID, KEY, "superseded", AT, target="/items/1", accepted=AT - 5, by=OTHER),
    "lost": Receipt(ID, KEY, "lost", AT, reason="it was never committed"),
}


class Golden(NamedTuple):
    """One file: the value that it holds, and what reads it."""

    value: Any
    decode: Callable[[bytes], Any]
    encode: Callable[[Any], Octets | tuple[Octets, ...]]


THINGS: dict[str, Golden] = {
    "entry-dirty": Golden(DIRTY, entry.decode, entry.encode),
    "entry-stored": Golden(STORED, entry.decode, entry.encode),
    **{
        f"entry-{each.kind}": Golden(each, entry.decode, entry.encode)
        for each in (
            Entry("/items/1", Headers(), "tombstone", "3c" * 16, SPAN, seq=4, status=404),
            Entry("/items/1", Headers(), "marker", "3c" * 16, SPAN),
            Entry("/items/1", Headers(), "variants", "3c" * 16, SPAN, varies=("accept", "x-a")),
            Entry("/items/1", Headers(), "command", "3c" * 16, SPAN, pending=(DELETE,)),
        )
    },
    **{f"receipt-{state}": Golden(each, receipt.decode, receipt.encode) for state, each in FATES.items()},
    "attempt": Golden(idempotency.Record(ID, KEY, "ab" * 32, AT, 2), idempotency.decode, idempotency.encode),
    "letter": Golden(REFUSED, letter.decode, letter.encode),
    "depth": Golden(pressure.Depth(12, 3456, AT), pressure.decode, pressure.encode),
    "tag-mark": Golden(tag_index.Mark(AT, AT - 60_000, AT - 9), tag_index.decode, tag_index.encode),
    "tag-member": Golden(
        Resource(KEY, "/items/1?q=\u00fc", ACCEPTS),
        tag_index.parse,
        lambda resource: tag_index.member(resource, AT).encode(),
    ),
}
