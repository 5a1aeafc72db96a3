"""What is made of small trees for a worker."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from textwrap import dedent

from tools.ship.build import shipped, write


def tree(folder: Path, **files: str) -> Path:
    """A `src/` of its own; `homeport__a` is the module homeport/a.py."""
    files = {"routes": "", "homeport____init__": "", **files}
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/', 1)}.py"
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_text(dedent(content))
    return folder


def test_what_nobody_names_stays_behind(tmp_path: Path) -> None:
    a = '''
    """Text."""
    from __future__ import annotations
    import json
    import re
    from homeport.b import c, d
    def used(x: int) -> None:
        """Says so."""
        return json.dumps(x), c
    def unused():
        return re.compile(d)
    '''
    src = tree(tmp_path, entry="from homeport.a import used", homeport__a=a, homeport__b="c = 1\nd = 2\n")
    files = shipped(src, "entry")
    assert files["homeport/a.py"].split("\n") == [
        *[""] * 3,
        "import json",
        "",
        "from homeport.b import c",
        "def used(x):",
        "",
        " return (json.dumps(x), c)",
        "",
    ]
    assert files["homeport/b.py"] == "c = 1\n"
    assert "entry.py" not in files  # wrangler adds the entry point itself


def test_methods_are_shipped_where_their_name_stands_anywhere(tmp_path: Path) -> None:
    a = """
    class A:
        def __len__(self): return 0
        def one(self): return self.two()
        def two(self): return 2
        def three(self): return 3
    """
    src = tree(tmp_path, entry="from homeport.a import A\nA().one()", homeport__a=a)
    code = shipped(src, "entry")["homeport/a.py"]
    assert [name for name in ("__len__", "one", "two", "three") if f"def {name}(" in code] == [
        "__len__",
        "one",
        "two",
    ]


def test_the_users_modules_are_shipped_as_they_are_with_all_that_they_import(tmp_path: Path) -> None:
    routes = '"""Mine."""\nimport homeport.a\nfrom shop import prices  # mine too\n\nX: int = prices.Y\n'
    src = tree(
        tmp_path,
        entry="",
        routes=routes,
        homeport__a="A = 1\nB = 2\n",
        shop____init__="",
        shop__prices="Y = 1",
        other="Z = 1",
    )
    assert shipped(src, "entry") == {
        "homeport/__init__.py": "\n",
        "homeport/a.py": "A = 1\nB = 2\n",
        "routes.py": routes,
        "shop/__init__.py": "",
        "shop/prices.py": "Y = 1",
    }


def test_a_users_module_that_cannot_be_read_is_left_to_the_worker_to_complain_of(tmp_path: Path) -> None:
    assert shipped(tree(tmp_path, entry="", routes="ROUTES = ("), "entry")["routes.py"] == "ROUTES = ("


def test_what_a_type_checker_is_told_will_come_is_shipped(tmp_path: Path) -> None:
    a = """
    from typing import TYPE_CHECKING
    if TYPE_CHECKING:
        from homeport import b
    else:
        b = later("b")
    def f(): return b.used()
    """
    src = tree(
        tmp_path,
        entry="from homeport.a import f",
        homeport__a=a,
        homeport__b="def used(): pass\ndef unused(): pass",
    )
    files = shipped(src, "entry")
    assert files["homeport/b.py"] == "def used():pass\n"
    assert "TYPE_CHECKING" not in files["homeport/a.py"]


def test_fields_keep_that_they_are_fields(tmp_path: Path) -> None:
    a = """
    from dataclasses import dataclass
    from typing import ClassVar, NamedTuple
    @dataclass
    class A:
        x: int
        y: str = ""
        z: ClassVar[int] = 1
    class B(NamedTuple):
        x: int = 3
    class C:
        x: int
    """
    src = tree(tmp_path, entry="from homeport.a import A, B, C", homeport__a=a)
    namespace: dict[str, object] = {}
    exec(shipped(src, "entry")["homeport/a.py"], namespace)  # noqa: S102 - ours
    made = namespace["A"](1, "b"), namespace["B"]()  # type: ignore[operator]
    assert [str(each) for each in made] == ["A(x=1, y='b')", "B(x=3)"]


def test_a_folder_is_made_to_hold_just_the_files(tmp_path: Path) -> None:
    write({"a.py": b"1", "b/c.py": b"2"}, tmp_path)
    untouched = (tmp_path / "a.py").stat().st_mtime_ns
    write({"a.py": b"1", "d.py": b"3"}, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.rglob("*.py")} == {"a.py": "1", "d.py": "3"}
    assert (tmp_path / "a.py").stat().st_mtime_ns == untouched


def test_what_is_shipped_does_not_depend_on_the_machines_language(tmp_path: Path) -> None:
    """Sources are UTF-8 (PEP 3120); Python reads and writes text as its locale has it, where nothing else is said."""
    src = tree(tmp_path / "src", entry="from homeport.a import used", homeport__a="def used(): return '●'\n")
    script = (
        "import sys, pathlib; from tools.ship.build import shipped, write\n"
        "files = shipped(pathlib.Path(sys.argv[1]), 'entry')\n"
        "write({path: text.encode() for path, text in files.items()}, pathlib.Path(sys.argv[2]))"
    )
    python = (sys.executable, "-X", "warn_default_encoding", "-W", "error::EncodingWarning")
    for _ in range(2):  # the second time it compares
        subprocess.run((*python, "-c", script, str(src), str(tmp_path / "build")), check=True)
    made = (tmp_path / "build" / "homeport" / "a.py").read_bytes()
    assert made == "def used():return '●'\n".encode()


def test_what_a_module_has_of_javascript_goes_along(tmp_path: Path) -> None:
    src = tree(tmp_path, entry="import homeport.a", homeport__a="x = 1\n", homeport__b="")
    for name in ("a", "b"):
        (src / "homeport" / f"{name}.js").write_text("export {};\n")
    files = shipped(src, "entry")
    assert files["homeport/a.js"] == "export {};\n"
    assert "homeport/b.js" not in files
