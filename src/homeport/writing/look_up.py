"""Driver of a write's terminal receipt: looking it up, and noting it once."""

from __future__ import annotations

from typing import assert_never

from homeport import keys
from homeport.ports import Region
from momento_http_shim.conditions import Absent
from momento_http_shim.outcomes import Failed, Found, Miss, NotStored, Stored

from .receipt import Illegible, Receipt, decode, encode


async def look_up(write_id: str, region: Region) -> Receipt | Illegible | Failed | None:
    """The terminal receipt of a write, None where there is none yet.

    A consistent read: what follows from "there is none" cannot be taken back.
    """
    match await region.cache.get_with_hash(keys.receipt(write_id), consistent=True):
        case Found(value):
            return decode(value)
        case Miss():
            return None
        case Failed() as failed:
            return failed
        case _ as never:
            assert_never(never)


async def note(receipt: Receipt, region: Region) -> Stored | NotStored | Failed:
    """Write a terminal receipt; one that is there already wins (`NotStored`)."""
    return await region.cache.set_if(
        keys.receipt(receipt.id), encode(receipt), Absent(), ttl_seconds=keys.DAY_SECONDS
    )
