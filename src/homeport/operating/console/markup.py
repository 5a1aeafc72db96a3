"""HTML that is made of elements: whatever is not markup already is escaped. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape

VOID = frozenset(("input", "link", "meta"))
"""Elements without an end (HTML Living Standard, 13.1.2)."""


class Html(str):
    """Text that is markup."""

    __slots__ = ()


Inside = str | int | None | Iterable["Inside"]
"""What stands in an element: text, to be escaped, markup, several of them; None is nothing."""


def html(*inside: Inside) -> Html:
    """Several parts as one."""
    return Html("".join(_parts(inside)))


def _parts(inside: Inside) -> Iterable[str]:
    if inside is None:
        return
    if isinstance(inside, Html):
        yield inside
    elif isinstance(inside, str | int):
        yield escape(str(inside))
    else:
        for each in inside:
            yield from _parts(each)


def el(tag: str, /, *inside: Inside, **attributes: str | float | bool | None) -> Html:
    """An element. `class_` and `aria_label` are said without and with a hyphen.

    An attribute that is None or False is left out, one that is True has no value.
    """
    fields = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{escape(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    return Html(f"<{tag}{fields}>" + ("" if tag in VOID else f"{html(*inside)}</{tag}>"))
