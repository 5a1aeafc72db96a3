"""Modules that wait until something of them is asked for.

On workerd every module is compiled from its source at every start, at 10 to 20 µs for each line. Reading and
writing plain items over the HTTP API needs half of this package, so the other half waits. A deployed worker
that is started from a snapshot of its memory pays at deployment instead, for whatever was imported at the
top of its modules: see "What importing costs" in the README.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """A module of this package; it is imported when it is first asked for a name."""

    def __init__(self, name: str) -> None:
        self._path = f"{__package__}.{name}"

    def __getattr__(self, name: str) -> Any:
        found = getattr(import_module(self._path), name)
        setattr(self, name, found)  # the next time this is an ordinary attribute
        return found
