"""Start workers on workerd, one after the other, and ask them what their imports take.

No snapshot is taken here. In production Cloudflare takes one when a worker is deployed, after its imports, and starts
isolates from it: the imports are then paid for at deployment, and only what is imported later is paid for by a request.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median

import httpx

from benchmarks.part import Effort, Part, Row
from benchmarks.processes import workerd_below
from local.stack import node, run_directory
from local.stack.process import ROOT
from local.stack.wrangler import await_ready, dev, free_port
from tools.ship.build import shipped, write
from tools.ship.compiled import compiled

ENTRIES = {"edge": "entry", "sync": "entry_sync"}
_HERE = ROOT / "benchmarks" / "start"


def measure(effort: Effort) -> Part:
    """Rows: a line for each worker. Ratios: `import_ms_over_bare` and `own_code_kb`, of the edge worker."""
    rows: list[Row] = [_bare(effort)]
    imports, sizes = [], []
    for worker, entry in ENTRIES.items():
        modules = shipped(ROOT / "src", entry)
        files = compiled(modules, node.node())
        sizes.append(sum(map(len, files.values())) / 1000)
        starts = [_start(files, effort.times(12, 2)) for _ in range(effort.times(3))]
        cold = [took[0] for _, took, _ in starts]
        warm = min(min(took) for _, took, _ in starts)
        imports.append(round(min(cold), 1))
        rows.append(
            {
                "worker": worker,
                "own_code_kb": round(sizes[-1], 1),
                "modules": len(modules),
                "import_ms_over_bare": imports[-1],
                "import_ms_median": round(median(cold), 1),
                "import_cpu_ms": round(min(cpu for *_, cpu in starts), 1),
                "import_ms_again": round(warm, 1),
                "first_answer_ms": round(median(answer for answer, *_ in starts), 1),
            }
        )
    return Part("start", rows, {"import_ms_over_bare": imports[0], "own_code_kb": sizes[0]})


def _bare(effort: Effort) -> Row:
    answers = [_start({}, 0)[0] for _ in range(effort.times(3))]
    return {"worker": "the SDK alone", "first_answer_ms": round(median(answers), 1)}


def _start(files: Mapping[str, bytes], times: int) -> tuple[float, list[float], float]:
    """In ms: from the start of wrangler until a first answer; the imports, each time; and the first one's CPU time."""
    with _laid_out(files) as run:
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        with dev(run, ("wrangler.toml",), port, run.parent / f"{run.name}.log") as workers:
            began = time.monotonic()
            await_ready(url, workers, lambda answer: answer.text == "[]")
            first = (time.monotonic() - began) * 1000
            idle = _cpu_ms(workers.guard)
            took = httpx.get(f"{url}?1", timeout=120.0).json() if times else []
            cpu = _cpu_ms(workers.guard) - idle
            took += httpx.get(f"{url}?{times}", timeout=120.0).json()
        return first, took, cpu


def _cpu_ms(above: int) -> float:
    """What the workerd processes below a process have computed: on a busy machine it tells more than the clock does."""
    return sum(
        int(schedstat.read_text().split()[0]) / 1e6
        for workerd in workerd_below(above)
        for schedstat in Path(f"/proc/{workerd}/task").glob("*/schedstat")
    )


@contextlib.contextmanager
def _laid_out(files: Mapping[str, bytes]) -> Iterator[Path]:
    name = f"{os.getpid()}-{secrets.token_hex(3)}"
    tree = node.CACHE / "logs" / name
    write(files, tree)
    links = {f"src/{path}": tree / path for path in files}
    links |= run_directory.linked("python_modules")
    links |= {"src/entry.py": _HERE / "worker.py", "wrangler.toml": _HERE / "wrangler.toml"}
    run = run_directory.lay_out(name, links, {})
    try:
        yield run
    finally:
        shutil.rmtree(run, ignore_errors=True)
        shutil.rmtree(tree, ignore_errors=True)
