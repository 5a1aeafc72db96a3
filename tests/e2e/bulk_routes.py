"""The routes of the end-to-end test of bulks and of coalescing."""

from homeport.bulk import json_operations
from homeport.routing import Route, Routes

ROUTES = Routes(
    Route("/api/items", ttl=5),
    Route(
        "/api/items/{id}",
        ttl=60,
        write_behind=("PUT", "PATCH", "DELETE"),
        coalesce=True,
        bulk=json_operations("/api/items/bulk", most=100),
    ),
)
