"""What is shipped, compiled by the Python that runs the tests, and imported in the place of `src/`."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib import import_module
from pathlib import Path
from types import ModuleType
from unittest.mock import MagicMock

from tools.ship import pack
from tools.ship.build import shipped

SRC = Path(__file__).parents[2] / "src"
LOADER = Path(pack.__file__).with_name("loader.py")
_TOPS = {"homeport", "momento_http_shim", "routes"}
_OF_PYODIDE = ("js", "pyodide", "pyodide.ffi", "workers")


def modules_of(entry: str) -> dict[str, str]:
    """The Python that is shipped beside an entry point, by its paths."""
    return {path: text for path, text in shipped(SRC, entry).items() if path.endswith(".py")}


def dotted(path: str) -> str:
    """A module's name."""
    return path.removesuffix(".py").removesuffix("/__init__").replace("/", ".")


def lay_out(folder: Path, packed: bytes) -> None:
    """What goes up, in a folder."""
    (folder / "homeport").mkdir(parents=True)
    (folder / "homeport" / "__init__.py").write_bytes(LOADER.read_bytes())
    (folder / "homeport" / "modules.bin").write_bytes(packed)


@contextmanager
def imported(folder: Path, texts: Mapping[str, str]) -> Iterator[dict[str, ModuleType]]:
    """The modules of some paths, by their paths; `src/` is there again afterwards."""
    lay_out(folder, pack.pack(texts, standard=()))
    with in_the_place_of_src(folder):
        yield {path: import_module(dotted(path)) for path in texts}


@contextmanager
def in_the_place_of_src(folder: Path) -> Iterator[None]:
    """Imports come from a folder; what only Pyodide has is not called."""
    before, finders = dict(sys.modules), list(sys.meta_path)
    for name in [name for name in before if name.partition(".")[0] in _TOPS]:
        del sys.modules[name]
    sys.modules.update({name: MagicMock() for name in _OF_PYODIDE})
    sys.path.insert(0, str(folder))
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        sys.meta_path[:] = finders
        for name in sys.modules.keys() - before.keys():
            if name.partition(".")[0] in {*_TOPS, *_OF_PYODIDE}:
                del sys.modules[name]
        sys.modules.update(before)
        gc.unfreeze()
