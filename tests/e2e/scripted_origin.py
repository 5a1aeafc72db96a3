"""An origin that answers as a test says, request by request, and holds what the test holds."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import chain, repeat

PATIENCE_SECONDS = 20.0
Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer. `chunks` are sent without a length, each when the test has let it go; `hangs_up` is no answer."""

    status: int = 200
    fields: Fields = ()
    body: bytes = b""
    chunks: Sequence[tuple[bytes, threading.Event]] | None = None
    held: threading.Event | None = None
    hangs_up: bool = False


def gone_at_once(*bodies: bytes) -> list[tuple[bytes, threading.Event]]:
    """Chunks that nobody holds."""
    let = threading.Event()
    let.set()
    return [(body, let) for body in bodies]


@dataclass
class Origin:
    """`says` gives the replies of a path, in order; the last is repeated. `got` are the fields of each request."""

    url: str = ""
    replies: dict[str, Iterator[Reply]] = field(default_factory=dict)
    got: dict[str, list[tuple[str, dict[str, str]]]] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def says(self, path: str, *replies: Reply) -> None:
        self.replies[path] = chain(replies, repeat(replies[-1]))
        self.got[path] = []

    def next(self, path: str, method: str, fields: dict[str, str]) -> Reply:
        with self.lock:
            self.got[path].append((method, fields))
            return next(self.replies[path])


@contextmanager
def scripted_origin() -> Iterator[Origin]:
    """The origin, while the block runs."""
    origin = Origin()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return lambda: _answer(self, origin)
            raise AttributeError(name)

        def log_request(self, *_: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True  # a connection that is kept alive would be waited for
    origin.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield origin
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _answer(handler: BaseHTTPRequestHandler, origin: Origin) -> None:
    handler.rfile.read(int(handler.headers.get("content-length") or 0))
    fields = {name.lower(): value for name, value in handler.headers.items()}
    reply = origin.next(handler.path, handler.command, fields)
    if reply.held is not None:
        reply.held.wait(PATIENCE_SECONDS)
    if reply.hangs_up:
        handler.close_connection = True
        return
    handler.send_response(reply.status)
    for name, value in reply.fields:
        handler.send_header(name, value)
    if reply.chunks is not None:
        handler.send_header("transfer-encoding", "chunked")
    elif reply.status not in (204, 304):
        handler.send_header("content-length", str(len(reply.body)))
    handler.end_headers()
    try:
        _send(handler, reply)
    except ConnectionError:
        handler.close_connection = True  # who asked does not want the rest


def _send(handler: BaseHTTPRequestHandler, reply: Reply) -> None:
    if reply.chunks is None:
        handler.wfile.write(reply.body)
        return
    for chunk, let in reply.chunks:
        let.wait(PATIENCE_SECONDS)
        handler.wfile.write(b"%x\r\n%b\r\n" % (len(chunk), chunk))
        handler.wfile.flush()
    handler.wfile.write(b"0\r\n\r\n")
