"""The server of the page: Pyodide's files, the Python sources as one archive, and a place for reports."""

from __future__ import annotations

import io
import json
import queue
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TYPES = {
    ".html": "text/html",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
}
OTHER = "application/octet-stream"


@dataclass
class Site:
    """What is served, and the reports that came: one queue for each place that reports."""

    files: dict[str, Path]
    contents: dict[str, bytes]
    reports: dict[str, queue.Queue[dict[str, Any]]]
    url: str = field(default="")

    def read(self, path: str) -> bytes | None:
        """The content of a path; None if there is none."""
        if path in self.files:
            return self.files[path].read_bytes()
        return self.contents.get(path)


def archive(sources: dict[str, Path]) -> bytes:
    """A zip archive that Python can import from: folders and single modules by the names they are to have."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name, source in sources.items():
            modules = source.rglob("*.py") if source.is_dir() else [source]
            for module in sorted(modules):
                zipped.write(module, name if module == source else f"{name}/{module.relative_to(source)}")
    return written.getvalue()


@contextmanager
def serving(site: Site) -> Iterator[Site]:
    """Serve on 127.0.0.1 until the context ends; the site then knows its URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            content = site.read(self.path)
            self.send_response(404 if content is None else 200)
            self.send_header("Content-Type", TYPES.get(Path(self.path).suffix, OTHER))
            self.end_headers()
            self.wfile.write(content or b"")

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            site.reports[self.path.removeprefix("/report/")].put(json.loads(body))

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, name="page", daemon=True)
        thread.start()
        site.url = f"http://127.0.0.1:{server.server_address[1]}"
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()
