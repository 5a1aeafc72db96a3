"""The admin interface's one page, for people. Pure: values in, HTML out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from html import escape
from urllib.parse import urlencode

from . import admin_views as views
from .faults import Fault
from .region import Region

MAX_KEYS = 200

STYLE = """
:root { color-scheme: light dark }
body { font: 14px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem }
table { border-collapse: collapse; margin: .5rem 0 1.5rem; width: 100% }
th, td { text-align: left; padding: .2rem .8rem .2rem 0; border-bottom: 1px solid #8884; vertical-align: top }
td.n { font-variant-numeric: tabular-nums; text-align: right; width: 7rem }
td.k { font-family: ui-monospace, monospace; overflow-wrap: anywhere }
.mixed { color: #b00 }
"""


def page(regions: Mapping[str, Region], faults: Iterable[Fault], now_ms: int) -> str:
    """Write the page: faults, then each region with its counters, queues and keys."""
    now = datetime.fromtimestamp(now_ms / 1000, UTC).isoformat(timespec="seconds")
    body = "".join(_region(name, region) for name, region in regions.items())
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Local Momento</title><style>{STYLE}'
        f"</style><h1>Local Momento</h1><p>Its clock: {now}</p>{_faults(faults)}{body}</html>"
    )


def _faults(faults: Iterable[Fault]) -> str:
    rows = [
        [str(fault.id), fault.kind.value, fault.region, fault.method, str(fault.hits)] for fault in faults
    ]
    return _table("Faults in force", ["id", "kind", "region", "method", "hits"], rows)


def _region(name: str, region: Region) -> str:
    counters = [
        [method, tally["calls"], tally["operations"], tally["bytes_in"], tally["bytes_out"], tally["errors"]]
        for method, tally in region.counters.show()["methods"].items()
    ]
    head = ["method", "calls", "operations", "bytes in", "bytes out", "errors"]
    caches = "".join(_cache(name, region, cache) for cache in region.caches)
    return f"<h2>{escape(name)}</h2>{_table('Counters', head, counters)}{caches}"


def _cache(region_name: str, region: Region, cache: str) -> str:
    store = region.store(cache)
    queues = [
        [queue["name"], queue["length"], queue["ttl_ms"], queue["first"][0]["score"]]
        for queue in views.show_queues(store)
    ]
    entries = views.show_keys(store, limit=MAX_KEYS)
    rows = "".join(_key_row(region_name, cache, entry) for entry in entries)
    mixed = "".join(
        f'<p class="mixed">Written by SetIf* and by Set or Delete: {escape(views.show_octets(key))}</p>'
        for key in sorted(store.families.mixed)
    )
    return (
        f"<h3>Cache {escape(cache)}: {len(store)} items</h3>{mixed}"
        f"{_table('Queues', ['sorted set', 'length', 'TTL ms', 'lowest score'], queues)}"
        f"<table><tr><th>key<th>kind<th>bytes<th>TTL ms</tr>{rows}</table>"
    )


def _key_row(region: str, cache: str, entry: Mapping[str, object]) -> str:
    query = urlencode({"cache": cache, "key_base64": entry["key_base64"]})
    link = f"/admin/regions/{region}/key?{query}"
    return (
        f'<tr><td class="k"><a href="{escape(link)}">{escape(str(entry["key"]))}</a>'
        f'<td>{entry["kind"]}<td class="n">{entry["bytes"]}<td class="n">{entry["ttl_ms"]}</tr>'
    )


def _table(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    if not rows:
        return ""
    top = "".join(f"<th>{escape(text)}" for text in head)
    body = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><caption>{escape(title)}</caption><tr>{top}</tr>{body}</table>"


def _cell(value: object) -> str:
    kind = "n" if isinstance(value, int | float) else "k"
    return f'<td class="{kind}">{escape(str(value))}'
