"""Homeport's own modules as bytecode of the Python that runs them: Pyodide's, which Node runs here.

What was compiled once is kept in `.local/compiled`: Pyodide takes two seconds to begin.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

from .module import OWN

_HERE = Path(__file__).resolve().parent
_ROOT = _HERE.parents[1]
_PYODIDE = _ROOT / "node_modules" / "pyodide"
_KEPT = _ROOT / ".local" / "compiled"
_MOST = 16


class ShipError(RuntimeError):
    """Something that this needs is not there; the message says what to do."""


def compiled(files: Mapping[str, str], node: Path | None = None) -> dict[str, bytes]:
    """A worker's files as they go up: Homeport's own modules in one, with what loads it; the others as they are.

    `node` is the program, by default what PATH has. Raises `ShipError`.
    """
    own = {path: text for path, text in files.items() if path.endswith(".py") and path.split("/")[0] in OWN}
    others = {path: text.encode() for path, text in files.items() if path not in own}
    if not own:
        return others
    loader = (_HERE / "loader.py").read_bytes()
    return {**others, "homeport/__init__.py": loader, "homeport/modules.bin": _packed(own, node)}


def _packed(own: Mapping[str, str], node: Path | None) -> bytes:
    given = json.dumps(own, sort_keys=True).encode()
    try:
        made_by = [_PYODIDE / "package.json", _HERE / "pack.py", _HERE / "compile.mjs"]
        digest = hashlib.sha256(b"".join([*(file.read_bytes() for file in made_by), given])).hexdigest()
    except FileNotFoundError as error:
        raise ShipError(f"{error.filename} is not there: run `npm ci`") from error
    kept = _KEPT / digest
    if kept.exists():
        return kept.read_bytes()
    packed = _run(given, node)
    _keep(kept, packed)
    return packed


def _run(given: bytes, node: Path | None) -> bytes:
    program = node or shutil.which("node")
    if program is None:
        raise ShipError(
            "Node is not found. Wrangler runs on it, and Homeport is compiled with it: put the folder that "
            "holds `node` into PATH"
        )
    command = (program, str(_HERE / "compile.mjs"), str(_PYODIDE))
    done = subprocess.run(command, input=given, capture_output=True, check=False)
    if done.returncode:
        raise ShipError(f"Homeport cannot be compiled by {program}:\n{done.stderr.decode(errors='replace')}")
    return done.stdout


def _keep(file: Path, content: bytes) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    partial = file.with_name(f"{file.name}.{os.getpid()}")
    partial.write_bytes(content)
    partial.replace(file)
    newest = sorted(file.parent.iterdir(), key=lambda each: each.stat().st_mtime, reverse=True)
    for old in newest[_MOST:]:
        old.unlink(missing_ok=True)
