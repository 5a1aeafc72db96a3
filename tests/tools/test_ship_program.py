"""What is shipped is the program that stands in `src/`: statement by statement, line by line."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tools.ship.layout import text
from tools.ship.module import parse

from .shipped_rig import SRC, modules_of

ENTRIES = ("entry", "entry_sync")
OWN = [
    path for package in ("homeport", "momento_http_shim") for path in sorted((SRC / package).rglob("*.py"))
]


def definitions(source: str) -> dict[str, ast.stmt]:
    """Functions and methods by their qualified names."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(source).body:
        for each in [node, *(node.body if isinstance(node, ast.ClassDef) else ())]:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{node.name}.{each.name}" if isinstance(node, ast.ClassDef) else each.name] = each
    return found


class Without(ast.NodeTransformer):
    """Takes out what is not to be compared, as the tests see it."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.copy_location(ast.arg(node.arg), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return (
            ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node) if node.value else None
        )

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, _node: ast.Pass) -> None:
        return None

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if hasattr(node, "returns"):
            node.returns = None
        return super().generic_visit(node)


def said(node: ast.stmt) -> tuple[str, list[int]]:
    """What a function says, and on which lines."""
    kept = Without().visit(node)
    return ast.dump(kept), [each.lineno for each in ast.walk(kept) if isinstance(each, ast.stmt)]


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_shipped_function_is_the_sources_line_by_line(entry: str) -> None:
    compared, made = 0, set()
    files = modules_of(entry)
    del files["homeport/record.py"]
    for path, content in files.items():
        source = definitions((SRC / path).read_text())
        for name, built in definitions(content).items():
            if name in source:
                assert said(source[name]) == said(built), f"{path} {name}"
                compared += 1
            else:
                made.add(name.partition(".")[2])
    assert compared > 500
    assert made == {"__init__"}  # of dataclasses: test_ship_fields.py


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(SRC)))
def test_the_layout_says_what_the_statements_say_on_the_same_lines(path: Path) -> None:
    body = parse(SRC, path).body
    again = ast.parse(text(body)).body
    assert [ast.dump(node) for node in again] == [
        ast.dump(each) for node in body for each in _as_parsed(node)
    ]
    assert [node.lineno for node in again] == [node.lineno for node in body]


def _as_parsed(node: ast.stmt) -> list[ast.stmt]:
    return ast.parse(ast.unparse(node)).body


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_global_name_of_a_shipped_module_is_missing(entry: str) -> None:
    files = modules_of(entry)
    del files["homeport/record.py"]
    for path, content in files.items():
        before, after = (_unbound((SRC / path).read_text()), _unbound(content))
        assert after <= before | {"__slots__", "__match_args__"}, path


def _unbound(source: str) -> set[str]:
    """Names that are read somewhere and bound nowhere in a module: Python's own."""
    nodes = list(ast.walk(ast.parse(source)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {getattr(node, "name", None) or "" for node in nodes}
    bound |= {
        alias.asname or alias.name.partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return {node.id for node in nodes if isinstance(node, ast.Name)} - bound
