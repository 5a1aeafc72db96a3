"""One cached route over everything that the suite's origin tests with; what the suite says to it passes through."""

from homeport.routing import Route, Routes

ROUTES = Routes(Route("/test/{path...}", fill="before"))
