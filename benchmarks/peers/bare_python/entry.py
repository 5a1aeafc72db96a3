"""The floor: what a Python Worker has to do to answer with a body out of Momento, and nothing else.

Raw `fetch` of JavaScript; the body passes through without entering Python; what is the same for all requests is made
once. It chooses no region, computes no key and looks at no freshness.
"""

import js
from pyodide.ffi import to_js
from workers import WorkerEntrypoint


def _object(**members):
    return to_js(members, dict_converter=js.Object.fromEntries)


_HEADERS = js.Headers.new(_object(**{"content-type": "application/json"}))
_made = {}


def _once(env):
    if not _made:
        _made["prefix"] = f"{env.CACHE}?key=plain:"
        _made["options"] = _object(headers=_object(authorization=env.MOMENTO_API_KEY))
    return _made["prefix"], _made["options"]


class Default(WorkerEntrypoint):
    """What workerd calls."""

    async def fetch(self, request):
        """Answer `/hit/{octets}` with the item `plain:{octets}`."""
        prefix, options = _once(self.env)
        url = request.js_object.url
        found = await js.fetch(prefix + url[url.rindex("/") + 1 :], options)
        if found.status != 200:
            return js.Response.new("not there", status=404)
        return js.Response.new(found.body, headers=_HEADERS)
