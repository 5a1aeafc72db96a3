"""What Homeport caches of the shop: the product page alone. Used by the workers and by the publisher."""

from homeport.routing import Route, Routes

ROUTES = Routes(Route("/"))
