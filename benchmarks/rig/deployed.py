"""A worker's modules as wrangler sends them: what tools/ship makes of src/, its entry point, the Workers SDK."""

from __future__ import annotations

import shutil
from pathlib import Path

from local.stack import node
from local.stack.process import ROOT
from tools.ship.build import shipped, write
from tools.ship.compiled import compiled

from .workerd import sources


def deployed(entry: str, routes: Path, folder: Path) -> dict[str, str]:
    """Paths by name, the entry point first, with these routes in the place of src/routes.py; laid out in `folder`."""
    source, sent = folder / "src", folder / "sent"
    shutil.copytree(ROOT / "src", source, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(routes, source / "routes.py")
    write(compiled(shipped(source, entry), node.node()), sent)
    return sources(sent, f"{entry}.py") | {f"{entry}.py": str(source / f"{entry}.py")}
