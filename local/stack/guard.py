"""Run a command that must not outlive whoever asked for it: `python -m local.stack.guard COMMAND…`.

The command gets a process group of its own. When it ends, or standard input is closed (the asker died, however), or a
signal comes, the whole group is ended: wrangler leaves its workerd behind otherwise.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from types import FrameType

GRACE_SECONDS = 5.0


def main(command: list[str]) -> int:
    """Run `command`; gives its exit code, or 0 where it was ended from here."""
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    wanted = threading.Event()

    def end(_signal: int, _frame: FrameType | None) -> None:
        wanted.set()
        _end_group(child)

    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, end)

    def watch() -> None:
        while os.read(sys.stdin.fileno(), 1024):
            pass
        wanted.set()
        _end_group(child)

    threading.Thread(target=watch, daemon=True).start()
    code = child.wait()
    _kill_group(child)
    return 0 if wanted.is_set() else code


def _end_group(child: subprocess.Popen[bytes]) -> None:
    _kill_group(child, signal.SIGTERM)
    threading.Timer(GRACE_SECONDS, _kill_group, [child]).start()


def _kill_group(child: subprocess.Popen[bytes], how: signal.Signals = signal.SIGKILL) -> None:
    try:
        os.killpg(child.pid, how)
    except (ProcessLookupError, PermissionError):
        return  # all of it has ended; macOS says so of a group of zombies by the second


if __name__ == "__main__":
    # os._exit: a pending timer must not keep this process.
    os._exit(main(sys.argv[1:]))
