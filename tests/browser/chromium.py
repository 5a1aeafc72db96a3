"""Headless Chromium with one page, ended with everything it started."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-dev-shm-usage"),
    *(
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-breakpad",
    ),
    *("--disable-component-update", "--disable-sync", "--disable-extensions", "--disable-crash-reporter"),
)
WITHIN_SECONDS = 5.0


def find() -> str | None:
    """The path of a Chromium, or of a Chrome; None where there is none."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextlib.contextmanager
def visiting(program: str, url: str, folder: Path) -> Iterator[Path]:
    """Open a page; the profile and the log, whose path is given, lie in `folder`."""
    with running([program, *QUIET, url], folder) as log:
        yield log


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path, keep: Sequence[int] = ()) -> Iterator[Path]:
    """Run a Chromium with the file descriptors `keep`; profile and log lie in `folder`, the log's path is given."""
    log = folder / "chromium.log"
    options = ["--enable-logging=stderr", f"--user-data-dir={folder / 'profile'}"]
    # Nothing is left in the home of whoever runs the tests.
    home = {name: str(folder) for name in ("HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")}
    with log.open("wb") as output:
        # Its processes are one group, which is ended as a whole.
        process = subprocess.Popen(
            [*command, *options],
            stdout=output,
            stderr=output,
            env={**os.environ, **home},
            start_new_session=True,
            pass_fds=keep,
        )
        try:
            yield log
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(WITHIN_SECONDS)
