"""Which resources a write changes. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from homeport.messages import NO_FIELDS
from homeport.reading.key import Resource, resource, target_of
from homeport.routing import Match, Routes


@dataclass(frozen=True, slots=True)
class Site:
    """What keys and resources follow from: the origin's base URL, without a final slash, and the routes."""

    origin: str
    routes: Routes

    def changed(self, match: Match, target: str) -> tuple[Resource, ...]:
        """The written resource first, then the same without its query, then those its route says it invalidates.

        Then the lists that it stands in, and what their routes invalidate; one that varies has no key to be known by.
        """
        target = target_of(target, match.route)
        path, query, _ = target.partition("?")
        others = [path, *match.invalidated] if query else [*match.invalidated]
        for at, listing in self.routes.listings(path):
            others += listing.invalidated if listing.route.vary else (at, *listing.invalidated)
        return tuple(resource(self.origin, each) for each in dict.fromkeys((target, *others)))

    def lists(self, target: str) -> tuple[Resource, ...]:
        """The lists that a resource stands in, without their queries."""
        return tuple(resource(self.origin, at) for at, _ in self.routes.listings(target.partition("?")[0]))

    def named(self, locations: Sequence[str], target: str, host: str) -> tuple[Resource, ...]:
        """The resources that an answer's Location and Content-Location name, of those that are cached here.

        Of this site only, by the origin's base URL or the visitor's host: nobody invalidates another's (RFC 9111
        section 4.4).
        """
        found = (self._path_of(location, target, host) for location in locations)
        targets = (each for each in found if each is not None)
        matched = ((each, self.routes.match(each.partition("?")[0])) for each in targets)
        return tuple(
            resource(self.origin, target_of(each, match.route))
            for each, match in matched
            if match is not None and not match.route.vary
        )

    def _path_of(self, location: str, target: str, host: str) -> str | None:
        location = location.partition("#")[0]
        for base in (self.origin, f"https://{host}", f"http://{host}"):
            if location.startswith(f"{base}/"):
                return location.removeprefix(base)
        if "//" in location or location.startswith("?"):
            return None
        if location.startswith("/"):
            return location
        return target.partition("?")[0].rpartition("/")[0] + "/" + location

    def changed_by(self, key: str, target: str) -> tuple[Resource, ...]:
        """The same for a write that was accepted under `key`: origin and routes may have been changed since."""
        match = self.routes.match(target.partition("?")[0])
        found = self.changed(match, target) if match else ()
        own = next((each for each in found if each.key == key), Resource(key, target, NO_FIELDS))
        return (own, *(each for each in found if each.key != key))
