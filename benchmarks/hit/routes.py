"""The routes of the workers that are measured."""

from homeport.routing import Route, Routes

ROUTES = Routes(Route("/hit/{id}", ttl=86_400), Route("/items/{id}", ttl=86_400, write_behind=("PUT",)))
