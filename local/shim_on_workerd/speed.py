"""What is measured on workerd, by the worker's own clock.

In production that clock stands still between one I/O and the next. Under the development flags it was seen to move, in
steps of a millisecond: so short things are repeated within one measurement, and one that stands still is an error.
"""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable
from importlib import import_module
from typing import Any

ELEMENTS = 100
VALUE_OCTETS = 32
_REPEATED = 60


async def imports(_: Any, *, of: str, times: str) -> dict[str, Any]:
    """Import modules (`of`, comma-separated) anew with all that only they need; `ms` of each time, and `names`."""
    bare = set(sys.modules)
    wanted, names = of.split(","), list[str]()
    took = list[float]()
    for _ in range(int(times)):
        # A worker imports once: it never pays for taking an earlier import apart.
        gc.collect()
        took.append(_ms(lambda: [import_module(name) for name in wanted]))
        names = [name for name in sys.modules if name not in bare]
        for name in names:
            del sys.modules[name]
    if not any(took):
        raise RuntimeError(
            "this worker's clock stands still while Python computes: nothing can be measured by it"
        )
    return {"ms": took, "names": names}


async def fetch(_: Any, *, times: str) -> dict[str, Any]:
    """Encode a SortedSetFetch and decode its answer, which lies in JavaScript; `ms` of each, and `elements` read."""
    from momento_http_shim import calls, sorted_sets
    from momento_http_shim.outcomes import Elements

    def encoded() -> calls.Call[Any]:
        call = sorted_sets.fetch_by_score(b"q", None, 1e12, descending=False, offset=0, count=ELEMENTS)
        calls.request(call, "http://127.0.0.1", (), text=False, timeout_ms=1000)
        return call

    call, answer = encoded(), _answer()
    read = calls.deciphering(call, text=False)
    outcome = read(answer)
    if not isinstance(outcome, Elements):
        raise TypeError(f"not elements: {outcome}")
    rounds = range(int(times))
    return {
        "encode_ms": [_ms(encoded, _REPEATED) for _ in rounds],
        "decode_ms": [_ms(lambda: read(answer), _REPEATED) for _ in rounds],
        "elements": len(outcome.elements),
    }


async def reference(_: Any, *, times: str) -> list[float]:
    """Add up a hundred thousand numbers one by one, in ms: tells how fast this machine is just now."""

    def add() -> int:
        total = 0
        for number in range(100_000):
            total += number
        return total

    return [_ms(add) for _ in range(int(times))]


def _answer() -> Any:
    from pyodide.ffi import to_js

    from momento_http_shim import sorted_sets, wire
    from momento_http_shim.grpc_web import framed
    from momento_http_shim.runtime.workers import JsOctets
    from momento_http_shim.transport import PlainResponse

    rows = [{"value": b"%0*d" % (VALUE_OCTETS, at), "score": 1e9 + at} for at in range(ELEMENTS)]
    message = {"found": {"values_with_scores": {"elements": rows}}}
    frames = b"".join(map(bytes, framed(wire.encode(sorted_sets.FETCH.response, message))))
    trailers = b"grpc-status:0\r\n"
    body = frames + b"\x80" + len(trailers).to_bytes(4, "big") + trailers
    return PlainResponse(200, {}, JsOctets(to_js(body)))


def _ms(work: Callable[[], object], times: int = 1) -> float:
    began = time.monotonic()
    for _ in range(times):
        work()
    return (time.monotonic() - began) * 1000 / times
