"""A module of `src/`, parsed; and of Homeport's own modules, what is left without annotations and docstrings."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

OWN = ("homeport", "momento_http_shim")
"""The packages that are made smaller. The user's modules are shipped as they are."""


@dataclass(slots=True)
class Module:
    """A module: its dotted name, its statements, and whether its name is that of a package."""

    name: str
    package: bool
    body: list[ast.stmt]
    hints: dict[str, tuple[str, str]] = field(default_factory=dict)
    """Names that are bound later than an import would: whence a type checker has them, (module, name)."""

    @property
    def own(self) -> bool:
        """Whether it may be made smaller."""
        return self.name.partition(".")[0] in OWN

    def source(self, node: ast.ImportFrom) -> str:
        """The dotted name of the module that `node` imports from."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        above = parts[: len(parts) - node.level + self.package]
        return ".".join([*above, *([node.module] if node.module else [])])


def parse(root: Path, path: Path) -> Module:
    """Read one module below `root`."""
    parts = path.relative_to(root).with_suffix("").parts
    package = parts[-1] == "__init__"
    module = Module(".".join(parts[:-1] if package else parts), package, [])
    try:
        module.body = ast.parse(path.read_text("utf-8")).body
    except SyntaxError:
        if module.own:
            raise
        return module  # the worker tells the user, by a 503 that names the line
    if module.own:
        module.body = list(stripped(module))
    return module


def stripped(module: Module) -> Iterator[ast.stmt]:
    """A module's statements without what only people and type checkers read."""
    strip = _Strip()
    for node in module.body:
        if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            imports = (each for each in node.body if isinstance(each, ast.ImportFrom))
            for each in imports:
                module.hints |= {
                    name.asname or name.name: (module.source(each), name.name) for name in each.names
                }
            yield from (kept for each in node.orelse for kept in strip.statement(each))
        elif not (isinstance(node, ast.ImportFrom) and node.module == "__future__"):
            yield from strip.statement(node)


class _Strip(ast.NodeTransformer):
    """Takes out docstrings and annotations; a field of a dataclass or named tuple keeps a 0 for its annotation."""

    def statement(self, node: ast.stmt) -> list[ast.stmt]:
        found = self.visit(node)
        return [] if found is None else [found]

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        return self._suite(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        node.returns = None
        return self._suite(node)

    def visit_arg(self, node: ast.arg) -> ast.AST:
        node.annotation = None
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        if has_fields(node):
            node.body = [_without_type(each) for each in node.body]
        return self._suite(node)

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        if isinstance(node.annotation, ast.Constant) and node.annotation.value == 0:
            return node
        if node.value is None:
            return None
        assign = ast.Assign([node.target], self.visit(node.value))
        return ast.copy_location(assign, node)

    def _suite(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> ast.AST:
        first = node.body[0]
        self.generic_visit(node)
        node.body = node.body or [ast.copy_location(ast.Pass(), first)]
        return node


def has_fields(node: ast.ClassDef) -> bool:
    """Whether a class's annotations make its fields."""
    makers = [ast.unparse(each) for each in (*node.decorator_list, *node.bases)]
    return any(maker.startswith("dataclass") or maker == "NamedTuple" for maker in makers)


def _without_type(node: ast.stmt) -> ast.stmt:
    if isinstance(node, ast.AnnAssign) and not ast.unparse(node.annotation).startswith("ClassVar"):
        node.annotation = ast.copy_location(ast.Constant(0), node.annotation)
    return node
