"""One read on its way: what the steps of `serve` and `asking` share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from homeport.entry import Entry
from homeport.messages import Relayed, Request, Response
from homeport.ports import Effects, Origin, Region
from homeport.routing import Match
from momento_http_shim.outcomes import Failed

from . import cache_status
from .key import Resource
from .overlay import NOTHING, Waiting
from .variants import variant
from .whose import nobody


@dataclass(frozen=True, slots=True)
class Read:
    """A visitor's GET or HEAD, the region that answered its look, and everything it may need.

    `where` is the detail of Cache-Status: `regions.failover` has its words. `spot` is where the representation
    stands: the resource itself, or its variant for this request's fields. `variants` is the entry under the own key
    of the resource that sent the read to the key of a variant.
    """

    request: Request
    match: Match
    resource: Resource
    spot: Resource
    region: Region
    where: str
    origin: Origin
    effects: Effects
    variants: Entry | None = None
    waiting: Waiting = NOTHING
    unseen: bool = False
    """Whether nobody waits for the answer: it refreshes what was shown already."""
    shown: Callable[[str], bool] = nobody
    """Whether a fingerprint is the reader's."""

    def at(self, variants: Entry) -> Read:
        """The same read at the variant that its request's fields choose."""
        spot = variant(self.resource, variants.varies, self.request.headers)
        return replace(self, spot=spot, variants=variants)

    def said(self, answer: Response, *members: str, note: str = "") -> Response:
        """The answer with what this cache did, in Cache-Status."""
        return cache_status.say(answer, *members, detail=self._detail(note))

    def relayed(self, answer: Relayed, *members: str, note: str = "") -> Relayed:
        """The same of an answer that streams."""
        return cache_status.relayed(answer, *members, detail=self._detail(note))

    def failed(self, event: str, failed: Failed) -> None:
        """Log a call of the region's cache that failed."""
        self.effects.emit(event, {"region": self.region.name, "code": failed.error.code})

    def _detail(self, note: str) -> str:
        return f"{self.where} {note}".strip()
