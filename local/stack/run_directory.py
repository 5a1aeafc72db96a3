"""A directory of its own for every run: the workers' source by links, and this run's variables and secrets.

Links, so that an edit in src/ reloads the running workers; a directory, so that two runs at once do not meet, and so
that any routes file can take the place of src/routes.py.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import time
from collections.abc import Mapping
from pathlib import Path

from .node import CACHE
from .process import ROOT

_LINKED = ("src", "python_modules", "tools/ship")
_CONFIGURATIONS = ("wrangler.toml", "wrangler.sync.toml")


def create(name: str, variables: Mapping[str, str], routes: Path | None = None) -> Path:
    """Lay out Homeport's directory; `routes` is used instead of src/routes.py."""
    links = {**linked(*_LINKED), **{name: ROOT / name for name in (*_CONFIGURATIONS, "tools/__init__.py")}}
    if routes is not None:
        links["src/routes.py"] = routes.resolve(strict=True)
    return lay_out(name, links, variables)


def linked(*folders: str) -> dict[str, Path]:
    """Every file of some of the project's folders, by its path."""
    return {
        str(source.relative_to(ROOT)): source
        for folder in folders
        for source in (ROOT / folder).rglob("*")
        if source.is_file() and "__pycache__" not in source.parts
    }


def lay_out(name: str, links: Mapping[str, Path], variables: Mapping[str, str]) -> Path:
    """Lay out the directory `.local/runs/{name}`: links by their paths in it, and the workers' variables."""
    runs = CACHE / "runs"
    runs.mkdir(parents=True, exist_ok=True)
    sweep(runs)
    run = runs / name
    shutil.rmtree(run, ignore_errors=True)
    for path, source in links.items():
        _link(run / path, source)
    secrets = run / ".dev.vars.local"
    secrets.touch(mode=0o600)
    secrets.write_text("".join(f'{key}="{value}"\n' for key, value in variables.items()))
    return run


def _link(path: Path, source: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(source)


def sweep(folder: Path, unless_younger_than: float = 0.0) -> None:
    """Remove what runs that no longer live have left, if it is so many seconds old; a name begins with its process."""
    for left in folder.iterdir():
        process = left.name.partition("-")[0]
        if not (process.isdigit() and _lives(int(process))):
            with contextlib.suppress(FileNotFoundError):  # another run may be sweeping too
                if time.time() - left.stat().st_mtime >= unless_younger_than:
                    shutil.rmtree(left, ignore_errors=True)


def _lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
