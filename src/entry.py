"""The edge worker: every visitor's request comes in here."""

from typing import Any

from workers import WorkerEntrypoint

from homeport.runtime.workers import edge_fetch


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What Cloudflare calls."""

    async def fetch(self, request: Any) -> Any:
        """Answer a request."""
        return await edge_fetch(request, self.env, self.ctx)
