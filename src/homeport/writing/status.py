"""Driver of a receipt's address: the terminal receipt where there is one, else what the entry lists."""

from __future__ import annotations

import re

from homeport import keys, versions
from homeport.entry import Entry
from homeport.errors import not_found
from homeport.messages import Response
from homeport.ports import Region
from momento_http_shim.outcomes import Failed, Hit

from . import acknowledgement
from .receipt import Receipt, decode

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(r"[0-9a-f]{32}")


async def find(key: str, write_id: str, region: Region) -> Response:
    """What became of a write that this region accepted."""
    if not (_KEY.fullmatch(key) and _ID.fullmatch(write_id)):
        return not_found(
            "A receipt's address is /.homeport/writes/{key}/{id}, as the accepted write was answered."
        )
    stored = await region.cache.get(keys.receipt(write_id))
    if isinstance(stored, Hit) and (receipt := decode(stored.value)) and receipt.key == key:
        return acknowledgement.receipt(receipt)
    seen = await versions.read(region, key)
    if isinstance(seen, Failed) or isinstance(stored, Failed):
        return acknowledgement.region_unreachable(region.name)
    if isinstance(seen.entry, Entry) and any(item.id == write_id for item in seen.entry.pending):
        return acknowledgement.receipt(Receipt(id=write_id, key=key, state="pending", at=0))
    return not_found(
        f"No write of this name is known in {region.name}: it was never taken, or is older than a day."
    )
