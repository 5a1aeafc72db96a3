"""Dataclasses written out: plain classes with `__slots__` and `__init__`, and what `record.py` gives them all.

A dataclass of a form that is not known here stays what it is.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from .module import Module
from .reach import bound

_KINDS = {"dataclass(frozen=True, slots=True)": "FrozenRecord", "dataclass(slots=True)": "MutableRecord"}
_OPTIONS = {"default", "default_factory", "repr", "compare"}
_OF_RECORD = {"FrozenRecord", "MutableRecord", "UNGIVEN"}
_OURS = _OF_RECORD | {"self", "record_compared", "record_unshown"}
_MADE = {
    f"__{name}__" for name in ["init", "post_init", "eq", "hash", "repr", "replace", "setattr", "delattr"]
}


@dataclass(slots=True)
class _Field:
    name: str
    default: ast.expr | None = None
    factory: ast.expr | None = None
    shown: bool = True
    compared: bool = True


@dataclass(slots=True)
class Written:
    """A dataclass as it is to be: what it inherits from, and all its fields, with those of its base first."""

    kind: str
    based: bool
    fields: list[_Field] = field(default_factory=list)
    own: list[_Field] = field(default_factory=list)


class Records:
    """The dataclasses of some modules, of those forms that are known here."""

    def __init__(self, modules: Mapping[str, Module], reached: Iterable[Module]) -> None:
        self._modules = modules
        self.written: dict[int, Written] = {}
        """By the identity of a class's node."""
        for module in reached:
            for node in module.body:
                if isinstance(node, ast.ClassDef) and (found := self._understood(module, node)):
                    self.written[id(node)] = found

    def _understood(self, module: Module, node: ast.ClassDef) -> Written | None:
        """What a class becomes; None for what is no dataclass, or none of a form that is known here."""
        kind = _KINDS.get(" ".join(ast.unparse(each) for each in node.decorator_list))
        if kind is None or len(node.bases) > 1 or not _has_room(module, node):
            return None
        written = Written(kind, bool(node.bases))
        for base in node.bases:
            found = self._class(module, ast.unparse(base))
            of_base = self._understood(*found) if found else None
            if of_base is None or of_base.kind != kind:
                return None
            written.fields += of_base.fields
        for each in node.body:
            if isinstance(each, ast.AnnAssign):
                one = _field(each)
                if one is None or one.name in {other.name for other in written.fields}:
                    return None
                written.fields.append(one)
                written.own.append(one)
        return written if _is_plain(written, module, node) else None

    def _class(self, module: Module, name: str) -> tuple[Module, ast.ClassDef] | None:
        for node in module.body:
            if isinstance(node, ast.ClassDef) and node.name == name:
                return module, node
            if isinstance(node, ast.ImportFrom) and name in bound(node):
                source = self._modules.get(module.source(node))
                return self._class(source, name) if source else None
        return None

    def write_out(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """A module's statements: its dataclasses written out, and no more of `dataclasses` than is left in use."""
        for node in body:
            if isinstance(node, ast.ClassDef) and id(node) in self.written:
                _write_out(node, self.written[id(node)])
        return list(_with_imports(body))


def _has_room(module: Module, node: ast.ClassDef) -> bool:
    """Whether two lines are free for what is new."""
    rest = [each for each in node.body if not isinstance(each, ast.AnnAssign | ast.Pass)]
    after = module.body[module.body.index(node) + 1 :]
    starts = (
        min(one.lineno for one in (each, *getattr(each, "decorator_list", ())))
        for each in (*rest[:1], *after[:1])
    )
    return all(line > node.lineno + 2 for line in starts)


def _field(node: ast.AnnAssign) -> _Field | None:
    if not (isinstance(node.target, ast.Name) and isinstance(node.annotation, ast.Constant)):
        return None  # a ClassVar
    name, value = node.target.id, node.value
    if not (isinstance(value, ast.Call) and ast.unparse(value.func) == "field"):
        return _Field(name, value)
    given = {each.arg: each.value for each in value.keywords}
    if value.args or not given.keys() <= _OPTIONS:
        return None
    shown, compared = (
        ast.unparse(given[key]) != "False" if key in given else True for key in ("repr", "compare")
    )
    return _Field(name, given.get("default"), given.get("default_factory"), shown, compared)


def _is_plain(written: Written, module: Module, node: ast.ClassDef) -> bool:
    """Whether names mean the same in `__init__` as they do in the class, and nothing is in the way of ours."""
    fields = {each.name for each in written.fields}
    makers = [made for each in written.fields for made in (each.default, each.factory) if made is not None]
    read = {name.id for made in makers for name in ast.walk(made) if isinstance(name, ast.Name)}
    taken = fields | {name for each in node.body for name in bound(each)}
    return (
        not read & (taken | _OURS)
        and not taken & (_OURS | _MADE)
        and not _OF_RECORD.intersection(name for each in module.body for name in bound(each))
        and not any(name.startswith("__") for name in fields)  # the class's name would be put before it
    )


def _write_out(node: ast.ClassDef, written: Written) -> None:
    """Change a dataclass in place. What is new stands on the two lines below its first: they are empty, or fields'."""
    node.decorator_list = []
    if not written.based:
        node.bases = [ast.Name(written.kind)]
    rest = [each for each in node.body if not isinstance(each, ast.AnnAssign | ast.Pass)]
    fields = written.fields
    slots = {"__slots__": [each.name for each in written.own]}
    if written.own:
        slots["__match_args__"] = [each.name for each in fields]
        slots["record_unshown"] = [each.name for each in fields if not each.shown]
        if not all(each.compared for each in fields):
            slots["record_compared"] = [each.name for each in fields if each.compared]
    made: list[ast.stmt] = [
        ast.Assign([ast.Name(name)], _texts(names))
        for name, names in slots.items()
        if names or name != "record_unshown"
    ]
    if written.own:
        made.append(_init(written))
    for each in made:
        for inside in ast.walk(each):
            inside.lineno = node.lineno + (2 if isinstance(each, ast.FunctionDef) else 1)  # type: ignore[attr-defined]
    node.body = [*made, *rest]


def _texts(names: Sequence[str]) -> ast.expr:
    return ast.Tuple([ast.Constant(name) for name in names], ast.Load())


def _init(written: Written) -> ast.FunctionDef:
    arguments = ", ".join(_parameter(each) for each in written.fields)
    body = "\n".join(f" {line}" for line in _assignments(written))
    (made,) = ast.parse(f"def __init__(self, {arguments}):\n{body}").body
    assert isinstance(made, ast.FunctionDef)  # noqa: S101 - it says `def`
    return made


def _parameter(one: _Field) -> str:
    if one.factory is not None:
        return f"{one.name}=UNGIVEN"
    return one.name if one.default is None else f"{one.name}={ast.unparse(one.default)}"


def _assignments(written: Written) -> Iterator[str]:
    for one in written.fields:
        value = one.name
        if isinstance(one.factory, ast.Lambda):
            value = f"({ast.unparse(one.factory.body)}) if {one.name} is UNGIVEN else {one.name}"
        elif one.factory is not None:
            value = f"{ast.unparse(one.factory)}() if {one.name} is UNGIVEN else {one.name}"
        yield f"self.{one.name} = {value}"


def _with_imports(body: Sequence[ast.stmt]) -> Iterator[ast.stmt]:
    used = {each.id for node in body for each in ast.walk(node) if isinstance(each, ast.Name)}
    for node in body:
        if not (isinstance(node, ast.ImportFrom) and node.module == "dataclasses"):
            yield node
            continue
        left = [each for each in node.names if (each.asname or each.name) in used]
        ours = [ast.alias(name) for name in sorted(used & _OF_RECORD)]
        ours += [each for each in left if each.name == "replace"]
        node.names = [each for each in left if each.name != "replace"]
        if ours:
            yield ast.copy_location(ast.ImportFrom("homeport.record", ours, 0), node)
        if node.names:
            yield node
