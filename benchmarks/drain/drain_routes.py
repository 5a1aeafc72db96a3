"""The routes whose writes are drained: one alone, one in bulk."""

from homeport.bulk import json_operations
from homeport.routing import Route, Routes

ROUTES = Routes(
    Route("/alone/{id}", ttl=60, write_behind=("PUT",), deduplicates=True),
    Route("/bulk/{id}", ttl=60, write_behind=("PUT",), bulk=json_operations("/operations", most=100)),
)
