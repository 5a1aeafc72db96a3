"""What an entry point can reach: modules, and of Homeport's own modules the names at their top level.

An own module's definitions, assignments and imports are kept where something that is kept names them; every other
statement of it is. Of a class that is kept, so is each method whose name stands anywhere. A user's module is kept
whole. What is imported by a computed name is seen only where the importer's TYPE_CHECKING says what it will be.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping

from .module import Module

Functions = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def bound(node: ast.AST) -> Iterator[str]:
    """The names that a statement binds in its own scope."""
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        yield node.name
        return
    if isinstance(node, ast.Import | ast.ImportFrom):
        yield from (name.asname or name.name.partition(".")[0] for name in node.names)
    elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
        yield node.id
    elif isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name:
        yield node.name
    elif isinstance(node, ast.MatchMapping) and node.rest:
        yield node.rest
    if not isinstance(node, ast.Lambda):
        for child in ast.iter_child_nodes(node):
            yield from bound(child)


def parameters(node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda) -> Iterator[str]:
    """The names of a function's parameters."""
    arguments = node.args
    every = (
        *arguments.posonlyargs,
        *arguments.args,
        *arguments.kwonlyargs,
        arguments.vararg,
        arguments.kwarg,
    )
    yield from (each.arg for each in every if each)


class Reach:
    """Walks from the entry points; `names` are the kept names of each reached module."""

    def __init__(self, modules: Mapping[str, Module], entries: Iterable[str]) -> None:
        self._modules = modules
        self.names: dict[str, set[str]] = {}
        self._bindings = {name: _bindings(module) for name, module in modules.items()}
        self._walked: set[int] = set()
        self._open: list[tuple[Module, ast.AST]] = []
        self._words: set[str] = set()
        """Attributes and texts: a method that none of them names is not called."""
        self._waiting: dict[str, list[tuple[Module, ast.AST]]] = {}
        for entry in entries:
            self._enter(entry)
        while self._open:
            module, statement = self._open.pop()
            self._walk(module, statement, frozenset())

    def _enter(self, name: str) -> None:
        """A module is imported, and so are the packages that it lies in."""
        if name in self.names or name not in self._modules:
            return
        self.names[name] = set()
        self._enter(name.rpartition(".")[0])
        module = self._modules[name]
        for statement in module.body:
            if not (module.own and optional(statement)):
                self._keep(module, statement)

    def calls(self, method: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
        """Whether a reached class's method may be called."""
        return id(method) in self._walked

    def _keep(self, module: Module, statement: ast.AST) -> None:
        if id(statement) not in self._walked:
            self._walked.add(id(statement))
            self._open.append((module, statement))

    def _demand(self, name: str, of: str) -> None:
        """`of` is asked of a module: a name at its top level, or a module in it."""
        self._enter(name)
        self._enter(f"{name}.{of}")
        module = self._modules.get(name)
        if module is None or of in self.names[name]:
            return
        self.names[name].add(of)
        if of == "*":
            for each in self._bindings[name]:
                self._demand(name, each)
        if of in module.hints:
            source, wanted = module.hints[of]
            self._demand(source, wanted)
            self._demand(name, "__getattr__")
        for statement in self._bindings[name].get(of, ()):
            if isinstance(statement, ast.ImportFrom):
                self._imports(module, statement, {of})
            else:
                self._keep(module, statement)

    def _word(self, word: str) -> None:
        self._words.add(word)
        for module, method in self._waiting.pop(word, ()):
            self._keep(module, method)

    def _class(self, module: Module, node: ast.AST) -> Iterator[ast.AST]:
        """A class without its methods, which wait until they are named."""
        for child in ast.iter_child_nodes(node):
            if not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
                yield child
            elif child.name.startswith("__") or child.name in self._words:
                self._keep(module, child)
            else:
                self._waiting.setdefault(child.name, []).append((module, child))

    def _imports(self, module: Module, node: ast.ImportFrom, only: set[str] | None = None) -> None:
        source = module.source(node)
        self._enter(source)
        for name in node.names:
            if only is None or (name.asname or name.name) in only:
                self._demand(source, name.name)

    def _walk(self, module: Module, node: ast.AST, local: frozenset[str]) -> None:
        if isinstance(node, Functions):
            inside: list[ast.AST] = list(node.body) if isinstance(node.body, list) else [node.body]
            own = {*parameters(node), *(name for each in inside for name in bound(each))}
            within = (local | own).difference(name for each in inside for name in _imported(each))
            for child in ast.iter_child_nodes(node):
                self._walk(module, child, within if child in inside else local)
            return
        self._words_of(node)
        if isinstance(node, ast.Import | ast.ImportFrom):
            self._import(module, node)
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            self._attribute(module, node.value.id, node.attr, local)
            return
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and node.id not in local:
            self._name(module, node.id)
        by_name = module.own and isinstance(node, ast.ClassDef)
        for child in self._class(module, node) if by_name else ast.iter_child_nodes(node):
            self._walk(module, child, local)

    def _words_of(self, node: ast.AST) -> None:
        if isinstance(node, ast.Attribute):
            self._word(node.attr)
        elif isinstance(node, ast.MatchClass):
            for name in node.kwd_attrs:
                self._word(name)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            self._word(node.value)

    def _import(self, module: Module, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.ImportFrom):
            self._imports(module, node)
            return
        for name in node.names:
            self._enter(name.name)
            if not module.own:
                self._demand(name.name, "*")

    def _attribute(self, module: Module, name: str, attribute: str, local: frozenset[str]) -> None:
        if name in local:
            return
        self._demand(module.name, name)
        if target := self._module_named(module, name):
            self._demand(target, attribute)

    def _name(self, module: Module, name: str) -> None:
        self._demand(module.name, name)
        if target := self._module_named(module, name):
            self._demand(target, "*")  # the module itself is handed on: anybody may ask it for anything

    def _module_named(self, module: Module, name: str) -> str | None:
        if name in module.hints:
            target = ".".join(module.hints[name])
            return target if target in self._modules else None
        for statement in self._bindings[module.name].get(name, ()):
            if isinstance(statement, ast.ImportFrom):
                for each in statement.names:
                    target = f"{module.source(statement)}.{each.name}"
                    if (each.asname or each.name) == name and target in self._modules:
                        return target
        return None


def optional(node: ast.stmt) -> bool:
    """Whether a statement of an own module does nothing but bind names."""
    if isinstance(node, ast.Import):
        return all("." not in name.name for name in node.names)  # `import a.b` is there to import it
    simple = isinstance(node, ast.Assign) and all(
        isinstance(each, ast.Name | ast.Tuple) for each in node.targets
    )
    return simple or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.ImportFrom)


def _bindings(module: Module) -> dict[str, list[ast.stmt]]:
    """Which statements bind a name at a module's top level, and what functions import, which reaches as far."""
    found: dict[str, list[ast.stmt]] = {}
    for statement in module.body:
        for name in bound(statement):
            found.setdefault(name, []).append(statement)
    for node in (each for statement in module.body for each in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom):
            for name in bound(node):
                if node not in found.setdefault(name, []):
                    found[name].append(node)
    return found


def _imported(node: ast.AST) -> Iterator[str]:
    for each in ast.walk(node):
        if isinstance(each, ast.ImportFrom):
            yield from bound(each)
