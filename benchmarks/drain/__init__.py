"""How fast waiting writes reach the origin on workerd, by the queue's length and the origin's distance."""

from .draining import measure

__all__ = ["measure"]
