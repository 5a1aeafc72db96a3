"""The sync worker: woken by the Topics webhook, by the edge's kick, by itself and by cron."""

from typing import Any

from workers import WorkerEntrypoint

from homeport.runtime.workers import sync_fetch, sync_kick, sync_purge, sync_sweep


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What Cloudflare, the edge worker and this worker itself call."""

    async def fetch(self, request: Any) -> Any:
        """Answer a request; the webhook's, for example."""
        return await sync_fetch(request, self.env, self.ctx)

    async def kick(self, region: str, lane: int, skip: int = 0) -> None:
        """Over the service binding only: a lane has something to drain."""
        await sync_kick(region, lane, skip, self.env, self.ctx)

    async def purge(self, region: str, order: str) -> str:
        """By this worker itself only: a part of a purge."""
        return await sync_purge(region, order, self.env, self.ctx)

    async def scheduled(self, _controller: Any, _env: Any, _ctx: Any) -> None:
        """Cron. `env` and `ctx` arrive empty on this runtime: the instance has them."""
        await sync_sweep(self.env, self.ctx)
