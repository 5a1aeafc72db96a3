"""The substitutions that make Pyodide's browser glue run inside a Worker. Pure: text in, text out.

Generating code from strings is off in a Worker, and time and entropy come from the runtime, so workerd's module
`pyodide-internal:builtin_wrappers` exports stand-ins that the glue must use instead of the browser's own. A
Pyodide release changes its glue without notice: a substitution that finds nothing is an error, so that no
version is ever half patched.
"""

from __future__ import annotations

_WRAPPERS = (
    "addEventListener, getRandomValues, location, monotonicDateNow, newWasmModule, patchedLoadLibData, "
    "wasmInstantiate"
)
_IMPORT = f'import {{ {_WRAPPERS} }} from "pyodide-internal:builtin_wrappers";\n'
_NO_EVAL = '(()=>{throw new Error("code generation from strings is off in a Worker")})()'
_LOAD_LIB_DATA = (
    "function loadLibData(){"
    "var libData=patchedLoadLibData(Module,libName,flags.rpath);"
    "return flags.loadAsync?Promise.resolve(libData):libData}"
    "function unusedLoadLibData(){"
)

SUBSTITUTIONS: tuple[tuple[str, str], ...] = (
    ("new WebAssembly.Module", "newWasmModule"),
    ("WebAssembly.instantiate", "wasmInstantiate"),
    ("Date.now", "monotonicDateNow"),
    ("reportUndefinedSymbols()", "(()=>{})()"),
    ("crypto.getRandomValues(", "getRandomValues(Module,"),
    ("eval(func)", _NO_EVAL),
    ("eval(data)", _NO_EVAL),
    ("eval(UTF8ToString(ptr))", _NO_EVAL),
    ("function loadLibData(){", _LOAD_LIB_DATA),
    (
        "export default _createPyodideModule;",
        "export default _createPyodideModule;export { _createPyodideModule };",
    ),
)
"""What stands in Pyodide 314's `pyodide.asm.mjs`, and what stands there for workerd."""


class UnknownGlueError(ValueError):
    """Raised for a Pyodide that the substitutions were not made for: compare its `pyodide.asm.mjs` with 314.0.6's."""

    def __init__(self, missing: tuple[str, ...]) -> None:
        super().__init__(
            "pyodide.asm.mjs does not contain "
            + ", ".join(repr(pattern) for pattern in missing)
            + "; pin the npm package `pyodide` to a version these substitutions know"
        )
        self.missing = missing


def for_workerd(glue: str) -> str:
    """The glue as a workerd module. Raises `UnknownGlueError`, naming every pattern that is not there."""
    missing = tuple(pattern for pattern, _ in SUBSTITUTIONS if pattern not in glue)
    if missing:
        raise UnknownGlueError(missing)
    for pattern, replacement in SUBSTITUTIONS:
        glue = glue.replace(pattern, replacement)
    return _IMPORT + glue
