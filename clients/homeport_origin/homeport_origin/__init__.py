"""For origins: push pages into every region when what they show has changed, before anybody asks for them.

Start with `Publisher.from_settings`, or `BlockingPublisher.from_settings` where the framework awaits nothing.
"""

from __future__ import annotations

from homeport.pushing.deliver import Told
from homeport.pushing.order import Progress
from homeport.pushing.signature import sign
from homeport.routing import Route, Routes

from .after_commit import AfterCommit
from .blocking import BlockingPublisher
from .errors import Misconfigured, NotPushable, NotTold
from .publisher import Published, Publisher

__all__ = [
    "AfterCommit",
    "BlockingPublisher",
    "Misconfigured",
    "NotPushable",
    "NotTold",
    "Progress",
    "Published",
    "Publisher",
    "Route",
    "Routes",
    "Told",
    "sign",
]
