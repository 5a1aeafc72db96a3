"""Statements as text again: compact, and each on the line on which it stands in the source.

So `at` of a `crashed` event, which is a function's name and a line, fits the source; of a statement on several lines it
is the first. The source is formatted by ruff: one statement on a line.
"""

from __future__ import annotations

import ast
import copy
import io
import tokenize
from collections.abc import Iterable, Iterator, Sequence

_STRING_BEGINS = {getattr(tokenize, name, None) for name in ("FSTRING_START", "TSTRING_START")} - {None}
_STRING_ENDS = {getattr(tokenize, name, None) for name in ("FSTRING_END", "TSTRING_END")} - {None}

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
            yield node.lineno, depth, f"match {_code(node.subject)}:"
            for case in node.cases:
                guard = f" if {_code(case.guard)}" if case.guard else ""
                yield case.pattern.lineno, depth + 1, compact(f"case {ast.unparse(case.pattern)}{guard}:")
                yield from _suite(case.body, depth + 2)
        elif hasattr(node, "body"):
            yield from _block(node, depth)
        else:
            yield node.lineno, depth, _code(node)


def _block(node: ast.stmt, depth: int) -> Iterator[Line]:
    for decorator in getattr(node, "decorator_list", ()):
        yield decorator.lineno, depth, f"@{_code(decorator)}"
    head = copy.copy(node)
    for name, value in (("body", [ast.Pass()]), ("orelse", []), ("decorator_list", [])):
        if hasattr(head, name):
            setattr(head, name, value)
    yield node.lineno, depth, compact(ast.unparse(head).removesuffix("pass").rstrip())
    yield from _suite(node.body, depth + 1)  # type: ignore[attr-defined]  # only those that have one come here
    yield from _otherwise("else", getattr(node, "orelse", ()), depth)


def _if(node: ast.If, depth: int, word: str) -> Iterator[Line]:
    yield node.lineno, depth, compact(f"{word} {ast.unparse(node.test)}:")
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
        yield handler.lineno, depth, compact(f"{word}{caught}{name}:")
        yield from _suite(handler.body, depth + 1)
    yield from _otherwise("else", node.orelse, depth)
    yield from _otherwise("finally", node.finalbody, depth)


def _otherwise(word: str, body: Sequence[ast.stmt], depth: int) -> Iterator[Line]:
    if body:
        yield 0, depth, f"{word}:"
        yield from _suite(body, depth + 1)


def _code(node: ast.AST) -> str:
    return compact(ast.unparse(node))


def compact(code: str) -> str:
    """One line of code without the spaces that Python does not need."""
    if "\n" in code:
        return code
    out, end, before, depth = "", 0, tokenize.NEWLINE, 0
    for token in tokenize.generate_tokens(io.StringIO(code).readline):
        start, stop = token.start[1], token.end[1]
        if token.start[0] > 1 or not token.string or token.type == tokenize.NEWLINE:
            break
        # f-strings are several tokens since Python 3.12: they stay as they are.
        gap = code[end:start]
        if not depth and gap and not _needed(before, code[end - 1], code[start]):
            gap = ""
        depth += (token.type in _STRING_BEGINS) - (token.type in _STRING_ENDS)
        out += gap + code[start:stop]
        end, before = stop, token.type
    return out


def _needed(before: int, last: str, first: str) -> bool:
    """Between two words, and after a number."""
    return before == tokenize.NUMBER or (
        (last.isalnum() or last == "_") and (first.isalnum() or first == "_")
    )
