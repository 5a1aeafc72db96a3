"""What a start costs: the size of each worker's own code, the time of its imports, the time to a first answer."""

from .starting import measure

__all__ = ["measure"]
