"""The floor: what a Python Worker has to do to answer with a body out of Momento, and nothing else.

Raw `fetch` of JavaScript; the body passes through without entering Python; what is the same for all requests is made
once. It chooses no region, computes no key and looks at no freshness.
"""

from typing import Any

from js import Object, Response, fetch
from pyodide.ffi import to_js
from workers import WorkerEntrypoint


def _object(members: Any) -> Any:
    return to_js(members, dict_converter=Object.fromEntries)


_ANSWER = _object({"headers": {"content-type": "application/json"}})
_made: list[Any] = []


class Default(WorkerEntrypoint):  # type: ignore[misc]  # the SDK has no types
    """What workerd calls."""

    async def fetch(self, request: Any) -> Any:
        """Answer `/hit/{octets}` with the item `plain:{octets}`."""
        if not _made:
            key = self.env.MOMENTO_API_KEY
            _made[:] = f"{self.env.CACHE}?key=plain:", _object({"headers": {"authorization": key}})
        prefix, options = _made
        url = request.js_object.url
        found = await fetch(prefix + url[url.rindex("/") + 1 :], options)
        if found.status != 200:
            return Response.new("not there", status=404)
        return Response.new(found.body, _ANSWER)
