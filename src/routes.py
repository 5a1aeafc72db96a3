"""What Homeport caches, and how each path may be written: the one file to edit. Vocabulary: homeport/routing.py.

These are the routes of the example origin, an items API. What no route mentions passes through to the origin.
"""

from homeport.reading.overlay import listed
from homeport.routing import Route, Routes

ROUTES = Routes(
    Route(
        "/api/items",
        ttl=5,
        write_behind=("POST",),
        collection_of="/api/items/{id}",
        overlay=listed(at="items"),
        deduplicates=True,
    ),
    Route("/api/items/{id}", ttl=60, write_behind=("PUT", "DELETE"), deduplicates=True),
)
