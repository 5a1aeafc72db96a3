"""Problem details: every refusal of ours at an HTTP surface (RFC 9457)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from .messages import Headers, NoAnswer, Response

_PLAIN = frozenset(
    ("content too large", "length required", "method not allowed", "not found", "range not satisfiable")
)
"""Titles that say no more than the status: such a problem has no type of its own (RFC 9457 section 4.2.1)."""


def problem(
    status: int,
    title: str,
    detail: str,
    *,
    retry_after: int | None = None,
    errors: Sequence[tuple[str, str]] = (),
) -> Response:
    """A response of type `application/problem+json`.

    `title` is the same for every occurrence of a problem, `detail` says whose fault this one is and what to do.
    `type` is the title as a path, for programs to compare: "Write not taken" is `/.homeport/problems/write-not-taken`.
    Nothing stands at that address (RFC 9457 section 3.1.1).
    `retry_after` is in seconds. `errors` are pairs of a name and what is wrong with it (RFC 9457 section 3.2).
    """
    members: dict[str, object] = {"title": title, "status": status, "detail": detail}
    if (name := title.lower()) not in _PLAIN:
        members = {"type": "/.homeport/problems/" + name.replace("'", "").replace(" ", "-")} | members
    if errors:
        members["errors"] = [{"name": name, "detail": fault} for name, fault in errors]
    fields = [("content-type", "application/problem+json"), ("cache-control", "no-store")]
    if retry_after is not None:
        fields.append(("retry-after", str(retry_after)))
    return Response(status, Headers(fields), json.dumps(members).encode())


def not_found(detail: str) -> Response:
    """404 for a path that Homeport owns and has nothing at."""
    return problem(404, "Not Found", detail)


def method_not_allowed(detail: str, allow: str) -> Response:
    """405 with the methods that are allowed (RFC 9110 section 15.5.6)."""
    refusal = problem(405, "Method Not Allowed", detail)
    return replace(refusal, headers=refusal.headers.plus(("allow", allow)))


def no_answer(failure: NoAnswer) -> Response:
    """502: the origin could not be reached, or took too long."""
    return problem(502, "No answer from the origin", f"The origin gave no answer: {failure.reason}.")


def unconfigured(faults: Sequence[tuple[str, str]]) -> Response:
    """503 naming every faulty setting, so that one look mends them all."""
    return problem(
        503,
        "Homeport is not configured",
        "The operator of this site has to correct these settings of the Worker and deploy again.",
        errors=faults,
    )
