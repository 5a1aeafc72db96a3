"""The routes of the end-to-end tests: those of the example origin, and one each for what they lack."""

from homeport.reading.overlay import listed
from homeport.routing import Route, Routes

ROUTES = Routes(
    Route(
        "/api/items",
        ttl=5,
        write_behind=("POST",),
        collection_of="/api/items/{id}",
        overlay=listed(at="items"),
    ),
    Route("/api/items/open-{id}", ttl=60, write_behind=("PUT", "DELETE"), when_unreachable="origin"),
    Route("/api/items/patched-{id}", ttl=60, write_behind=("PUT", "PATCH", "DELETE")),
    Route("/api/items/tagged-{id}", ttl=60, tags=("tagged", "Group-{id}")),
    Route("/api/items/{id}", ttl=60, write_behind=("PUT", "DELETE")),
)
