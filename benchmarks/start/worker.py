"""The worker whose start is measured: the bare SDK, and what `beginning` imports, which is nothing for the bare one."""

import time

from workers import Response, WorkerEntrypoint

_began = time.monotonic()
import beginning  # noqa: E402

_took_ms = (time.monotonic() - _began) * 1000


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request):  # type: ignore[no-untyped-def]
        """How long the imports took at the start, and how long they take `times` more, in ms."""
        times = int(request.url.rpartition("=")[2] or 0)
        return Response.json({"start_ms": _took_ms, "again_ms": [beginning.again() for _ in range(times)]})
