"""Homeport, compiled: what tools/ship puts in the place of `homeport/__init__.py`. The code is in `modules.bin`."""

import gc
import marshal
import sys
import zlib
from importlib.machinery import ModuleSpec
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from types import CodeType, ModuleType


class Compiled:
    """Finds and loads what is in the file (`importlib.abc.MetaPathFinder` and `Loader`)."""

    def __init__(self, file: Path) -> None:
        head, _, packed = file.read_bytes().partition(b"\n")
        version, magic = head.decode().split()
        if magic != MAGIC_NUMBER.hex():
            raise ImportError(
                f"Homeport was compiled for Python {version}, and this is Python {sys.version.split()[0]}. Python's "
                "version follows from compatibility_date in wrangler.toml and wrangler.sync.toml: set there what "
                "Homeport came with, or pin the npm package pyodide to the version which that date selects, run "
                "`npm ci`, and deploy again"
            )
        gc.disable()
        self.modules: dict[str, CodeType] = marshal.loads(zlib.decompress(packed))  # noqa: S302 - our own
        gc.freeze()  # what there is by now stays: looking through it for garbage takes 5 ms, and would soon be done
        gc.enable()

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Where a module comes from."""
        if name not in self.modules:
            return None
        file = self.modules[name].co_filename
        return ModuleSpec(name, self, origin=file, is_package=file.endswith("__init__.py"))  # type: ignore[arg-type]

    def create_module(self, _spec: ModuleSpec) -> None:
        """As Python itself does."""

    def exec_module(self, module: ModuleType) -> None:
        """Run a module's code."""
        exec(self.modules[module.__name__], module.__dict__)  # noqa: S102 - our own


_compiled = Compiled(Path(__file__).with_name("modules.bin"))
exec(_compiled.modules.pop(__name__))  # noqa: S102
sys.meta_path.insert(0, _compiled)
