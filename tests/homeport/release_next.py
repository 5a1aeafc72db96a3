"""The next release, for tests: this source tree once more, in which every stored thing has format 2 and says more."""

from __future__ import annotations

import atexit
import importlib
import re
import shutil
import sys
import tempfile
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import homeport

NAME = "homeport_next"
STORED = (
    "entry.py",
    "draining/letter.py",
    "writing/idempotency.py",
    "writing/pressure.py",
    "writing/receipt.py",
)
"""Modules of things that carry a format."""

SHARED = ("messages", "ports", "trace")
"""Nothing in them is stored; both releases have them from one place, so that one world can talk to both."""

_NUMBERED = re.compile(r'"format": FORMAT')
_NAMED = re.compile(r'(\n *)form = members\.pop\("format"\)')


@dataclass(frozen=True, slots=True)
class Release:
    """A release, by the name of its package."""

    name: str

    def module(self, path: str) -> Any:
        """One of its modules, `draining.drain` for example."""
        return importlib.import_module(f"{self.name}.{path}")


OLD = Release("homeport")


@cache
def next_release() -> Release:
    """The next release, made and importable."""
    root = Path(tempfile.mkdtemp(prefix="homeport-next-"))
    atexit.register(shutil.rmtree, root, ignore_errors=True)
    tree = root / NAME
    shutil.copytree(
        Path(homeport.__file__).parent, tree, ignore=shutil.ignore_patterns("runtime", "__pycache__")
    )
    for path in tree.rglob("*.py"):
        text = re.sub(r"\b(from|import) homeport\b", rf"\1 {NAME}", path.read_text())
        path.write_text(_changed(text) if str(path.relative_to(tree)) in STORED else text)
    for each in SHARED:
        alias = f"import sys\nimport homeport.{each} as shared\nsys.modules[__name__] = shared\n"
        (tree / f"{each}.py").write_text(alias)
    sys.path.append(str(root))
    return Release(NAME)


def _changed(text: str) -> str:
    """Format 2, with a member more: what reads members by name passes over it, what takes all of them takes it out."""
    text, formats = re.subn(r"^FORMAT = 1$", "FORMAT = 2", text, flags=re.MULTILINE)
    text, lines = _NUMBERED.subn('"format": FORMAT, "later": ["news"]', text)
    assert (formats, lines) == (1, 1)
    return _NAMED.sub(r'\1members.pop("later", None)\1form = members.pop("format")', text)
