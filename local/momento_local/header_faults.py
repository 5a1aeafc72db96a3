"""Faults asked for in a request's own headers, named as in Momento's own momento-local."""

from __future__ import annotations

import re
from collections.abc import Mapping

from .faults import Verdict, status_named
from .refusals import Refusal, invalid

BOUNDARY = re.compile(r"(?<=[a-z])(?=[A-Z])")


def rpc_name(method: str) -> str:
    """Write a method as momento-local does: `SortedSetPut` is `sorted-set-put`."""
    return BOUNDARY.sub("-", method).lower()


class HeaderFaults:
    """`return-error` for `error-rpcs` `error-count` times, `delay-ms` for `delay-rpcs` `delay-count` times.

    Counts are kept per `request-id`, which all tries of one request share.
    """

    def __init__(self) -> None:
        self._errors: dict[str, int] = {}
        self._delays: dict[str, int] = {}

    def judge(self, headers: Mapping[str, str], method: str) -> Verdict | None:
        """Say what the headers ask for this call; None if nothing."""
        if "return-error" not in headers and "delay-ms" not in headers:
            return None
        verdict, request_id = Verdict(), headers.get("request-id", "")
        if _named(method, headers.get("error-rpcs", "")) and _once_more(
            self._errors, request_id, _limit(headers, "error-count")
        ):
            status = status_named(headers.get("return-error", ""))
            verdict.refusal = Refusal(status, "asked for by the return-error header")
        if _named(method, headers.get("delay-rpcs", "")) and _once_more(
            self._delays, request_id, _limit(headers, "delay-count")
        ):
            verdict.delay_ms = _number(headers, "delay-ms")
        return verdict


def _limit(headers: Mapping[str, str], name: str) -> float | None:
    return _number(headers, name) if name in headers else None


def _number(headers: Mapping[str, str], name: str) -> float:
    text = headers.get(name, "0")
    if not (text.isascii() and text.isdigit()):
        raise invalid(f"the header {name} must be a whole number, not {text!r}")
    return float(text)


def _named(method: str, names: str) -> bool:
    return rpc_name(method) in names.split()


def _once_more(counts: dict[str, int], request_id: str, limit: float | None) -> bool:
    if limit is None:
        return True
    counts[request_id] = counts.get(request_id, 0) + 1
    return counts[request_id] <= limit
