"""Between Starlette and the application's own values: requests in, responses out."""

from __future__ import annotations

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from .answers import Answer, Problem
from .documents import MAX_CONTENT_BYTES

HANDLED = (Problem, HTTPException, RecursionError, ClientDisconnect, Exception)
"""What `problem_response` makes a response of."""


def fields(request: Request) -> dict[str, str]:
    """Give the header fields with names in lower case; those of one name joined (RFC 9110, section 5.3)."""
    return {name: ", ".join(request.headers.getlist(name)) for name in set(request.headers.keys())}


async def content(request: Request) -> bytes:
    """Read the whole content; raises 413 as soon as it is known to be larger than `MAX_CONTENT_BYTES`."""
    too_large = Problem(413, f"The content may have at most {MAX_CONTENT_BYTES} bytes.")
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > MAX_CONTENT_BYTES:
        raise too_large
    received = bytearray()
    async for chunk in request.stream():
        received += chunk
        if len(received) > MAX_CONTENT_BYTES:
            raise too_large
    return bytes(received)


def target(request: Request) -> str:
    """Give path and query."""
    return f"{request.url.path}?{request.url.query}"


def response(answer: Answer) -> Response:
    """Make an answer a response."""
    return Response(answer.content, answer.status, answer.headers)


async def problem_response(_: Request, error: Exception) -> Response:
    """Turn what went wrong into a response with a problem document."""
    return response(_problem(error).answer())


def _problem(error: Exception) -> Problem:
    match error:
        case Problem():
            return error
        case HTTPException():
            detail = {
                404: "There is nothing at this path.",
                405: "The resource has no such method; Allow lists those it has.",
            }.get(error.status_code, error.detail)
            return Problem(error.status_code, detail, error.headers)
        case RecursionError():
            return Problem(400, "The content is nested too deeply.")
        case ClientDisconnect():
            return Problem(
                400, "The connection ended within the content."
            )  # noted, though nobody receives it
    return Problem(500, "The application failed; its log says why.")
