"""The rules of the house that no linter knows: who may import what, what stays pure, how large a module may grow.

Imports are parsed, not executed. Exit code 1, and a line for each breach.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"

LONGEST_MODULE = 300
ENTRY_LINES = 40
JAVASCRIPT = {"js", "pyodide", "workers", "_pyodide", "_cloudflare"}
IMPURE = {"asyncio", "datetime", "io", "logging", "os", "random", "secrets", "socket", "subprocess", "time"}
DRIVERS = {
    f"{job}/{name}.py"
    for job, names in (
        ("reading", "asking collapse fill lists personal serve"),
        ("regions", "failover"),
        (
            "writing",
            "accept again arrival gauge look_up once opened sealing status straight wait wake",
        ),
        (
            "draining",
            "alarms bulks dead_letter depth done drain lease protection renew resource send settle stray",
        ),
        ("pushing", "propagate owe tagged purge everywhere deliver deliveries"),
        ("operating", "admission assertions look surface console/answer"),
    )
    for name in names.split()
}
"""The modules of the job folders that await; every other one there decides, and is values in, value out."""

JOBS = ("regions", "reading", "writing", "draining", "pushing", "operating")


def imported(path: Path) -> Iterator[str]:
    """The dotted names that a module imports, relative ones resolved against its package."""
    package = path.relative_to(SRC).parent.parts if path.is_relative_to(SRC) else ()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else ()
            base = [*above, *(node.module.split(".") if node.module else ())]
            yield from (".".join([*base, alias.name]) for alias in node.names)


def breaches(path: Path) -> Iterator[str]:
    """What a module of src/ breaks."""
    relative = path.relative_to(SRC)
    names = list(imported(path))
    tops = {name.partition(".")[0] for name in names}
    in_runtime = "runtime" in relative.parts
    if tops & JAVASCRIPT and not in_runtime and len(relative.parts) > 1:
        yield f"imports {sorted(tops & JAVASCRIPT)}: JavaScript stays in runtime/"
    if relative.parts[0] == "momento_http_shim" and "homeport" in tops:
        yield "imports homeport: the shim knows nothing of it"
    if tops & {"local", "tests", "tools"}:
        yield "imports what is never shipped"
    if relative.name.startswith("entry") and len(relative.parts) == 1 and _lines(path) > ENTRY_LINES:
        yield f"has {_lines(path)} lines; an entry point has at most {ENTRY_LINES}"
    if relative.parts[0] == "homeport" and not in_runtime:
        yield from _homeport_breaches(path, names, tops)


def _homeport_breaches(path: Path, names: list[str], tops: set[str]) -> Iterator[str]:
    relative = path.relative_to(SRC / "homeport")
    if any(name.startswith("homeport.runtime") for name in names):
        yield "imports homeport.runtime: only the entry points do"
    if relative.parts[0] not in JOBS or relative.as_posix() in DRIVERS:
        return
    if tops & IMPURE:
        yield f"imports {sorted(tops & IMPURE)}: a decision has no clock, chance or effects"
    if any(
        isinstance(node, ast.AsyncFunctionDef | ast.Await) for node in ast.walk(ast.parse(path.read_text()))
    ):
        yield "awaits: a decision does not; a driver is listed in tools/house_rules.py"


def _lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def too_long() -> Iterator[str]:
    """Modules of any folder beyond the limit."""
    for folder in ("src", "clients", "local", "tools", "tests", "benchmarks"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if _lines(path) > LONGEST_MODULE:
                yield f"{path.relative_to(ROOT)}: {_lines(path)} lines, at most {LONGEST_MODULE}"


def main() -> int:
    """Print every breach."""
    found = [
        f"src/{path.relative_to(SRC)}: {fault}"
        for path in sorted(SRC.rglob("*.py"))
        for fault in breaches(path)
    ]
    found += too_long()
    if missing := [name for name in sorted(DRIVERS) if not (SRC / "homeport" / name).exists()]:
        found.append(f"tools/house_rules.py lists drivers that are not there: {missing}")
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
