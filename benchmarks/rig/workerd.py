"""A worker on workerd itself: what `wrangler dev` would start, without the proxies that it puts before it.

Every contender of a part runs so, with the same binary, flags and compatibility date.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from local.stack import node
from local.stack.process import ROOT, Process
from local.stack.wrangler import await_ready, free_port

from . import config
from .config import Worker
from .cores import Family


@dataclass(frozen=True, slots=True)
class Served:
    """A worker's base URL, and the processes that serve it."""

    url: str
    family: Family


def sources(folder: Path, entry: str = "entry.py") -> dict[str, str]:
    """The modules below a folder, the entry first, and the Workers SDK's: paths by name."""
    modules = {entry: str(folder / entry)}
    for below, prefix in ((folder, ""), (ROOT / "python_modules", "python_modules/")):
        modules |= {
            f"{prefix}{path.relative_to(below).as_posix()}": str(path)
            for path in sorted(below.rglob("*"))
            if path.suffix in (".py", ".js", ".bin")
        }
    return modules


def laid_out(
    workers: Mapping[str, Worker], run: Path, port: int, v8_flags: Sequence[str] = ()
) -> tuple[str, list[str]]:
    """The program, and the arguments by which it knows some workers, of which `main` answers at the port."""
    run.mkdir(parents=True)
    (run / "config.capnp").write_text(config.text(workers, port, v8_flags))
    # Paths of modules are absolute: "/" is where they are looked for.
    given = [str(run / "config.capnp"), "--experimental", "--import-path=/"]
    return str(node.workerd_with_bundle(run)), given


@contextlib.contextmanager
def served(
    name: str,
    workers: Mapping[str, Worker],
    directory: Path,
    ready: str,
    v8_flags: Sequence[str] = (),
    options: Sequence[str] = (),
) -> Iterator[Served]:
    """The worker `main` of some, while the block runs; `ready` is a path that it answers once it has begun.

    `options` are workerd's own, besides those that all have.
    """
    run, port = directory / name, free_port()
    url = f"http://127.0.0.1:{port}"
    program, given = laid_out(workers, run, port, v8_flags)
    command = [program, "serve", *given, *options]
    with Process(name, command, run / "log", speaks=False, directory=run) as process:
        await_ready(f"{url}{ready}", process, lambda answer: answer.status_code < 500)
        yield Served(url, Family(process.guard))
