"""The Pyodide bundle: complete or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import capnp
import pytest

from local.pyodide_bundle import build as bundles
from local.pyodide_bundle.glue import SUBSTITUTIONS, UnknownGlueError, for_workerd
from local.stack.process import ROOT

PACKAGE = ROOT / "node_modules" / "pyodide"


def glue() -> str:
    return " ".join(pattern for pattern, _ in SUBSTITUTIONS)


def test_every_pattern_is_replaced_and_the_wrappers_are_imported() -> None:
    patched = for_workerd(glue())
    assert patched.startswith("import {")
    for pattern in ("new WebAssembly.Module", "Date.now", "eval(", "reportUndefinedSymbols()"):
        assert pattern not in patched
    assert "patchedLoadLibData(Module,libName,flags.rpath)" in patched


@pytest.mark.parametrize("missing", [pattern for pattern, _ in SUBSTITUTIONS])
def test_a_glue_without_one_of_the_patterns_is_refused_by_name(missing: str) -> None:
    with pytest.raises(UnknownGlueError) as raised:
        for_workerd(glue().replace(missing, ""))
    assert missing in raised.value.missing
    assert repr(missing) in str(raised.value)


def test_the_bundle_holds_the_three_modules_as_internal_ones(tmp_path: Path) -> None:
    directory = bundles.build(PACKAGE, tmp_path)
    schema = capnp.load(str(Path(bundles.__file__).with_name("bundle.capnp")))
    message = (directory / bundles.FILE_NAME).read_bytes()
    with schema.Bundle.from_bytes(message, traversal_limit_in_words=2**31) as bundle:
        found = {module.name: (module.which(), str(module.type)) for module in bundle.modules}
    assert found == {
        "pyodideRuntime-internal:pyodide.asm": ("src", "internal"),
        "pyodideRuntime-internal:pyodide.asm.wasm": ("wasm", "internal"),
        "pyodideRuntime-internal:python_stdlib.zip": ("data", "internal"),
    }


def test_the_bundle_is_kept_by_pyodides_version(tmp_path: Path) -> None:
    first = bundles.build(PACKAGE, tmp_path)
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    assert version in first.name
    written = (first / bundles.FILE_NAME).stat().st_mtime_ns
    assert (bundles.build(PACKAGE, tmp_path) / bundles.FILE_NAME).stat().st_mtime_ns == written


def test_an_incomplete_package_leaves_no_bundle_and_is_named(tmp_path: Path) -> None:
    package = tmp_path / "pyodide"
    package.mkdir()
    (package / "package.json").write_text('{"version": "1.2.3"}')
    (package / "pyodide.asm.mjs").write_text(glue())
    with pytest.raises(FileNotFoundError, match=r"pyodide\.asm\.wasm"):
        bundles.build(package, tmp_path / "cache")
    assert not list((tmp_path / "cache").rglob(bundles.FILE_NAME + "*"))
