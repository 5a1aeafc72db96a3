"""A dataclass that is written out is what `dataclasses` makes of it: every one that is shipped is compared."""

from __future__ import annotations

import copy
import dataclasses
import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from tools.ship.build import shipped

from .shipped_rig import dotted, imported, modules_of


@dataclass
class Pair:
    """A class of `src/`, and what is shipped of it."""

    real: Any
    written: Any

    def both(self, **given: object) -> tuple[Any, Any]:
        return self.real(**given), self.written(**given)

    @property
    def fields(self) -> tuple[dataclasses.Field[Any], ...]:
        return dataclasses.fields(self.real)

    @property
    def values(self) -> dict[str, str]:
        return {each.name: f"{each.name}'s" for each in self.fields}


@pytest.fixture(scope="module", params=["entry", "entry_sync"])
def pairs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Pair]]:
    texts = modules_of(request.param)
    real = {
        path: import_module(dotted(path))
        for path in texts
        if path.startswith(("homeport", "momento")) and "runtime" not in path and path != "homeport/record.py"
    }
    with imported(tmp_path_factory.mktemp("shipped"), texts) as modules:
        yield [
            Pair(cls, getattr(modules[path], name))
            for path, module in real.items()
            for name, cls in vars(module).items()
            if isinstance(cls, type)
            and dataclasses.is_dataclass(cls)
            and cls.__module__ == module.__name__
            and hasattr(modules[path], name)
        ]


@pytest.mark.parametrize("entry", ["entry", "entry_sync"])
def test_dataclasses_makes_no_shipped_class(entry: str) -> None:
    assert [path for path, text in modules_of(entry).items() if "@dataclass" in text] == []


def test_many_classes_are_compared(pairs: list[Pair]) -> None:
    assert len(pairs) > 50


def test_they_are_made_in_the_same_way(pairs: list[Pair]) -> None:
    for pair in pairs:
        real, written = (inspect.signature(cls).parameters.values() for cls in (pair.real, pair.written))
        assert [(each.name, each.kind, each.default is each.empty) for each in written] == [
            (each.name, each.kind, each.default is each.empty) for each in real
        ], pair


def test_their_defaults_are_the_same(pairs: list[Pair]) -> None:
    for pair in pairs:
        needed = {
            each.name: "given"
            for each in pair.fields
            if each.default is dataclasses.MISSING and each.default_factory is dataclasses.MISSING
        }
        real, written = pair.both(**needed)
        again = pair.written(**needed)
        for each in pair.fields:
            one, other = getattr(real, each.name), getattr(written, each.name)
            assert repr(one).partition(" at 0x")[0] == repr(other).partition(" at 0x")[0], pair
            if each.default_factory is not dataclasses.MISSING:
                assert other is not getattr(again, each.name), pair


def test_they_hold_the_same_and_say_the_same(pairs: list[Pair]) -> None:
    for pair in pairs:
        real, written = pair.both(**pair.values)
        assert [getattr(written, name) for name in pair.values] == [*pair.values.values()]
        assert repr(written) == repr(real)
        assert pair.written.__match_args__ == pair.real.__match_args__
        assert not hasattr(written, "__dict__")


def test_they_are_equal_where_the_real_ones_are_and_hash_alike(pairs: list[Pair]) -> None:
    for pair in pairs:
        real, written = pair.both(**pair.values)
        assert written == pair.written(**pair.values)
        assert written != tuple(pair.values.values())
        assert (pair.written.__hash__ is None) == (pair.real.__hash__ is None)
        for name in pair.values:
            changed, changed_too = pair.both(**{**pair.values, name: "another"})
            assert (written == changed_too) == (real == changed), f"{pair} {name}"
            if pair.real.__hash__:
                assert (hash(written) == hash(changed_too)) == (hash(real) == hash(changed)), f"{pair} {name}"


def test_they_have_their_fields_and_room_for_no_other(pairs: list[Pair]) -> None:
    """That nobody assigns to a frozen one is for types, and for tests of what stands in src/."""
    for pair in pairs:
        written = pair.written(**pair.values)
        for name in pair.values:
            setattr(written, name, "another")
            assert getattr(written, name) == "another"
        with pytest.raises(AttributeError):
            written.no_field = 1


def test_they_are_replaced_copied_and_told_as_the_real_ones_are(pairs: list[Pair]) -> None:
    for pair in pairs:
        real, written = pair.both(**pair.values)
        for name in pair.values:
            wanted = {**pair.values, name: "another"}
            for replaced in (
                written.__replace__(**{name: "another"}),
                dataclasses.replace(written, **{name: "another"}),
            ):
                assert {each: getattr(replaced, each) for each in wanted} == wanted
        with pytest.raises(TypeError):
            written.__replace__(no_field=1)
        assert copy.copy(written) == copy.deepcopy(written) == written
        assert dataclasses.asdict(written) == dataclasses.asdict(real)
        assert [(each.name, each.repr, each.compare) for each in dataclasses.fields(written)] == [
            (each.name, each.repr, each.compare) for each in pair.fields
        ]


UNKNOWN = {
    "a class of other options": "@dataclass(frozen=True)\nclass A:\n    x: int\n",
    "an __init__ of its own": "@dataclass(slots=True)\nclass A:\n    x: int\n\n    def __post_init__(self): pass\n",
    "a class variable": "@dataclass(slots=True)\nclass A:\n    x: int\n    y: ClassVar[int] = 1\n",
    "a field of other options": "@dataclass(slots=True)\nclass A:\n    x: int = field(kw_only=True)\n",
    "a default that the class makes": "@dataclass(slots=True)\nclass A:\n    y: int = 1\n    x: int = f(y)\n",
    "a base that is not known": "@dataclass(slots=True)\nclass A(Exception):\n    x: int\n",
    "no room for what is new": "@dataclass(slots=True)\nclass A:\n    x: int\n    y = 1\n",
    "a module that has names of ours": "@dataclass(slots=True)\nclass A:\n    x: int\n\n\nUNGIVEN = 1\n",
}


@pytest.mark.parametrize("code", UNKNOWN.values(), ids=UNKNOWN)
def test_a_dataclass_of_another_form_stays_what_it_is(code: str, tmp_path: Path) -> None:
    (tmp_path / "homeport").mkdir()
    (tmp_path / "entry.py").write_text("from homeport.a import A, UNGIVEN\n")
    (tmp_path / "homeport" / "__init__.py").write_text("")
    (tmp_path / "homeport" / "a.py").write_text(
        "from dataclasses import dataclass, field\nfrom typing import ClassVar\nf = int\n\n\n" + code
    )
    files = shipped(tmp_path, "entry", "entry")
    assert "@dataclass" in files["homeport/a.py"]
    assert "homeport/record.py" not in files
