"""How a command ends that cannot go on, and the exit codes of all of them."""

from __future__ import annotations

from collections.abc import Sequence

from momento_http_shim.outcomes import Failed

FINE, WRONG, USAGE, UNANSWERED = 0, 1, 2, 3
"""All is well; something is wrong; the command or a setting is; a region did not answer, or refused."""


class Stop(Exception):  # noqa: N818 - it ends a command, by whose fault the code says
    """The command ends with this exit code, and these lines on standard error."""

    def __init__(self, code: int, *lines: str) -> None:
        """Take what to say; a line names whose fault it is and what to do."""
        super().__init__(*lines)
        self.code, self.lines = code, lines


def unanswered(region: str, failed: Failed) -> Stop:
    """The end of a command whose region did not do what was asked."""
    error = failed.error
    return Stop(
        UNANSWERED, f"{region}: {error.code}: {error.message}. `homeport doctor` looks for the reason."
    )


def misconfigured(faults: Sequence[tuple[str, str]]) -> Stop:
    """The end of a command whose settings or routes are wrong: each fault in a line of its own."""
    return Stop(USAGE, *(f"{name}: {fault}" for name, fault in faults))
