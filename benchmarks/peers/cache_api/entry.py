"""Cloudflare's Cache API from a Python Worker: no Momento, the cache of one data centre.

Raw `caches.default` of JavaScript, the body never enters Python. Locally the cache is a map in memory beside this
worker (`store.js`): what is measured is the way there and back, not Cloudflare's storage.
"""

from typing import Any

import js
from workers import WorkerEntrypoint


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """Answer out of the cache, or ask the origin and keep what it says behind the answer."""
        url = self.env.ORIGIN + js.URL.new(request.js_object.url).pathname
        found = await js.caches.default.match(url)
        if found:
            return found
        answer = await js.fetch(url)
        self.ctx.waitUntil(js.caches.default.put(url, answer.clone()))
        return answer
