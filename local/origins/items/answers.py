"""What the application answers, as a value that can be compared, stored and sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

JSON = "application/json"
PROBLEM_JSON = "application/problem+json"


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole HTTP response: status, header fields in lower case, content in bytes."""

    status: int
    headers: Mapping[str, str]
    content: bytes = b""


class Problem(Exception):  # noqa: N818 - RFC 9457 calls it a problem, and a missing item is no error of this program
    """The request cannot be served; `detail` tells the client why and what to change."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = dict(headers or {})

    def answer(self) -> Answer:
        """Give this problem as `application/problem+json` (RFC 9457, section 3), kept by no cache."""
        members = {"title": HTTPStatus(self.status).phrase, "status": self.status, "detail": self.detail}
        headers = {"content-type": PROBLEM_JSON, "cache-control": "no-store", **self.headers}
        return Answer(self.status, headers, json.dumps(members).encode())
