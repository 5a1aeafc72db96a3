"""Short names for what is local to a function: nothing outside it, no report and no user, ever sees them.

A name is changed everywhere in a function of a module, or method, and in what is nested there, so scopes need not be
told apart. Not changed: what the module or Python itself binds under the same name, nested functions (reports name
them), imports, and parameters that a call of the function names, or of any function under another name.
"""

from __future__ import annotations

import ast
import builtins
import keyword
from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import product
from string import ascii_letters

from .reach import bound

_PYTHON = {*dir(builtins), *keyword.kwlist, *keyword.softkwlist}
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_PLACES: tuple[tuple[type[ast.AST], str], ...] = (
    (ast.Name, "id"),
    (ast.arg, "arg"),
    (ast.ExceptHandler, "name"),
    (ast.MatchAs, "name"),
    (ast.MatchStar, "name"),
    (ast.MatchMapping, "rest"),
)
_SHORT = [*ascii_letters, *("".join(pair) for pair in product(ascii_letters, repeat=2))]


class Named:
    """Which parameters calls name: of the functions of that name, or of classes' `__init__`."""

    def __init__(self, trees: Iterable[ast.AST]) -> None:
        nodes = [each for tree in trees for each in ast.walk(tree)]
        defined = {node.name for node in nodes if isinstance(node, _DEFINITIONS)}
        defined -= {name for node in nodes for name in _forwarding(node)}
        texts = {
            node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        self._by: dict[str, set[str]] = {}
        self._anywhere: set[str] = set()
        """By calls of what may be any function: a value under another name, or a function of somebody else's."""
        for node in nodes:
            if isinstance(node, ast.Call):
                given = {keyword.arg for keyword in node.keywords if keyword.arg}
                given |= texts if any(keyword.arg is None for keyword in node.keywords) else set()
                called = getattr(node.func, "id", getattr(node.func, "attr", ""))
                (self._by.setdefault(called, set()) if called in defined else self._anywhere).update(given)

    def of(self, function: str, of_class: str | None = None) -> set[str]:
        """What calls name of a function."""
        made = self._by.get(of_class, set()) if of_class and function == "__init__" else set()
        return self._anywhere | made | self._by.get(function, set())


def shorten(body: Iterable[ast.stmt], named: Named) -> None:
    """Change the local names of a module's functions and methods in place."""
    body = list(body)
    top = _PYTHON | {name for node in body for name in bound(node)}
    for node in body:
        of_class = node.name if isinstance(node, ast.ClassDef) else None
        for unit in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(unit, ast.FunctionDef | ast.AsyncFunctionDef):
                functions = [
                    each
                    for each in ast.walk(unit)
                    if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef)
                ]
                _shorten(unit, top.union(*(named.of(each.name, of_class) for each in functions)))


def _shorten(unit: ast.FunctionDef | ast.AsyncFunctionDef, kept: set[str]) -> None:
    inside = [each for each in ast.walk(unit) if each is not unit]
    if any(isinstance(each, ast.ClassDef) for each in inside):
        return  # its names are attributes
    uses = Counter(name for each in inside for _, name in _places(each))
    local = (
        {name for each in inside for name in _local(each)}
        - kept
        - {name for each in inside for name in _fixed(each)}
    )
    free = (name for name in _SHORT if name not in _PYTHON and name not in uses.keys() - local)
    short = dict(zip(sorted(local, key=lambda name: (-uses[name], name)), free, strict=False))
    for each in inside:
        for place, name in _places(each):
            setattr(each, place, short.get(name, name))


def _places(node: ast.AST) -> Iterator[tuple[str, str]]:
    """Where a node has a name that a scope binds: the attribute and the name."""
    for kind, place in _PLACES:
        if isinstance(node, kind) and (name := getattr(node, place)):
            yield place, name


def _local(node: ast.AST) -> Iterator[str]:
    if not (isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load)):
        yield from (name for _, name in _places(node))


def _fixed(node: ast.AST) -> Iterator[str]:
    """What must stay as it is, in all of a function."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        yield node.name
    elif isinstance(node, ast.arguments):
        yield from (each.arg for each in node.kwonlyargs)
    elif isinstance(node, ast.Import | ast.ImportFrom):
        yield from bound(node)
    elif isinstance(node, ast.Global | ast.Nonlocal):
        yield from node.names


def _forwarding(node: ast.AST) -> Iterator[str]:
    """Functions and classes that may hand on to others what a call names."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.args.kwarg:
        yield node.name
    elif isinstance(node, ast.ClassDef):
        yield from (node.name for each in node.body for _ in _forwarding(each))
