"""Write the bundle: three modules of the npm package `pyodide` in one Cap'n Proto message."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from .glue import for_workerd

FILE_NAME = "pyodide_dev.capnp.bin"
"""The name workerd looks for in its bundle directory under the flag `python_workers_development`."""

_PREFIX = "pyodideRuntime-internal:"
_SCHEMA = Path(__file__).with_name("bundle.capnp")
_REVISION = (
    1  # of the substitutions: part of the cache's path, so that a new one is never served from an old build
)


def build(package: Path, cache: Path) -> Path:
    """The directory that holds the bundle made from the npm package at `package`, built on first use.

    `cache` is kept by Pyodide version; a finished bundle is renamed into place, so an interrupted build leaves
    none behind. Raises `FileNotFoundError` naming the part that is missing, and `UnknownGlueError`.
    """
    version = json.loads((package / "package.json").read_text())["version"]
    directory = cache / f"pyodide-{version}-{_REVISION}"
    bundle = directory / FILE_NAME
    if not bundle.exists():
        directory.mkdir(parents=True, exist_ok=True)
        partial = directory / f"{FILE_NAME}.{os.getpid()}"
        partial.write_bytes(_message(package))
        partial.replace(bundle)
    return directory


def _message(package: Path) -> bytes:
    import capnp  # compiled, and wanted on the first build only

    schema: Any = capnp.load(str(_SCHEMA))
    bundle = schema.Bundle.new_message()
    parts = (
        ("pyodide.asm", "src", for_workerd((package / "pyodide.asm.mjs").read_text()).encode()),
        ("pyodide.asm.wasm", "wasm", (package / "pyodide.asm.wasm").read_bytes()),
        ("python_stdlib.zip", "data", (package / "python_stdlib.zip").read_bytes()),
    )
    modules = bundle.init("modules", len(parts))
    for module, (name, field, content) in zip(modules, parts, strict=True):
        module.name = _PREFIX + name
        setattr(module, field, content)
        module.type = "internal"
    message: bytes = bundle.to_bytes()
    return message
