"""The simulation's clock: what happens when, and who waits for a server.

A process is a generator. It yields how many milliseconds it takes until it goes on, or the station that it waits at.
Of SimPy (https://simpy.readthedocs.io) the model would need its clock and its resource, which are the lines below; a
package that all developers install has to do more.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Generator
from heapq import heappop, heappush
from itertools import count


class Agenda:
    """What is due, earliest first; of what is due at once, what was entered first. Times in ms."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Process]] = []
        self._entered = count()

    def start(self, process: Process, after: float = 0.0) -> None:
        """Let a process go on, so many ms from now."""
        heappush(self._due, (self.now + after, next(self._entered), process))

    def run(self) -> None:
        """Until nothing is due."""
        while self._due:
            self.now, _, process = heappop(self._due)
            wait = next(process, None)
            if isinstance(wait, Station):
                wait.join(process)
            elif wait is not None:
                self.start(process, wait)


class Station:
    """Servers with one queue, first come, first served. Whoever was served says so by `leave`."""

    def __init__(self, agenda: Agenda, servers: int) -> None:
        self._agenda = agenda
        self._free = servers
        self._waiting: deque[Process] = deque()
        self.served = 0

    def join(self, process: Process) -> None:
        """Let a process go on as soon as a server is free."""
        if self._free:
            self._free -= 1
            self._agenda.start(process)
        else:
            self._waiting.append(process)

    def leave(self) -> None:
        """Give the server to whoever waits longest."""
        self.served += 1
        if self._waiting:
            self._agenda.start(self._waiting.popleft())
        else:
            self._free += 1


Process = Generator[float | Station, None, None]
