"""What is shipped is bytecode: how it is made, kept and loaded."""

from __future__ import annotations

import importlib
import os
import re
import subprocess
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from local.stack.node import on_path
from tools.ship import compiled as ship
from tools.ship.compiled import ShipError, compiled
from tools.ship.module import OWN
from tools.ship.pack import _code, pack

from .shipped_rig import SRC, dotted, imported, in_the_place_of_src, lay_out, modules_of

ROOT = SRC.parent
TEXTS = {
    "homeport/__init__.py": "VERSION = '1'\n",
    "homeport/job/__init__.py": "",
    "homeport/job/a.py": "from homeport.job import b\n\n\ndef fails():\n return b.LIST[1]\n",
    "homeport/job/b.py": "LIST = []\n",
    "momento_http_shim/__init__.py": "from . import c\n",
    "momento_http_shim/c.py": "X = 1\n",
}


@pytest.fixture
def program(tmp_path: Path) -> Iterator[dict[str, ModuleType]]:
    with imported(tmp_path, TEXTS) as modules:
        yield modules


def test_modules_and_packages_are_what_they_are_in_src(program: dict[str, ModuleType]) -> None:
    assert program["homeport/__init__.py"].VERSION == "1"
    assert program["momento_http_shim/__init__.py"].c.X == 1
    assert program["homeport/job/a.py"].b is program["homeport/job/b.py"]
    assert program["homeport/job/__init__.py"].__path__ == []
    with pytest.raises(ModuleNotFoundError, match=r"homeport\.job\.none"):
        importlib.import_module("homeport.job.none")


def test_a_traceback_names_the_source_and_its_line(program: dict[str, ModuleType]) -> None:
    with pytest.raises(IndexError) as caught:
        program["homeport/job/a.py"].fails()
    last = traceback.extract_tb(caught.value.__traceback__)[-1]
    assert (last.filename, last.name, last.lineno) == ("src/homeport/job/a.py", "fails", 5)


def test_another_python_is_told_what_to_do(tmp_path: Path) -> None:
    packed = pack(TEXTS, standard=()).partition(b"\n")[2]
    lay_out(tmp_path, b"3.99.1 00000000\n" + packed)
    with (
        in_the_place_of_src(tmp_path),
        pytest.raises(ImportError, match=r"3\.99\.1.*compatibility_date") as caught,
    ):
        importlib.import_module("homeport")
    assert sys.version.split()[0] in str(caught.value)


