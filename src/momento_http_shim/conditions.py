"""The conditions under which `set_if` and `set_if_hash` write: values, compared by kind and operand.

Source: the oneof `condition` of _SetIfRequest and _SetIfHashRequest in Momento's `cacheclient.proto`.
"""

from __future__ import annotations

from typing import ClassVar

from .octets import Octets


class Condition:
    """What all conditions share: `member` is the condition's name in Momento's message."""

    __slots__ = ("operand",)
    __match_args__ = ("operand",)
    member: ClassVar[str]
    operand_field: ClassVar[str]

    def __init__(self, operand: Octets | str | None = None) -> None:
        self.operand: Octets | None = operand.encode() if isinstance(operand, str) else operand

    def message(self) -> dict[str, dict[str, Octets]]:
        """Give the condition as the fields to add to a request."""
        return {self.member: {} if self.operand is None else {self.operand_field: self.operand}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Condition) and self.member == other.member and self.operand == other.operand

    def __hash__(self) -> int:
        return hash((self.member, self.operand))

    def __repr__(self) -> str:
        # A value may be anybody's data: its size is enough to tell conditions apart in a log.
        operand = "" if self.operand is None else f"{len(self.operand)} octets"
        return f"{type(self).__name__}({operand})"


class ValueCondition(Condition):
    """A condition of `set_if`, on the present value."""

    __slots__ = ()
    operand_field = "value_to_check"


class HashCondition(Condition):
    """A condition of `set_if_hash`, on the hash that Momento gave for the present value."""

    __slots__ = ()
    operand_field = "hash_to_check"


class _Plain(ValueCondition):
    __slots__ = ()

    def __init__(self) -> None:
        super().__init__()


class _OnValue(ValueCondition):
    __slots__ = ()

    def __init__(self, value: Octets | str) -> None:
        super().__init__(value)


class _OnHash(HashCondition):
    __slots__ = ()

    def __init__(self, known_hash: bytes) -> None:
        super().__init__(known_hash)


class Absent(_Plain):
    """There is no such item."""

    __slots__ = ()
    member = "absent"


class Present(_Plain):
    """There is such an item."""

    __slots__ = ()
    member = "present"


class Equal(_OnValue):
    """There is such an item and its value is this one."""

    __slots__ = ()
    member = "equal"


class NotEqual(_OnValue):
    """There is no such item, or its value is another one."""

    __slots__ = ()
    member = "not_equal"


class PresentAndNotEqual(_OnValue):
    """There is such an item and its value is another one."""

    __slots__ = ()
    member = "present_and_not_equal"


class AbsentOrEqual(_OnValue):
    """There is no such item, or its value is this one."""

    __slots__ = ()
    member = "absent_or_equal"


class PresentAndHashEqual(_OnHash):
    """There is such an item and its hash is this one."""

    __slots__ = ()
    member = "present_and_hash_equal"


class PresentAndNotHashEqual(_OnHash):
    """There is such an item and its hash is another one."""

    __slots__ = ()
    member = "present_and_not_hash_equal"


class AbsentOrHashEqual(_OnHash):
    """There is no such item, or its hash is this one."""

    __slots__ = ()
    member = "absent_or_hash_equal"


class AbsentOrNotHashEqual(_OnHash):
    """There is no such item, or its hash is another one."""

    __slots__ = ()
    member = "absent_or_not_hash_equal"


class Unconditional(HashCondition):
    """Write in any case, and tell the new hash."""

    __slots__ = ()
    member = "unconditional"

    def __init__(self) -> None:
        super().__init__()
