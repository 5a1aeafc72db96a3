"""W3C Trace Context: taken up from a request, or begun, and passed to the origin. Pure: chance is an argument.

Homeport makes no spans: whose trace it takes up sees it in the events, and the origin as the next hop.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from .messages import Headers, NoAnswer, Request, Response
from .ports import Opened, Origin

PARENT, STATE = "traceparent", "tracestate"

# Version 00 ends there, a later one may go on after a dash; ff is forbidden, and so are ids of zeros (section 3.2.2).
_PARENT = re.compile(
    r"(?!ff)(?!00.{53}.)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?"
)


def read(headers: Headers) -> str | None:
    """The trace id of a request, None where it has none that is valid: several are none (section 3.2)."""
    said = _PARENT.fullmatch(headers.get(PARENT) or "")
    return said[1] if said else None


class Trace:
    """The trace of one request or invocation. It is looked into when it is first needed: a hit needs none.

    `token` gives a fresh random name of 32 hexadecimal digits.
    """

    __slots__ = ("_headers", "_id", "_own", "_token")

    def __init__(self, headers: Headers, token: Callable[[], str]) -> None:
        self._headers, self._token = headers, token
        self._id = self._own = ""

    @property
    def id(self) -> str:
        """The trace id: 32 hexadecimal digits."""
        if not self._id:
            self._id = read(self._headers) or self._begun()
        return self._id

    def onto(self, headers: Headers) -> Headers:
        """Fields of a request to the origin: in the trace that they name, or else in this one.

        A tracestate belongs to its traceparent and goes with it (section 3.3.1.3).
        """
        return headers if read(headers) else headers.without(PARENT, STATE).plus((PARENT, self._parent()))

    def instead(self, headers: Headers) -> dict[str, str | None]:
        """The same as changes to the fields: a new value of each, or None where it is left out."""
        return {} if read(headers) else {PARENT: self._parent(), STATE: None}

    def _parent(self) -> str:
        return self._own if self.id and self._own else self._headers.get(PARENT) or ""

    def _begun(self) -> str:
        # Sampled: an origin that samples as its caller does would record nothing else.
        trace_id = self._token()
        self._own = f"00-{trace_id}-{self._token()[:16]}-01"
        return trace_id


class Traced:
    """Implements `ports.Origin`: whatever is asked names a trace, its own or else the invocation's."""

    def __init__(self, origin: Origin, trace: Trace) -> None:
        self._origin, self._trace = origin, trace

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        """Send a request and wait for the whole answer."""
        return await self._origin.ask(self._named(request))

    async def open(self, request: Request, /) -> Opened | NoAnswer:
        """Send a request and wait for the answer's head."""
        return await self._origin.open(self._named(request))

    def _named(self, request: Request) -> Request:
        return replace(request, headers=self._trace.onto(request.headers))
