"""One worker's modules, made small, in a folder of their own."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from .fields import Records
from .layout import text
from .module import Module, parse, stripped
from .reach import Reach, bound, optional

_RECORD = Path(__file__).with_name("record.py")


def shipped(source: Path, entry: str, user: str = "routes") -> dict[str, str]:
    """The files that a worker needs beside its entry point: their paths, relative to `source`, and their text.

    `entry` and `user` are modules: who begins, and the user's own, which Homeport imports by itself.
    """
    modules = {
        module.name: module for path in sorted(source.rglob("*.py")) for module in [parse(source, path)]
    }
    reach = Reach(modules, (entry, user))
    reached = [modules[name] for name in sorted(reach.names.keys() - {entry})]
    records = Records(modules, [module for module in reached if module.own])
    files = {}
    for module in reached:
        path = "/".join(module.name.split(".")) + ("/__init__.py" if module.package else ".py")
        files[path] = _small(module, reach, records) if module.own else (source / path).read_text("utf-8")
        beside = source / path.replace(".py", ".js")
        if beside.exists():  # a module in two languages
            files[path.replace(".py", ".js")] = beside.read_text("utf-8")
    if records.written:
        files["homeport/record.py"] = text(
            list(stripped(Module("homeport.record", False, ast.parse(_RECORD.read_text("utf-8")).body)))
        )
    return files


def _small(module: Module, reach: Reach, records: Records) -> str:
    body = [kept for node in module.body if (kept := _kept(node, reach.names[module.name])) is not None]
    for node in body:
        if isinstance(node, ast.ClassDef):
            node.body = _methods(node, reach) or [ast.copy_location(ast.Pass(), node.body[0])]
    return text(records.write_out(body))


def _methods(node: ast.ClassDef, reach: Reach) -> list[ast.stmt]:
    return [
        each
        for each in node.body
        if not isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef) or reach.calls(each)
    ]


def _kept(node: ast.stmt, wanted: set[str]) -> ast.stmt | None:
    if not optional(node):
        return node
    if isinstance(node, ast.Import | ast.ImportFrom):
        node.names = [name for name in node.names if (name.asname or name.name) in wanted]
        return node if node.names else None
    return node if wanted.intersection(bound(node)) else None


def write(files: Mapping[str, bytes], folder: Path) -> None:
    """Make `folder` hold these files and no others; what is as it should be is not touched, and wakes no watcher."""
    for path, content in files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        if not file.exists() or file.read_bytes() != content:
            file.write_bytes(content)
    for left in folder.rglob("*"):
        if left.is_file() and left.relative_to(folder).as_posix() not in files:
            left.unlink()
