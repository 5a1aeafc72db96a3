"""Short names for what is local to a function: nothing outside it, no report and no user, ever sees them.

A name is changed everywhere in a function of a module, or method, and in what is nested there, so scopes need not be
told apart. Not changed: what the module or Python itself binds under the same name, nested functions (reports name
them), imports, and parameters that any call names.
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
_PLACES: tuple[tuple[type[ast.AST], str], ...] = (
    (ast.Name, "id"),
    (ast.arg, "arg"),
    (ast.ExceptHandler, "name"),
    (ast.MatchAs, "name"),
    (ast.MatchStar, "name"),
    (ast.MatchMapping, "rest"),
)
_SHORT = [*ascii_letters, *("".join(pair) for pair in product(ascii_letters, repeat=2))]


def named(trees: Iterable[ast.AST]) -> set[str]:
    """The names that calls give to parameters, of whichever function: by its name alone nobody knows which it is."""
    nodes = [each for tree in trees for each in ast.walk(tree)]
    given = [each.arg for node in nodes if isinstance(node, ast.Call) for each in node.keywords]
    # What `**` gives stands as a text somewhere.
    texts = [node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)]
    return {name for name in given if name} | ({*texts} if None in given else set())


def shorten(body: Iterable[ast.stmt], named: set[str]) -> None:
    """Change the local names of a module's functions and methods in place, but for those that calls name."""
    body = list(body)
    kept = _PYTHON | named | {name for node in body for name in bound(node)}
    for node in body:
        for unit in node.body if isinstance(node, ast.ClassDef) else [node]:
            if isinstance(unit, ast.FunctionDef | ast.AsyncFunctionDef):
                _shorten(unit, kept)


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
