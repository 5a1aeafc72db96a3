"""The routes of the end-to-end test of sealed writes."""

from homeport.routing import Route, Routes

ROUTES = Routes(Route("/own/{id}", ttl=60, write_behind=("PUT",), session=("cookie:sid",)))
