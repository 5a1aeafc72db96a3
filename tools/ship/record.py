"""What is left of `dataclasses` at run time: `fields.py` writes each class's fields out, and it inherits the rest.

Shipped as `homeport.record`. `dataclasses` makes each class's methods from text, which takes Pyodide a millisecond for
each class. What it does with a class's fields from outside (`fields`, `asdict`, `replace`) works here as well.
"""

from __future__ import annotations

from operator import attrgetter
from typing import Any

UNGIVEN: Any = object()
"""The default of a field that has a default_factory."""

_compared: dict[type, Any] = {}
"""By class, what gives the values of the fields that `==` looks at."""

_told: dict[type, dict[str, Any]] = {}
"""What `dataclasses` has been told of a record's fields."""


def compared(owner: type[MutableRecord]) -> tuple[str, ...]:
    """The names of the fields that `==` looks at."""
    return owner.__match_args__ if owner.record_compared is None else owner.record_compared


_all: dict[type, Any] = {}
"""By class, what gives the values of all its fields."""


def _getter(names: tuple[str, ...]) -> Any:
    """What gives the values of some attributes, as a tuple; `attrgetter` does where there are two or more."""
    return (
        attrgetter(*names)
        if len(names) > 1
        else lambda record: tuple(getattr(record, name) for name in names)
    )


def _comparing(owner: type[MutableRecord]) -> Any:
    names = compared(owner)
    get = _compared[owner] = attrgetter(*names) if names else lambda _: ()
    return get


def replace(record: Any, /, **changes: Any) -> Any:
    """As `dataclasses.replace` does."""
    return record.__replace__(**changes)


class _Fields:
    """Of a class, made when they are asked for. What fields' defaults are is not told."""

    def __get__(self, _record: object, owner: type[MutableRecord]) -> dict[str, Any]:
        if owner not in _told:
            from dataclasses import field, make_dataclass

            told = [
                (name, object, field(repr=name not in owner.record_unshown, compare=name in compared(owner)))
                for name in owner.__match_args__
            ]
            _told[owner] = make_dataclass(owner.__name__, told).__dict__["__dataclass_fields__"]
        return _told[owner]


class MutableRecord:  # noqa: PLW1641 - what can change has no hash
    """A dataclass with slots."""

    __slots__ = ()
    __match_args__: tuple[str, ...] = ()
    __dataclass_fields__ = _Fields()
    record_compared: tuple[str, ...] | None = None
    """The fields that `==` looks at, where they are not all."""
    record_unshown: tuple[str, ...] = ()

    def __eq__(self, other: object) -> bool:
        owner = self.__class__
        if other.__class__ is not owner:
            return NotImplemented
        get = _compared.get(owner) or _comparing(owner)
        return bool(get(self) == get(other))

    def __repr__(self) -> str:
        shown = (
            f"{name}={getattr(self, name)!r}"
            for name in self.__match_args__
            if name not in self.record_unshown
        )
        return f"{type(self).__qualname__}({', '.join(shown)})"

    def __replace__(self, /, **changes: Any) -> Any:
        owner = self.__class__
        names = owner.__match_args__
        get = _all.get(owner) or _all.setdefault(owner, _getter(names))
        return owner(**(dict(zip(names, get(self), strict=True)) | changes))

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), tuple(getattr(self, name) for name in self.__match_args__)


class FrozenRecord(MutableRecord):
    """A frozen one. That nobody changes it types and tests check: to check it here took longer than all the rest."""

    __slots__ = ()

    def __hash__(self) -> int:
        owner = self.__class__
        return hash((_compared.get(owner) or _comparing(owner))(self))
