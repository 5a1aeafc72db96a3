"""The workerd processes of a stack, by what Linux says of them."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path


def workerd_below(above: int) -> Iterator[int]:
    """The process numbers of every workerd below a process; wrangler runs one for the workers, and one before them."""
    numbers = [above]
    while numbers:
        number = numbers.pop()
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended since
            children = Path(f"/proc/{number}/task").glob("*/children")
            numbers += [int(child) for each in children for child in each.read_text().split()]
            if b"workerd" in Path(f"/proc/{number}/cmdline").read_bytes().split(b"\0")[0]:
                yield number
