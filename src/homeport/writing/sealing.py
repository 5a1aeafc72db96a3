"""Driver of sealing: a write's credentials are taken out of its request, and stand encrypted in its entry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from homeport.messages import Headers
from homeport.ports import Seal
from homeport.reading.whose import Sender

from .sealed import tied_to, to_plaintext
from .write import Write


@dataclass(frozen=True, slots=True)
class Sealing:
    """What it takes to seal the credentials `secret` of one author's request."""

    seal: Seal
    author: Sender
    secret: Headers = field(repr=False)

    async def of(self, write: Write) -> Write:
        """The write with its credentials, sealed for the id that it bears now; its request has none."""
        tied = tied_to(write.id, write.request.method, write.request.target)
        key = write.resource.key
        return replace(
            write,
            secret=self.secret,
            sealed=await self.seal.seal(to_plaintext(self.secret), tied),
            whose=self.author.fingerprint(key),
            by_author=lambda whose: self.author.sent(whose, key),
        )
