"""The sync worker as a browser of an operator sees it; the console's own pages are played."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest

from homeport.messages import Headers, Request, Response
from homeport.operating.console.answer import Console
from homeport.operating.operator import Operator
from homeport.operating.session import COOKIE, find
from tests.homeport.operating_world import OPERATOR, READER, harbour
from tests.homeport.sync_world import Harbour, answered

HOST = "shop.example"
OURS = (("origin", f"https://{HOST}"), ("sec-fetch-site", "same-origin"))
CONSOLE = "/.homeport/console"
TOKENS = (("operate", (OPERATOR,)), ("read", (READER,)))

shown: list[tuple[str, Operator]] = []
"""What the console was asked for, and by whom."""


@pytest.fixture(autouse=True)
def console(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, Operator]]:
    """A console that remembers its visitors."""

    async def answer(_: object, request: Request, operator: Operator) -> Response:
        shown.append((f"{request.method} {request.path}", operator))
        return Response(200, Headers([("content-type", "text/html")]), b"the console")

    monkeypatch.setattr(Console, "answer", answer)
    shown.clear()
    return shown


class Browser:
    """Keeps its session, and sends the fields of a form as browsers do."""

    def __init__(self, of: Harbour | None = None, cookie: str = "", *others: tuple[str, str]) -> None:
        self.of, self.cookie, self.others = of or harbour(), cookie, others

    async def get(self, path: str = CONSOLE, method: str = "GET") -> Response:
        return await self._send(Request(method, path, Headers([("host", HOST), *self._brought()])))

    async def post(self, path: str, site: tuple[tuple[str, str], ...] = OURS, **fields: str) -> Response:
        body = urlencode(fields).encode()
        kind = ("content-type", "application/x-www-form-urlencoded")
        length = ("content-length", str(len(body)))
        headers = Headers([("host", HOST), kind, length, *site, *self._brought()])
        return await self._send(Request("POST", path, headers, body))

    async def sign_in(self, token: str = OPERATOR) -> Response:
        return await self.post(f"{CONSOLE}/login", token=token)

    @property
    def csrf(self) -> str:
        """What the console's forms would carry."""
        headers = Headers(self._brought())
        session = find(headers, TOKENS, self.of.clock())  # type: ignore[arg-type]
        return session.csrf if session else ""

    def _brought(self) -> list[tuple[str, str]]:
        return [*self.others, *([("cookie", f"{COOKIE}={self.cookie}")] if self.cookie else [])]

    async def _send(self, request: Request) -> Response:
        answer = await answered(self.of.worker(), request)
        for name, value in answer.headers:
            if name == "set-cookie":
                self.cookie = value.partition(";")[0].partition("=")[2]
        return answer


def where(answer: Response) -> tuple[int, str | None]:
    """Status and Location."""
    return answer.status, answer.headers.get("location")
