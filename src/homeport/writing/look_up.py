"""Driver of looking up a write's terminal receipt."""

from __future__ import annotations

from typing import assert_never

from homeport import keys
from homeport.ports import Region
from momento_http_shim.outcomes import Failed, Found, Miss

from .receipt import Illegible, Receipt, decode


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
