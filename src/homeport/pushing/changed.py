"""Which resources a write changes. Pure."""

from __future__ import annotations

from dataclasses import dataclass

from homeport.messages import NO_FIELDS
from homeport.reading.key import Resource, resource
from homeport.routing import Match, Routes


@dataclass(frozen=True, slots=True)
class Site:
    """What keys and resources follow from: the origin's base URL, without a final slash, and the routes."""

    origin: str
    routes: Routes

    def changed(self, match: Match, target: str) -> tuple[Resource, ...]:
        """The written resource first, then the same without its query, then those its route says it invalidates."""
        path, query, _ = target.partition("?")
        others = (path, *match.invalidated) if query else match.invalidated
        return (resource(self.origin, target), *(resource(self.origin, other) for other in others))

    def changed_by(self, key: str, target: str) -> tuple[Resource, ...]:
        """The same for a write that was accepted under `key`: origin and routes may have been changed since."""
        match = self.routes.match(target.partition("?")[0])
        found = self.changed(match, target) if match else ()
        own = next((each for each in found if each.key == key), Resource(key, target, NO_FIELDS))
        return (own, *(each for each in found if each.key != key))
