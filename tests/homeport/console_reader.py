"""The console's page, read as a browser reads it."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

from homeport.operating.console.markup import VOID

Attributes = dict[str, str | None]


@dataclass
class Element:
    """An element: its own text is what no element within it says."""

    tag: str
    attributes: Attributes = field(default_factory=dict)
    inside: list[Element | str] = field(default_factory=list)

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """The elements of a tag below this one, in order, that have these attributes."""
        below = [each for each in self.inside if isinstance(each, Element)]
        found: list[Element] = []
        for each in below:
            if each.tag == tag and all(each.attributes.get(name) == value for name, value in wanted.items()):
                found.append(each)
            found += each.all(tag, **wanted)
        return found

    def one(self, tag: str, **wanted: str) -> Element:
        (found,) = self.all(tag, **wanted)
        return found

    @property
    def text(self) -> str:
        return " ".join(self.said().split())

    def said(self) -> str:
        """The same with its spaces."""
        return "".join(each if isinstance(each, str) else each.said() for each in self.inside)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open = [Element("")]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, dict(attrs))
        assert len(element.attributes) == len(attrs), f"{tag} has an attribute twice"
        self.open[-1].inside.append(element)
        if tag not in VOID:
            self.open.append(element)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop().tag == tag

    def handle_data(self, data: str) -> None:
        self.open[-1].inside.append(data)


def read(page: bytes) -> Element:
    """The page's root, every element ended where it should be."""
    reader = _Reader()
    text = page.decode()
    assert text.startswith("<!doctype html><html")
    reader.feed(text.removeprefix("<!doctype html>"))
    (root,) = reader.open
    return root


def rows(page: Element, name: str) -> list[list[str]]:
    """The texts of a table's cells, its head left out; `name` is that of the part in which it stands."""
    table = page.one("div", id=name).one("table")
    body = table.one("tbody")
    return [
        [cell.text for cell in row.inside if isinstance(cell, Element)]
        for row in body.inside
        if isinstance(row, Element)
    ]
