"""The worker whose start is measured. It is bare: what is imported beside the SDK is imported when it is asked to.

Its clock stands still while its own modules are imported by workerd, so they are imported by a request.
"""

import gc
import sys
import time
from importlib import import_module
from typing import Any

from workers import Response, WorkerEntrypoint

_BARE = set(sys.modules)


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """`?{times}`: how long Homeport and all that only it needs take to import, in ms; the first is a start's."""
        times = int(request.url.partition("?")[2] or 0)
        return Response.json([_imported() for _ in range(times)])


def _imported() -> float:
    for name in [name for name in sys.modules if name not in _BARE]:
        del sys.modules[name]
    gc.collect()  # a worker imports once: it never pays for taking an earlier import apart
    began = time.monotonic()
    import_module("homeport.runtime.workers")
    import_module("routes")
    return (time.monotonic() - began) * 1000
