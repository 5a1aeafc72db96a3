"""What is made of `src/` for a worker: the real tree against its source, and small trees of their own."""

from __future__ import annotations

import ast
from itertools import zip_longest
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tools.ship import later
from tools.ship.build import shipped, write
from tools.ship.layout import compact, text
from tools.ship.module import parse

SRC = Path(__file__).parents[2] / "src"
ENTRIES = ("entry", "entry_sync")
OWN = [
    path for package in ("homeport", "momento_http_shim") for path in sorted((SRC / package).rglob("*.py"))
]


def definitions(source: str) -> dict[str, ast.stmt]:
    """Functions and methods by their qualified names."""
    found: dict[str, ast.stmt] = {}
    for node in ast.parse(source).body:
        for each in [node, *(node.body if isinstance(node, ast.ClassDef) else ())]:
            if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef):
                found[f"{node.name}.{each.name}" if isinstance(node, ast.ClassDef) else each.name] = each
    return found


class Without(ast.NodeTransformer):
    """Takes out what is not to be compared, as the tests see it."""

    def visit_arg(self, node: ast.arg) -> ast.AST:
        return ast.copy_location(ast.arg(node.arg), node)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST | None:
        return (
            ast.copy_location(ast.Assign([node.target], self.visit(node.value)), node) if node.value else None
        )

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        return None if isinstance(node.value, ast.Constant) else self.generic_visit(node)

    def visit_Pass(self, _node: ast.Pass) -> None:
        return None

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if hasattr(node, "returns"):
            node.returns = None
        return super().generic_visit(node)


class AtOnce(ast.NodeTransformer):
    """What waits until it is asked for, as if it did not."""

    def visit_Attribute(self, node: ast.Attribute) -> ast.AST:
        if isinstance(node.value, ast.Name) and node.value.id.startswith("_homeport_"):
            return ast.copy_location(ast.Name(node.attr, node.ctx), node)
        return self.generic_visit(node)


def differences(one: ast.AST, other: ast.AST) -> list[str]:
    """Where two functions differ but for the names of their locals, which must change one to one."""
    there: dict[str, str] = {}
    back: dict[str, str] = {}
    found = []
    a: Any
    b: Any
    for a, b in zip_longest(ast.walk(Without().visit(one)), ast.walk(AtOnce().visit(Without().visit(other)))):
        if type(a) is not type(b):
            return [f"{a} {b}"]
        if isinstance(a, ast.stmt) and a.lineno != b.lineno:
            found.append(f"line {a.lineno} is {b.lineno}")
        for place, value in ast.iter_fields(a):
            if not isinstance(value, str):
                continue
            now = getattr(b, place)
            local = (type(a), place) in RENAMED
            if (
                (there.setdefault(value, now) != now or back.setdefault(now, value) != value)
                if local
                else value != now
            ):
                found.append(f"line {a.lineno}: {value} is {now}")
    return found


RENAMED = {
    (ast.Name, "id"),
    (ast.arg, "arg"),
    (ast.ExceptHandler, "name"),
    (ast.MatchAs, "name"),
    (ast.MatchStar, "name"),
    (ast.MatchMapping, "rest"),
}


@pytest.mark.parametrize("entry", ENTRIES)
def test_every_shipped_function_is_the_sources_line_by_line_but_for_its_locals_names(entry: str) -> None:
    compared = 0
    files = shipped(SRC, entry)
    assert files.pop(later.FILE) == later.TEXT
    for path, content in files.items():
        source = definitions((SRC / path).read_text())
        for name, built in definitions(content).items():
            assert not differences(source[name], built), f"{path} {name}"
            compared += 1
    assert compared > 500


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(SRC)))
def test_the_layout_says_what_the_statements_say_on_the_same_lines(path: Path) -> None:
    body = parse(SRC, path).body
    again = ast.parse(text(body)).body
    assert [ast.dump(node) for node in again] == [
        ast.dump(each) for node in body for each in _as_parsed(node)
    ]
    assert [node.lineno for node in again] == [node.lineno for node in body]


def _as_parsed(node: ast.stmt) -> list[ast.stmt]:
    return ast.parse(ast.unparse(node)).body


@pytest.mark.parametrize("entry", ENTRIES)
def test_no_global_name_of_a_shipped_module_is_missing(entry: str) -> None:
    files = shipped(SRC, entry)
    del files[later.FILE]
    for path, content in files.items():
        before, after = (_unbound((SRC / path).read_text()), _unbound(content))
        assert {name for name in after if not name.startswith("_homeport_")} <= before, path


