"""The same as the floor as the Workers SDK is meant to be used: its `fetch`, its `Response`, the body in Python."""

from typing import Any
from urllib.parse import urlparse

from workers import Response, WorkerEntrypoint, fetch


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """Answer `/hit/{octets}` with the item `plain:{octets}`."""
        name = urlparse(request.url).path.rpartition("/")[2]
        key = self.env.MOMENTO_API_KEY
        found = await fetch(f"{self.env.CACHE}?key=plain:{name}", headers={"Authorization": key})
        if found.status != 200:
            return Response("not there", status=404)
        return Response(await found.text(), headers={"Content-Type": "application/json"})
