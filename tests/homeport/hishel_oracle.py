"""hishel, others' cache by the same RFC 9111, as a judge of our decisions: in its shared mode, at a time of ours."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest import mock
from uuid import UUID

import hishel
from hishel._core import _spec

from homeport.messages import Headers, Request, Response

ENTRY = UUID(int=1)


def stores(request: Request, response: Response) -> bool:
    """Whether hishel would store the answer (RFC 9111 section 3)."""
    state = hishel.CacheMiss(request=_request(request), options=_options())
    return isinstance(state.next(_response(response)), hishel.StoreAndUse)


def lifetime(response: Response, now: int) -> int | None:
    """For how many seconds hishel takes it for fresh (RFC 9111 section 4.2.1); None where nobody says."""
    with _at(now):
        return _spec.get_freshness_lifetime(_response(response), is_cache_shared=True)


def answers(request: Request, first: Request, stored: Response, now: int) -> bool:
    """Whether hishel answers a request by itself from what it stored for another (RFC 9111 section 4)."""
    with _at(now):
        found = hishel.IdleClient(options=_options()).next(_request(request), [_entry(first, stored)])
    return isinstance(found, hishel.FromCache)


def selects(request: Request, first: Request, stored: Response) -> bool:
    """Whether what was stored for another request is this one's by Vary (RFC 9111 section 4.1)."""
    return _spec.vary_headers_match(_request(request), _entry(first, stored))


def updated(request: Request, stored: Response, not_modified: Response) -> dict[str, str] | None:
    """The stored fields after a 304; None where it is not about what is stored (RFC 9111 sections 3.2, 4.3.4)."""
    asked = _request(request)
    state = hishel.NeedRevalidation(
        request=asked,
        original_request=asked,
        revalidating_entries=[_entry(request, stored)],
        options=_options(),
    )
    after = state.next(_response(not_modified))
    if not isinstance(after, hishel.NeedToBeUpdated):
        return None
    return dict(after.updating_entries[0].response.headers)


@contextmanager
def _at(now: int) -> Iterator[None]:
    # It has no clock that could be handed to it; `now` is in seconds.
    with mock.patch.object(_spec, "time", SimpleNamespace(time=lambda: now)):
        yield


def _options() -> hishel.CacheOptions:
    return {"shared": True}


def _entry(request: Request, response: Response) -> hishel.Entry:
    return hishel.Entry(ENTRY, _request(request), _response(response))


def _request(request: Request) -> hishel.Request:
    return hishel.Request(request.method, request.target, _headers(request.headers))


def _response(response: Response) -> hishel.Response:
    return hishel.Response(response.status, _headers(response.headers))


def _headers(headers: Headers) -> hishel.Headers:
    fields: dict[str, str | list[str]] = {}
    for name, _ in headers:
        fields[name] = [value for known, value in headers if known == name]
    return hishel.Headers(fields)
