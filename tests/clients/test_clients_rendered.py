"""What renderers of several frameworks give, as a response."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from starlette.responses import HTMLResponse

from homeport.messages import Headers
from homeport_origin.rendered import response_of

HTML = ("content-type", "text/html; charset=utf-8")


@pytest.mark.parametrize(
    ("rendered", "status", "fields", "body"),
    [
        ("grün", 200, [HTML], "grün".encode()),
        (b"\x00", 200, [], b"\x00"),
        (("x",), 200, [HTML], b"x"),
        (("x", {"Content-Type": "text/plain"}), 200, [("content-type", "text/plain")], b"x"),
        (("x", [("A", "1"), ("A", "2")], 404), 404, [("a", "1"), ("a", "2"), HTML], b"x"),
        (SimpleNamespace(content=b"y", headers={"A": "1"}, status_code=203), 203, [("a", "1")], b"y"),
        (SimpleNamespace(data=b"y", headers={}, status_code=200, status="200 OK"), 200, [], b"y"),
    ],
)
def test_a_response_is_what_the_renderer_means(
    rendered: Any, status: int, fields: list[tuple[str, str]], body: bytes
) -> None:
    response = response_of(rendered)
    assert (response.status, response.headers, response.body) == (status, Headers(fields), body)


def test_responses_of_starlette_and_httpx_are_understood() -> None:
    starlette = response_of(HTMLResponse("<p>", headers={"cache-tag": "a"}))
    assert (starlette.status, starlette.body) == (200, b"<p>")
    assert starlette.headers.get("cache-tag") == "a"
    assert starlette.headers.get("content-type") == "text/html; charset=utf-8"
    assert response_of(httpx.Response(200, text="x")).body == b"x"


@pytest.mark.parametrize(
    "rendered", [None, 5, ("x", (), "200"), (5,), SimpleNamespace(body=b"x"), (b"x", (), True)]
)
def test_anything_else_is_a_mistake(rendered: object) -> None:
    with pytest.raises(TypeError):
        response_of(rendered)
