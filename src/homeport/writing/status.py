"""Driver of a receipt's address: the terminal receipt where there is one, else what the entry lists."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

from homeport import versions
from homeport.entry import Entry
from homeport.errors import not_found
from homeport.messages import Response
from homeport.ports import Region
from momento_http_shim.outcomes import Failed

from . import acknowledgement
from .look_up import look_up
from .receipt import Illegible, Receipt

_KEY = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ID = re.compile(r"[0-9a-f]{32}")


Sent = Callable[[str, str], bool]
"""Whether the author whom a fingerprint tells, of a write to a target, is who asks."""


def nobody(_whose: str, _target: str) -> bool:
    """Who shows nothing of themselves is no write's author."""
    return False


def operates(_whose: str, _target: str) -> bool:
    """Operators see everybody's."""
    return True


async def find(key: str, write_id: str, region: Region, sent: Sent = nobody) -> Response:
    """What became of a write that this region accepted; of another author's there is nothing here.

    A write with credentials is its author's alone. Whoever else has its address is answered as if it stood nowhere.
    """
    if not (_KEY.fullmatch(key) and _ID.fullmatch(write_id)):
        return not_found(
            "A receipt's address is /.homeport/writes/{key}/{id}, as the accepted write was answered."
        )
    # Both at once; and the receipt once more where neither knows it, for a drain may settle it between the two.
    receipt, seen = await asyncio.gather(look_up(write_id, region), versions.read(region, key))
    if receipt is None and isinstance(seen, versions.Version) and write_id not in seen.pending_ids:
        receipt = await look_up(write_id, region)
    if isinstance(receipt, Receipt) and receipt.key == key:
        theirs = receipt.whose is None or sent(receipt.whose, receipt.target or "")
        return acknowledgement.receipt(receipt) if theirs else _none(region)
    if isinstance(seen, Failed) or isinstance(receipt, Failed | Illegible):
        return acknowledgement.receipt_unreachable(region.name)
    if isinstance(entry := seen.entry, Entry):
        for item in entry.pending:
            if item.id == write_id and (not item.sealed or sent(entry.whose, entry.target)):
                found = Receipt(write_id, key, "pending", 0, accepted=item.accepted, tries=item.tries)
                return acknowledgement.receipt(found)
    return _none(region)


def _none(region: Region) -> Response:
    return not_found(
        f"No write of this name is known in {region.name}: it was never taken, or is older than a day."
    )
