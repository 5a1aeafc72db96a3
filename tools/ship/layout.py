"""Statements as text again, each on the line on which it stands in the source.

So `at` of a `crashed` event, which is a function's name and a line, fits the source; of a statement on several lines it
is the first. The source is formatted by ruff: one statement on a line.
"""

from __future__ import annotations

import ast
import copy
from collections.abc import Iterable, Iterator, Sequence

Line = tuple[int, int, str]
"""A line's number, or 0 for the next one; how deep it is indented; and its code."""


def text(body: Sequence[ast.stmt]) -> str:
    """The statements of a module as its source."""
    lines: list[str] = []
    for number, depth, code in _suite(body, 0):
        if number and number <= len(lines):  # a body on the line of its header
            lines[-1] += code if lines[-1].endswith(":") else f";{code}"
        else:
            lines.extend([""] * (number - 1 - len(lines)))
            lines.append(" " * depth + code)
    return "\n".join(lines) + "\n"


def _suite(body: Iterable[ast.stmt], depth: int) -> Iterator[Line]:
    for node in body:
        if isinstance(node, ast.If):
            yield from _if(node, depth, "if")
        elif isinstance(node, ast.Try | ast.TryStar):
            yield from _try(node, depth)
        elif isinstance(node, ast.Match):
            yield node.lineno, depth, f"match {ast.unparse(node.subject)}:"
            for case in node.cases:
                guard = f" if {ast.unparse(case.guard)}" if case.guard else ""
                yield case.pattern.lineno, depth + 1, f"case {ast.unparse(case.pattern)}{guard}:"
                yield from _suite(case.body, depth + 2)
        elif hasattr(node, "body"):
            yield from _block(node, depth)
        else:
            yield node.lineno, depth, ast.unparse(node)


def _block(node: ast.stmt, depth: int) -> Iterator[Line]:
    for decorator in getattr(node, "decorator_list", ()):
        yield decorator.lineno, depth, f"@{ast.unparse(decorator)}"
    head = copy.copy(node)
    for name, value in (("body", [ast.Pass()]), ("orelse", []), ("decorator_list", [])):
        if hasattr(head, name):
            setattr(head, name, value)
    yield node.lineno, depth, ast.unparse(head).removesuffix("pass").rstrip()
    yield from _suite(node.body, depth + 1)  # type: ignore[attr-defined]  # only those that have one come here
    yield from _otherwise("else", getattr(node, "orelse", ()), depth)


def _if(node: ast.If, depth: int, word: str) -> Iterator[Line]:
    yield node.lineno, depth, f"{word} {ast.unparse(node.test)}:"
    yield from _suite(node.body, depth + 1)
    match node.orelse:
        case [ast.If() as other]:
            yield from _if(other, depth, "elif")
        case _:
            yield from _otherwise("else", node.orelse, depth)


def _try(node: ast.Try | ast.TryStar, depth: int) -> Iterator[Line]:
    yield node.lineno, depth, "try:"
    yield from _suite(node.body, depth + 1)
    word = "except*" if isinstance(node, ast.TryStar) else "except"
    for handler in node.handlers:
        caught = f" {ast.unparse(handler.type)}" if handler.type else ""
        name = f" as {handler.name}" if handler.name else ""
        yield handler.lineno, depth, f"{word}{caught}{name}:"
        yield from _suite(handler.body, depth + 1)
    yield from _otherwise("else", node.orelse, depth)
    yield from _otherwise("finally", node.finalbody, depth)


def _otherwise(word: str, body: Sequence[ast.stmt], depth: int) -> Iterator[Line]:
    if body:
        yield 0, depth, f"{word}:"
        yield from _suite(body, depth + 1)
