"""workerd's own configuration for one worker and what it is bound to. Pure.

Source: `workerd.capnp` of https://github.com/cloudflare/workerd, which is also its reference.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

COMPATIBILITY_DATE = "2026-10-01"
PYTHON = ("python_workers", "python_workers_development", "experimental")
"""The flags of a Python Worker whose Pyodide comes from disk."""

PYTHON_FUNCTION = (*PYTHON, "disable_python_no_global_handlers")
"""The same where the handler is a function: wrangler.toml's."""

HTTP = "main"
"""The service that answers at the socket."""


@dataclass(frozen=True, slots=True)
class Worker:
    """One service. `modules`, the main one first, by name: paths of files."""

    modules: Mapping[str, str]
    texts: Mapping[str, str] = field(default_factory=dict)
    """Variables."""
    services: Mapping[str, str] = field(default_factory=dict)
    """Bindings to other services, by name."""
    flags: Sequence[str] = PYTHON
    cache: str = ""
    """The service behind the Cache API."""


def text(workers: Mapping[str, Worker], port: int, v8_flags: Sequence[str] = ()) -> str:
    """The configuration: the worker `main` answers at the port, and `request.cf` is the header MF-CF-Blob."""
    services = [f"(name = {_quoted(name)}, worker = {_worker(worker)})" for name, worker in workers.items()]
    # Without it `fetch` reaches public addresses only.
    services.append('(name = "network", network = (allow = ["public", "private"]))')
    options = f"  v8Flags = [{', '.join(map(_quoted, v8_flags))}],\n" if v8_flags else ""
    return (
        'using Workerd = import "/workerd/workerd.capnp";\n'
        f"const config :Workerd.Config = (\n{options}  services = [\n    {_list(services)}\n  ],\n"
        f'  sockets = [(name = "http", address = "127.0.0.1:{port}", service = "{HTTP}",\n'
        '    http = (cfBlobHeader = "MF-CF-Blob"))]);\n'
    )


def _worker(worker: Worker) -> str:
    bindings = [f"(name = {_quoted(name)}, text = {_quoted(value)})" for name, value in worker.texts.items()]
    bindings += [f"(name = {_quoted(name)}, service = {_quoted(to)})" for name, to in worker.services.items()]
    parts = [
        f"modules = [{_list(_module(name, path) for name, path in worker.modules.items())}]",
        f"bindings = [{_list(bindings)}]",
        f"compatibilityDate = {_quoted(COMPATIBILITY_DATE)}",
        f"compatibilityFlags = [{', '.join(map(_quoted, worker.flags))}]",
        'globalOutbound = "network"',
        *([f"cacheApiOutbound = {_quoted(worker.cache)}"] if worker.cache else []),
    ]
    return f"({', '.join(parts)})"


def _module(name: str, path: str) -> str:
    kind = "pythonModule" if name.endswith(".py") else "esModule" if name.endswith(".js") else "data"
    return f"(name = {_quoted(name)}, {kind} = embed {_quoted(path)})"


def _list(items: Iterable[str]) -> str:
    return ",\n    ".join(items)


def _quoted(value: str) -> str:
    # Cap'n Proto's text literals are C's, and JSON's of ASCII are among these.
    return json.dumps(value)
