"""Visitors in headless Chromium, driven by the DevTools protocol over a pair of pipes.

https://chromedevtools.github.io/devtools-protocol/ and, of the pipes, Chromium's `--remote-debugging-pipe`: messages
come in at descriptor 3 and leave at 4, JSON, each ended by a zero octet.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.browser import chromium

WITHIN_SECONDS = 30.0
# Chromium wants these very descriptors, and a shell redirects none above nine.
_AT_3_AND_4 = """
import os, sys
os.dup2(int(sys.argv[1]), 3)
os.dup2(int(sys.argv[2]), 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


@dataclass
class Browser:
    """A Chromium without pages; `events` are those that nobody has awaited yet."""

    to: int
    back: int
    log: Path
    events: list[dict[str, Any]] = field(default_factory=list)
    _rest: bytes = b""
    _number: int = 0

    def visitor(self, country: str) -> Visitor:
        """Somebody in a country, with cookies and a cache of their own."""
        context = self.command("Target.createBrowserContext")["browserContextId"]
        target = self.command("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        session = self.command("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        visitor = Visitor(self, session)
        visitor.command("Page.enable")
        visitor.command("Network.enable")
        cf = json.dumps({"country": country, "clientAcceptEncoding": ""})
        visitor.command("Network.setExtraHTTPHeaders", headers={"MF-CF-Blob": cf})
        return visitor

    def command(self, method: str, session: str | None = None, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol."""
        self._number += 1
        message = {"id": self._number, "method": method, "params": parameters}
        if session is not None:
            message["sessionId"] = session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._number:
            self.events.append(answer)
        assert "error" not in answer, f"{method}: {answer['error']}"
        result: dict[str, Any] = answer["result"]
        return result

    def event(self, method: str, session: str) -> dict[str, Any]:
        """Await an event of a page; those before it are forgotten."""
        while True:
            found = self.events.pop(0) if self.events else self._next()
            if found.get("method") == method and found.get("sessionId") == session:
                parameters: dict[str, Any] = found["params"]
                return parameters

    def _next(self) -> dict[str, Any]:
        until = time.monotonic() + WITHIN_SECONDS
        while b"\0" not in self._rest:
            ready, _, _ = select.select([self.back], [], [], max(0.0, until - time.monotonic()))
            piece = os.read(self.back, 65536) if ready else b""
            assert piece, f"Chromium says nothing more; its log:\n{self.log.read_text()}"
            self._rest += piece
        message, _, self._rest = self._rest.partition(b"\0")
        found: dict[str, Any] = json.loads(message)
        return found


@dataclass
class Visitor:
    """One page, and who sits before it."""

    browser: Browser
    session: str

    def command(self, method: str, **parameters: Any) -> dict[str, Any]:
        """Call a method of the protocol on this page."""
        return self.browser.command(method, self.session, **parameters)

    def go(self, url: str) -> None:
        """Type an address, and wait until the page is there."""
        self.browser.events.clear()
        failed = self.command("Page.navigate", url=url).get("errorText")
        assert failed is None, f"{url}: {failed}"
        self.browser.event("Page.loadEventFired", self.session)

    def press(self, selector: str) -> None:
        """Press what leads to another page, and wait until that is there."""
        self.browser.events.clear()
        self.ask(f"document.querySelector({json.dumps(selector)}).click()")
        self.browser.event("Page.loadEventFired", self.session)

    def ask(self, expression: str) -> Any:
        """The value of a JavaScript expression in the page."""
        answer = self.command("Runtime.evaluate", expression=expression, returnByValue=True)
        assert "exceptionDetails" not in answer, answer
        return answer["result"].get("value")


@contextlib.contextmanager
def driven(program: str, folder: Path) -> Iterator[Browser]:
    """A Chromium to drive, while the block runs."""
    ours_to, theirs_to = _pipe()
    theirs_back, ours_back = _pipe()
    command = [sys.executable, "-c", _AT_3_AND_4, str(ours_to), str(ours_back), program]
    try:
        with chromium.running(
            [*command, *chromium.QUIET, "--remote-debugging-pipe", "--no-startup-window"],
            folder,
            keep=(ours_to, ours_back),
        ) as log:
            yield Browser(theirs_to, theirs_back, log)
    finally:
        for end in (ours_to, theirs_to, theirs_back, ours_back):
            os.close(end)


def _pipe() -> tuple[int, int]:
    """The ends to read and to write, above the descriptors that Chromium wants."""
    low = os.pipe()
    high = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in low]
    for end in low:
        os.close(end)
    return high[0], high[1]
