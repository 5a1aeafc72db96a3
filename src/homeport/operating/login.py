"""Where a token becomes a console session, and a session ends. Pure, but for the count of wrong tokens."""

from __future__ import annotations

import json

from homeport.access import Access
from homeport.errors import method_not_allowed
from homeport.messages import Headers, Request, Response

from . import form, session
from .address import CONSOLE, LOGIN

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:24rem;margin:15vh auto;padding:0 1rem}"
    "input,button{font:inherit;width:100%;box-sizing:border-box;padding:.5rem;margin:.3rem 0 1rem}"
    ":root{color-scheme:light dark}"
)


def refusal(request: Request, *, local: bool) -> Response | None:
    """Why a request to sign in is not listened to, judged by its method and where it comes from."""
    if request.method in ("GET", "HEAD"):
        return None
    if request.method != "POST":
        return method_not_allowed("This address does something else.", "GET, HEAD, POST")
    return form.foreign(request.headers, local=local)


def answer(request: Request, access: Access, now: int, token: str) -> Response:
    """The page with the form, or what becomes of the form; `now` in ms since 1970, `token` 32 random digits."""
    if request.method != "POST":
        return _page(200, "", token)
    said = form.fields(request).get("token", "").strip()
    role = access.tried(said, request, now)
    if isinstance(role, Response):
        waits = [pair for pair in role.headers if pair[0] == "retry-after"]
        return _page(role.status, json.loads(bytes(role.body))["detail"], token, *waits)
    if role is None:
        return _page(401, "This is none of the operators' tokens.", token)
    return _to(CONSOLE, session.begun(session.begin(said, now, token)))


def redirected() -> Response:
    """To the page with the form."""
    return _to(LOGIN)


def left(request: Request) -> Response:
    """The session is over; without one, that of Cloudflare Access, which Cloudflare ends ("Session management")."""
    ours = (
        any(session.cookies(request.headers, session.COOKIE)) or session.ACCESS_FIELD not in request.headers
    )
    return _to(LOGIN if ours else "/cdn-cgi/access/logout", session.ended())


def _to(where: str, *fields: tuple[str, str]) -> Response:
    return Response(303, Headers((("location", where), ("cache-control", "no-store"), *fields)))


def _page(status: int, fault: str, nonce: str, *fields: tuple[str, str]) -> Response:
    policy = f"default-src 'none'; style-src 'nonce-{nonce}'; form-action 'self'"
    policy += "; base-uri 'none'; frame-ancestors 'none'"
    headers = (
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", policy),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "same-origin"),
        *fields,
    )
    said = f'<p role="alert"><strong>{fault}</strong></p>' if fault else ""
    text = f"""<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Sign in - Homeport</title><style nonce="{nonce}">{_STYLE}</style>
<main><h1>Homeport</h1>{said}
<form method="post" action="{LOGIN}"><label for="token">One of the operators' tokens</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Sign in</button></form>
<p>Signed in already? <a href="{CONSOLE}">Open the console</a></p></main></html>
"""
    return Response(status, Headers(headers), text.encode())
