"""The routes of the end-to-end tests of reading: an origin of their own answers them by a script."""

from homeport.routing import Route, Routes

ROUTES = Routes(
    Route("/before/{id}", fill="before"),
    Route("/behind/{id}", ttl=60),
    Route("/together/{id}", ttl=60, collapse=True),
)
