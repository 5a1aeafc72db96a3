"""The worker's entry. It imports nothing of the client by itself: what that costs is one of the questions."""

from importlib import import_module
from typing import Any

import js
from workers import Response, WorkerEntrypoint


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """Answer `/{module}/{function}?{arguments}` with what that function of this package gives, as JSON."""
        url = js.URL.new(request.url)
        if url.pathname == "/":
            return Response("ready")
        module, function = url.pathname.strip("/").split("/")
        found = getattr(import_module(f"local.shim_on_workerd.{module}"), function)
        arguments = js.Object.fromEntries(url.searchParams).to_py()
        return Response.json(await found(self.env, **arguments))
