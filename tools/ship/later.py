"""Modules that wait until something of them is asked for: what the first answers of a worker do not need.

`from homeport.writing.arrival import Arrival`, of which only functions make use, becomes a `Later`, and `Arrival` an
attribute of it. A module that is needed at once (as a base, a decorator, a default) is imported at once all the same.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from .module import Module
from .reach import Functions, bound, parameters

RARE = (
    *(
        "homeport.writing.",
        "homeport.pushing.",
        "homeport.operating.",
        "homeport.wide",
        "homeport.regions.where",
    ),
    *(
        "homeport.reading.asking",
        "homeport.reading.lists",
        "homeport.reading.overlay",
        "homeport.reading.personal",
    ),
)
"""What they begin: all that a fresh hit does not need."""

FILE = "homeport/later.py"
TEXT = """from importlib import import_module
class Later:
 def __init__(self,path):
  self._path=path
 def __getattr__(self,name):
  found=getattr(import_module(self._path),name)
  setattr(self,name,found)
  return found
"""


def postpone(module: Module, body: list[ast.stmt], modules: Mapping[str, Module]) -> list[ast.stmt]:
    """The statements of a module with what can wait made to."""
    at_once = {name for node in body for name in _at_once(node)}
    waiting: dict[str, str] = {}
    made: list[ast.stmt] = []
    for node in body:
        made += (
            _replaced(module, node, modules, at_once, waiting) if isinstance(node, ast.ImportFrom) else [node]
        )
    if not any(isinstance(node, ast.Assign) and node not in body for node in made):
        return body
    rewriting = _Rewriting(waiting)
    made = [rewriting.visit(node) for node in made]
    first = ast.ImportFrom("homeport.later", [ast.alias("Later")], 0)
    return [ast.copy_location(first, made[0]), *made]


def _replaced(
    module: Module,
    node: ast.ImportFrom,
    modules: Mapping[str, Module],
    at_once: set[str],
    waiting: dict[str, str],
) -> Iterator[ast.stmt]:
    """An import's names apart: those that cannot wait, and what stands for the others."""
    source = module.source(node)
    now: list[ast.alias] = []
    stand_in = f"_{source.replace('.', '_')}"
    found = False
    for name in node.names:
        here, path = name.asname or name.name, f"{source}.{name.name}"
        if here in at_once:
            now.append(name)
        elif path in modules and _rare(path):
            yield _later(node, here, path)
        elif _rare(source) and path not in modules and not name.asname:
            waiting[here], found = stand_in, True
        else:
            now.append(name)
    if found:
        yield _later(node, stand_in, source)
    if now:
        yield ast.copy_location(ast.ImportFrom(node.module, now, node.level), node)


def _rare(name: str) -> bool:
    return f"{name}.".startswith(RARE)


def _later(node: ast.stmt, name: str, path: str) -> ast.stmt:
    made = ast.parse(f"{name} = Later({path!r})").body[0]
    for each in ast.walk(made):
        ast.copy_location(each, node)
    return made


def _at_once(node: ast.AST) -> Iterator[str]:
    """The names that are read while a module is imported."""
    if isinstance(node, Functions):
        decorators: list[ast.expr] = getattr(node, "decorator_list", [])
        defaults = [*node.args.defaults, *(each for each in node.args.kw_defaults if each)]
        children: Iterable[ast.AST] = (*decorators, *defaults)
    else:
        children = ast.iter_child_nodes(node)
        if isinstance(node, ast.Name):
            yield node.id
    for child in children:
        yield from _at_once(child)


class _Rewriting(ast.NodeTransformer):
    """Names of what waits become attributes of what stands for their module, but where a function binds them itself."""

    def __init__(self, waiting: Mapping[str, str]) -> None:
        self._waiting = dict(waiting)

    def visit_Name(self, node: ast.Name) -> ast.AST:
        if node.id not in self._waiting:
            return node
        stand_in = ast.copy_location(ast.Name(self._waiting[node.id], ast.Load()), node)
        return ast.copy_location(ast.Attribute(stand_in, node.id, node.ctx), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self._function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self._function(node)

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        return self._function(node)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> ast.AST:
        outside = self._waiting
        inside = node.body if isinstance(node.body, list) else [node.body]
        own = {*parameters(node), *(name for each in inside for name in bound(each))}
        self._waiting = {name: where for name, where in outside.items() if name not in own}
        self.generic_visit(node)
        self._waiting = outside
        return node
