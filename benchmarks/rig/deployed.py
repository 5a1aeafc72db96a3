"""A worker's modules as wrangler sends them: what tools/ship makes of src/, its entry point, the Workers SDK."""

from __future__ import annotations

from pathlib import Path

from local.stack import node
from local.stack.process import ROOT
from tools.ship.build import shipped, write
from tools.ship.compiled import compiled

from .workerd import sources


def deployed(entry: str, folder: Path) -> dict[str, str]:
    """Paths by name, the entry point first; they are laid out in `folder`."""
    write(compiled(shipped(ROOT / "src", entry), node.node()), folder)
    return sources(folder, f"{entry}.py") | {f"{entry}.py": str(ROOT / "src" / f"{entry}.py")}
