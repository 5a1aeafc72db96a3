"""The pages for people: what this is, and a sign-in without password, to have a session."""

from __future__ import annotations

import sqlite3
from html import escape
from urllib.parse import parse_qs

from .answers import Answer, Problem
from .documents import media_type

_HTML = "text/html; charset=utf-8"
_FORM = "application/x-www-form-urlencoded"
SESSION_COOKIE = "session"


def _page(status: int, cache_control: str, content: str) -> Answer:
    text = f'<!doctype html><html lang="en"><meta charset="utf-8"><title>Items</title>{content}</html>\n'
    return Answer(status, {"content-type": _HTML, "cache-control": cache_control}, text.encode())


def front_page() -> Answer:
    """Say what this application is; the same for everybody."""
    links = '<a href="/api/items">the items</a>, <a href="/login">sign in</a>'
    return _page(
        200, "public, max-age=30", f"<h1>Items</h1><p>A small inventory with a JSON API: {links}.</p>"
    )


def login_page(connection: sqlite3.Connection, token: str | None) -> Answer:
    """Show the form, and who is signed in."""
    select = "SELECT name FROM sessions WHERE token = ?"
    found = connection.execute(select, (token,)).fetchone()
    who = f"<p>Signed in as {escape(found[0])}.</p>" if found else "<p>Not signed in.</p>"
    form = (
        '<form method="post"><label>Name <input name="name" required></label> <button>Sign in</button></form>'
    )
    return _page(200, "private, no-store", f"<h1>Sign in</h1>{who}{form}")


def log_in(connection: sqlite3.Connection, content: bytes, content_type: str, token: str) -> Answer:
    """Begin a session under `token`, which must be impossible to guess; raises 415 or 422."""
    if media_type(content_type) != _FORM:
        raise Problem(415, f"Send the form as {_FORM}.", {"accept": _FORM})
    name = parse_qs(content.decode(errors="replace")).get("name", [""])[0].strip()
    if not name:
        raise Problem(422, "name must not be empty.")
    connection.execute("INSERT INTO sessions (token, name) VALUES (?, ?)", (token, name))
    cookie = f"{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax"
    return Answer(303, {"location": "/login", "set-cookie": cookie, "cache-control": "no-store"})
