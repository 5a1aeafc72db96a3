"""Routes that cannot work, each for another reason."""

from homeport.routing import Route, Routes

ROUTES = Routes(
    Route("api/items"),
    Route("/api/items/{id}", write_behind=("POST",)),
)
