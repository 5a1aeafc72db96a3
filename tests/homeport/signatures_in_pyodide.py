"""What the test of the workers' check of JWTs does inside Pyodide; it reports what it saw as JSON."""

from __future__ import annotations

import json

from homeport.messages import Response
from homeport.operating.assertion import Assertion
from homeport.operating.assertions import Assertions
from homeport.operating.team import Team
from homeport.runtime.signatures import WebCryptoSignatures


class Kept(WebCryptoSignatures):
    """WebCrypto, and keys that need not be fetched."""

    def __init__(self, document: str) -> None:
        self._document = document.encode()

    async def certs(self, _url: str, /) -> bytes | None:
        return self._document


async def report(cases: str) -> str:
    """What becomes of each token: the name that it asserts, nothing, or a status."""
    given = json.loads(cases)
    team = Team("example", tuple((tag, role) for tag, role in given["audiences"]))
    checks = Assertions(team, Kept(given["document"]))
    found: dict[str, object] = {}
    for name, token in given["tokens"].items():
        outcome = await checks.check(token, given["now"])
        status = outcome.status if isinstance(outcome, Response) else None
        found[name] = outcome.name if isinstance(outcome, Assertion) else status
    return json.dumps(found | {"damaged key": await _damaged(checks, given["tokens"]["good"])})


async def _damaged(checks: Assertions, token: str) -> bool:
    content, _, signature = token.rpartition(".")
    return await WebCryptoSignatures().holds({"n": "!", "e": "AQAB"}, content.encode(), signature.encode())
