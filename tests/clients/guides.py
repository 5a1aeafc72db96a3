"""The guides as text: what they tell their readers to run, to name and to open."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = [*(ROOT / "docs" / "guides" / f"{name}.md" for name in ("deploy", "capacity", "cost"))]
PAGES = [*GUIDES, ROOT / "docs" / "operating.md", ROOT / "README.md"]
_FENCE = re.compile(r"^ *```(\w+)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")


@dataclass(frozen=True, slots=True)
class Command:
    """A line after `$`, by its words, each pipe's part a command of its own; and what is shown below it."""

    page: str
    words: tuple[str, ...]
    shown: str


def fenced(page: Path, language: str) -> list[str]:
    """The fenced blocks of a language."""
    return [block for kind, block in _FENCE.findall(page.read_text()) if kind == language]


def commands(page: Path, *first: str) -> Iterator[Command]:
    """The commands of a page that begin with these words."""
    for block in fenced(page, "console"):
        for part in re.split(r"^ *\$ ", block, flags=re.MULTILINE)[1:]:
            line, _, shown = part.partition("\n")
            for piece in line.split(" | "):
                words = tuple(shlex.split(piece, comments=True))
                if words[: len(first)] == first:
                    yield Command(page.name, words, shown)


def links(page: Path) -> Iterator[tuple[Path, str]]:
    """Files that a page links to, and the heading where one is named."""
    for target in _LINK.findall(page.read_text()):
        if "//" not in target:
            path, _, heading = target.partition("#")
            yield (page.parent / path).resolve() if path else page, heading


def headings(page: Path) -> set[str]:
    """A page's headings as they are linked to."""
    found = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", each.lower()).replace(" ", "-") for each in found}