def test_the_standard_librarys_modules_come_along(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lay_out(tmp_path, pack(TEXTS, standard=("secrets",)))
    with in_the_place_of_src(tmp_path):
        importlib.import_module("homeport")
        monkeypatch.delitem(sys.modules, "secrets", raising=False)
        secrets = importlib.import_module("secrets")
        assert type(secrets.__loader__).__name__ == "Compiled"
        assert len(secrets.token_hex(16)) == 32


PATTERNS = r"""
import re
_TOKEN = "[a-z]+"
ONE = re.compile(r"(?P<first>x)|(y)", re.ASCII | re.IGNORECASE)
TWO = re.compile(rf"{_TOKEN}={ONE.pattern}")
NAMED = len
_TOKEN = str(NAMED("four"))
THREE = re.compile(_TOKEN)
def later(): return re.compile("z")
"""


def test_regular_expressions_are_compiled_by_the_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    real = re.compile

    def recorded(pattern: str, flags: int = 0) -> re.Pattern[str]:
        asked.append(pattern)
        return real(pattern, flags)

    lay_out(tmp_path, pack({**TEXTS, "homeport/p.py": PATTERNS}, standard=()))
    monkeypatch.setattr(re, "compile", recorded)
    with in_the_place_of_src(tmp_path):
        made = importlib.import_module("homeport.p")
    assert asked == ["4"]  # of a text that only the run tells
    assert real(r"(?P<first>x)|(y)", re.ASCII | re.IGNORECASE) == made.ONE
    assert made.ONE.fullmatch("X")["first"] == "X"
    assert real("[a-z]+=(?P<first>x)|(y)") == made.TWO
    assert made.THREE.fullmatch("4")
    assert made.later().fullmatch("z")


@pytest.mark.parametrize("entry", ["entry", "entry_sync"])
def test_a_start_compiles_no_pattern(entry: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    texts = {path: text for path, text in modules_of(entry).items() if path.partition("/")[0] in OWN}
    lay_out(tmp_path, pack(texts, standard=()))
    real = re.compile
    monkeypatch.setattr(re, "compile", lambda pattern, _flags=0: pytest.fail(pattern))
    with in_the_place_of_src(tmp_path):
        modules = [importlib.import_module(dotted(path)) for path in texts]
    patterns = [each for module in modules for each in vars(module).values() if isinstance(each, re.Pattern)]
    assert len(patterns) > 30
    assert [each for each in patterns if each != real(each.pattern, each.flags)] == []


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("PATH", on_path()["PATH"])
    monkeypatch.setattr(ship, "_KEPT", tmp_path / "kept")
    return tmp_path / "kept"


def test_pyodide_compiles_once_what_is_the_same(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    made = compiled({**TEXTS, "routes.py": "ROUTES = ("})
    assert sorted(made) == ["homeport/__init__.py", "homeport/modules.bin", "routes.py"]
    assert made["routes.py"] == b"ROUTES = ("
    assert made["homeport/modules.bin"].startswith(b"3.14.")
    monkeypatch.setenv("PATH", "")
    assert compiled(TEXTS)["homeport/modules.bin"] == made["homeport/modules.bin"]
    assert [file.read_bytes() for file in kept.iterdir()] == [made["homeport/modules.bin"]]


def test_what_cannot_be_compiled_is_told_in_few_words(kept: Path) -> None:
    with pytest.raises(ShipError, match="SyntaxError") as caught:
        compiled({"homeport/a.py": "def"})
    assert len(str(caught.value)) < 2000  # a line of Pyodide's own is a megabyte
    assert not kept.exists()


def test_of_what_was_compiled_long_ago_nothing_is_kept(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship, "_run", lambda given, _node: given)
    for number in range(20):
        compiled({"homeport/a.py": f"X = {number}"})
    assert len([*kept.iterdir()]) == 16


def test_without_pyodide_one_is_told_to_install_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ship, "_PYODIDE", tmp_path)
    with pytest.raises(ShipError, match=r"package\.json is not there: run `npm ci`"):
        compiled(TEXTS)


def test_without_node_the_command_ends_with_what_to_do(tmp_path: Path) -> None:
    for name in ("entry", "routes", "homeport/__init__", "homeport/a"):
        path = tmp_path / "src" / f"{name}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text("import homeport.a\n" if name == "entry" else f"X = {str(tmp_path)!r}\n")
    environment = {**os.environ, "PATH": "", "PYTHONPATH": str(ROOT)}
    command = (sys.executable, "-m", "tools.ship", "entry")
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert done.stderr.startswith("tools.ship: Node is not found.")
    assert not (tmp_path / "build").exists()


@pytest.mark.parametrize(
    "before",
    [
        "X = chr(97)",
        'X = "a"\nX += "b"',
        'X = "a"\nfor X in "b": pass',
        'X = "a"\nfrom os import sep as X',
        'X = "a"\ndef X(): pass',
    ],
)
def test_a_pattern_of_what_only_the_module_knows_is_left_to_it(before: str, tmp_path: Path) -> None:
    assert "_sre" not in _names_in(f'import re\n{before}\nP = re.compile(f"^{{X}}$")\n')
    assert "_sre" in _names_in('import re\nX = "a"\ndef f(): return X\nP = re.compile(f"^{X}$")\n')


def _names_in(text: str) -> tuple[str, ...]:
    return _code(text, "a.py").co_names
