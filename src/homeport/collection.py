"""Collections: which list a resource stands in, and as what, by a route's `collection_of`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from .route_faults import PARAMETER

if TYPE_CHECKING:
    from .routing import Route


@dataclass(frozen=True, slots=True)
class Collection:
    """A route of lists, and what the paths of their items look like."""

    route: Route
    items: re.Pattern[str]

    def listing(self, path: str) -> tuple[str, tuple[tuple[str, str], ...]] | None:
        """The path, without query, of the list that an item stands in, and what its parameters stand for."""
        if (found := self.items.fullmatch(path)) is None:
            return None
        values = found.groupdict()
        own = tuple((name, values[name]) for name, _ in PARAMETER.findall(self.route.path))
        return filled(self.route.path, values), own

    def value(self, path: str) -> str | None:
        """What the one parameter that the list's own path has not stands for in an item's path."""
        found = self.items.fullmatch(path)
        return found[self._parameter] if found else None

    def item(self, parameters: tuple[tuple[str, str], ...], value: str) -> str:
        """The path of the item of that value in the list of these parameters."""
        return filled(self.route.collection_of, {**dict(parameters), self._parameter: value})

    @property
    def _parameter(self) -> str:
        own = {name for name, _ in PARAMETER.findall(self.route.path)}
        return next(name for name in self.items.groupindex if name not in own)


def filled(template: str, values: dict[str, str]) -> str:
    """A template of paths with its parameters' values."""
    return PARAMETER.sub(lambda name: values[name.group(1)], template)
