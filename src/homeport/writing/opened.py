"""Driver of a pending write's credentials: they are opened when the origin is asked, and kept nowhere."""

from __future__ import annotations

from homeport.entry import Pending
from homeport.messages import NO_FIELDS, Headers
from homeport.ports import Seal, Unopened

from .sealed import from_plaintext, tied_to_item, unknown


async def opened(item: Pending, seal: Seal | None) -> Headers | Unopened:
    """The credential fields of a write; none where it came without any."""
    if not item.sealed:
        return NO_FIELDS
    if seal is None:
        return unknown(item.sealed.partition(".")[0])
    plaintext = await seal.open(item.sealed, tied_to_item(item))
    return plaintext if isinstance(plaintext, Unopened) else from_plaintext(plaintext)