def _unbound(source: str) -> set[str]:
    """Names that are read somewhere and bound nowhere in a module: Python's own."""
    nodes = list(ast.walk(ast.parse(source)))
    bound = {node.id for node in nodes if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)}
    bound |= {node.arg for node in nodes if isinstance(node, ast.arg)}
    bound |= {getattr(node, "name", None) or "" for node in nodes}
    bound |= {
        alias.asname or alias.name.partition(".")[0]
        for node in nodes
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    return {node.id for node in nodes if isinstance(node, ast.Name)} - bound


def tree(folder: Path, **files: str) -> Path:
    """A `src/` of its own; `homeport__a` is the module homeport/a.py."""
    files = {"routes": "", "homeport____init__": "", **files}
    for name, content in files.items():
        path = folder / f"{name.replace('__', '/', 1)}.py"
        path.parent.mkdir(exist_ok=True)
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
        "def used(a):",
        "",
        " return(json.dumps(a),c)",
        "",
    ]
    assert files["homeport/b.py"] == "c=1\n"
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


def test_parameters_that_a_call_names_keep_their_names(tmp_path: Path) -> None:
    a = """
    def f(named, other, handed, *, always=0): return named + other + handed + always
    def g(named): return named
    def through(function, **more): return function(1, 2, **more)
    """
    entry = "from homeport.a import f, g, through\nf(other=1, named=1, handed=1)\ng(1)\nthrough(f, handed=2)"
    code = shipped(tree(tmp_path, entry=entry, homeport__a=a), "entry")["homeport/a.py"].split("\n")
    assert code[1] == "def f(named,other,handed,*,always=0):return named+other+handed+always"
    assert code[2] == "def g(a):return a"


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
        "homeport/a.py": "A=1\nB=2\n",
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


def test_what_a_hit_does_not_need_waits_unless_it_is_needed_at_once(tmp_path: Path) -> None:
    a = """
    from homeport.writing import c
    from homeport.writing.b import Base, used, shadowed
    class A(Base):
        def f(self, shadowed):
            return used(shadowed), c.z
    """
    src = tree(tmp_path, entry="from homeport.a import A\nA().f(1)", homeport__a=a)
    (src / "homeport" / "writing").mkdir()
    b = "class Base: pass\ndef used(x): return x + 1\ndef shadowed(): pass\n"
    for name, content in (("__init__", ""), ("b", b), ("c", "z = 1")):
        (src / "homeport" / "writing" / f"{name}.py").write_text(content)
    files = shipped(src, "entry")
    lines = [line for line in files["homeport/a.py"].split("\n") if line]
    assert lines == [
        "from homeport.later import Later;c=Later('homeport.writing.c')",
        "_homeport_writing_b=Later('homeport.writing.b');from homeport.writing.b import Base",
        "class A(Base):",
        " def f(b,a):",
        "  return(_homeport_writing_b.used(a),c.z)",
    ]


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


@pytest.mark.parametrize(
    ("code", "short"),
    [
        ("return a if b else (1, 'x')", "return a if b else(1,'x')"),
        ("x = 1 if f'{a + 1!r:>{b}} c' in d else 2", "x=1 if f'{a + 1!r:>{b}} c'in d else 2"),
        ("a = not b and b'' or r'\\d'", "a=not b and b''or'\\\\d'"),
        ("f(*a, **b)", "f(*a,**b)"),
        ("x: 0 = 1", "x:0 =1"),
    ],
)
def test_only_spaces_that_python_needs_are_kept(code: str, short: str) -> None:
    tree = ast.parse(code if not code.startswith("return") else f"def f():\n {code}")
    statement = tree.body[0].body[0] if isinstance(tree.body[0], ast.FunctionDef) else tree.body[0]
    assert compact(ast.unparse(statement)) == short


def test_a_folder_is_made_to_hold_just_the_files(tmp_path: Path) -> None:
    write({"a.py": "1", "b/c.py": "2"}, tmp_path)
    untouched = (tmp_path / "a.py").stat().st_mtime_ns
    write({"a.py": "1", "d.py": "3"}, tmp_path)
    assert {path.name: path.read_text() for path in tmp_path.rglob("*.py")} == {"a.py": "1", "d.py": "3"}
    assert (tmp_path / "a.py").stat().st_mtime_ns == untouched
