"""What may import what: kept by reading the imports."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

import momento_http_shim

PACKAGE = Path(momento_http_shim.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
OWN = "momento_http_shim"
JAVASCRIPT = {"js", "pyodide", "workers", "pyodide_http"}
DRIVERS = {"caller", "client", "control_client", "topics", "runtime"}


def imports(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(f"{OWN}.{node.module or ''}" if node.level else str(node.module))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_only_the_standard_library_is_imported_and_javascript_in_one_place(path: Path) -> None:
    tops = {name.partition(".")[0] for name in imports(path)} - {OWN}
    if path.name == "workers.py":
        assert tops & JAVASCRIPT == {"js", "pyodide"}
        tops -= JAVASCRIPT
    assert tops <= set(sys.stdlib_module_names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_what_decides_awaits_nothing(path: Path) -> None:
    if path.stem in DRIVERS or path.parent.name in DRIVERS or path.stem == "transport":
        return
    awaiting = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Await)]
    clocks = imports(path) & {"time", "random", "datetime", "asyncio", "logging", "os"}
    assert (awaiting, clocks) == ([], set())


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_fits_in_the_head(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300
