"""Which routes' accepted writes an origin may apply out of order, or twice. Pure."""

from __future__ import annotations

from .routing import Route, Routes


def exposed(routes: Routes) -> tuple[tuple[str, str], ...]:
    """Path and reason of each route whose origin neither deduplicates nor honours If-Match, as far as it is declared.

    A drainer may die after it sent a write, or lose the answer: then the write is sent again, and the first request may
    still arrive.
    """
    return tuple((route.path, reason) for route in routes if (reason := _reason(route)))


def _reason(route: Route) -> str:
    if route.deduplicates or not route.write_behind:
        return ""
    kept = ("PUT", "DELETE", "PATCH") if route.honours_if_match else ()
    open_to_it = [method for method in route.write_behind if method not in kept]
    if not open_to_it:
        return ""
    late = f"{', '.join(open_to_it)}: one that arrives late overtakes those after it"
    repeated = [method for method in open_to_it if method not in ("PUT", "DELETE")]
    return f"{late}; {', '.join(repeated)} may be applied twice" if repeated else late
