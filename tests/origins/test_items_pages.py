"""The pages and the session."""

from __future__ import annotations

import httpx


async def test_the_front_page_is_the_same_for_everybody_and_fresh_for_half_a_minute(
    client: httpx.AsyncClient,
) -> None:
    answer = await client.get("/")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=30"
    assert "inventory" in answer.text


async def test_signing_in_sets_a_cookie_that_the_login_page_knows(client: httpx.AsyncClient) -> None:
    assert "Not signed in" in (await client.get("/login")).text
    answer = await client.post("/login", data={"name": "<Ada>"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/login")
    assert answer.headers["set-cookie"] == "session=t0ken; Path=/; HttpOnly; SameSite=Lax"
    page = await client.get("/login")
    assert "Signed in as &lt;Ada&gt;." in page.text
    assert page.headers["cache-control"] == "private, no-store"


async def test_a_sign_in_without_name_or_form_is_refused(client: httpx.AsyncClient) -> None:
    nameless = await client.post("/login", data={"name": " "})
    formless = await client.post("/login", json={"name": "Ada"})
    assert (nameless.status_code, formless.status_code) == (422, 415)
    assert not client.cookies
