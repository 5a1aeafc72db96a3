"""Modules compiled, in one file. `compile.mjs` runs this in Pyodide: what it makes is for the Python that made it.

The file is a line, which names that Python's version and the magic number of its bytecode, and then, deflated, the
`marshal` of a dict: each module's dotted name and its code.
"""

import ast
import marshal
import re
import sys
import zlib
from collections.abc import Iterable, Mapping
from importlib import import_module
from importlib.util import MAGIC_NUMBER, find_spec
from types import CodeType
from typing import Any

STANDARD = ("hashlib", "hmac", "secrets")
"""What Homeport imports of the standard library and the Workers SDK does not. Pyodide has its source only."""


def pack(texts: Mapping[str, str], standard: Iterable[str] = STANDARD) -> bytes:
    """Compile the modules of some paths below `src/`, and some of the standard library's."""
    modules = {
        path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): _code(text, f"src/{path}")
        for path, text in texts.items()
    }
    for name in standard:
        spec: Any = find_spec(name)
        modules[name] = compile(spec.loader.get_source(name), spec.origin, "exec", dont_inherit=True)
    head = f"{sys.version.split()[0]} {MAGIC_NUMBER.hex()}\n"
    return head.encode() + zlib.compress(marshal.dumps(modules), 9)


def _code(text: str, file: str) -> CodeType:
    tree = ast.parse(text)
    patterns = _Patterns()
    tree.body = [patterns.statement(each) for each in tree.body]
    if patterns.found:
        tree.body.insert(0, ast.Import([ast.alias("_sre")], lineno=1, col_offset=0))
    return compile(ast.fix_missing_locations(tree), file, "exec", dont_inherit=True)


class _Patterns:
    """Compiles the regular expressions that a module compiles when it is imported: 38 take Pyodide 16 ms there.

    What `re` makes of a text is bound to Python's version, as bytecode is.
    """

    def __init__(self) -> None:
        self._known: dict[str, Any] = {}
        self.found = 0

    def statement(self, node: ast.stmt) -> ast.stmt:
        """A statement of a module."""
        if not isinstance(node, ast.Assign):
            self._forget(node)
            return node
        try:
            names = {"__builtins__": {}, "re": re, **self._known}
            value = eval(compile(ast.Expression(node.value), "", "eval"), names)  # noqa: S307 - ours, and no calls
        except Exception:  # noqa: BLE001 - it takes more than texts and patterns
            self._forget(node)
            return node
        self._known.update({each.id: value for each in node.targets if isinstance(each, ast.Name)})
        if isinstance(value, re.Pattern):
            self.found += 1
            node.value = ast.copy_location(_made(value), node.value)
        return node

    def _forget(self, node: ast.stmt) -> None:
        """What a statement binds, or changes, is not known any more."""
        inside = (
            ast.walk(node)
            if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
            else ()
        )
        for each in (node, *inside):
            if not isinstance(each, ast.Name):
                self._known.pop(getattr(each, "asname", None) or getattr(each, "name", None) or "", None)
            elif not isinstance(each.ctx, ast.Load):
                self._known.pop(each.id, None)


def _made(pattern: "re.Pattern[str]") -> ast.expr:
    """What makes a pattern without parsing its text: the call that `re.compile` ends in."""
    parsed = import_module("re._parser").parse(pattern.pattern, pattern.flags)
    code = import_module("re._compiler")._code(parsed, pattern.flags)  # noqa: SLF001
    names = {number: name for name, number in parsed.state.groupdict.items()}
    by_number = tuple(names.get(number) for number in range(parsed.state.groups))
    code = [*map(int, code)]  # some have names
    given = (pattern.pattern, pattern.flags, code, parsed.state.groups - 1, parsed.state.groupdict, by_number)
    call = f"_sre.compile({', '.join(map(repr, given))})"
    made = eval(call, {"_sre": import_module("_sre")})  # noqa: S307
    if made != pattern or made.groupindex != pattern.groupindex or made.groups != pattern.groups:
        raise AssertionError(f"this Python makes something else of {pattern}")
    return ast.parse(call, mode="eval").body
