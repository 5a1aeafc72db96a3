"""Fill the queue, wake the drain, and look how fast the queue gets shorter.

What bounds it: an invocation makes 900 calls at most (`HOMEPORT_SUBREQUESTS`), some 13 of them for a write that goes
alone, and hands on to the next; it replays 4 resources of a lane side by side, in 4 lanes, so 16 at once. The drains
of all lanes share one isolate here, hence one processor; in production they need not.

Memory is workerd's alone, over what it has after its first 40 writes, with V8's heap limited to `HEAP_MB`, since an
isolate of Cloudflare's is limited, too. It is about 20 MB, and 12 with a limit of 64. Without one V8 lets garbage lie
where the machine has memory: of 24 GB the same drains took 160 MB, and under wrangler, whose own workerd is beside it,
409. Nothing stays: V8's flag `--trace-gc` says in workerd's log that 8.0 MB of its heap outlived a full collection
after 40 writes and 8.8 after 15 000. A write allocates 150 KB there; 40 of them outlive the quick collections, with or
without `AbortSignal.timeout`. Python held 35 000 objects before and after, in 31 MB throughout. (workerd 2026-11-17)
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from statistics import median

from benchmarks.part import Effort, Part, Row

from .world import World, running

FEW, SOME, MANY = 100, 1_000, 10_000
LATENCIES_MS = (0, 20, 200)
SAMPLE = 300
"""Of a longer queue so many writes are timed, while the others wait behind them; the rest is then thrown away."""

NEARLY_ALL = MANY - 100
"""Of the longest, so that memory has the time to grow. The last few may have to wait for a minute, by the protocol."""

PATIENCE_SECONDS, PATIENCE_PER_WRITE = 40.0, 0.02
CRON_SECONDS = 10.0
"""So long without progress, and the cron is fired again; Cloudflare fires it every minute."""


@dataclass(frozen=True, slots=True)
class Load:
    """What waits, and how far away the origin is."""

    how: str
    waiting: int
    latency_ms: int
    sample: int = SAMPLE


FULL = (
    *(Load(how, SOME, latency) for how in ("alone", "bulk") for latency in LATENCIES_MS),
    Load("alone", FEW, 0),
    LONGEST := Load("alone", MANY, 0, NEARLY_ALL),
    *(Load("bulk", waiting, 0) for waiting in (FEW, MANY)),
)
QUICK = (Load("alone", 20, 0), Load("alone", 60, 0), Load("bulk", 20, 0))


def measure(effort: Effort) -> Part:
    """A row for each load. Ratios: `drain_per_write_10000_vs_100`, alone at 0 ms; `rss_over_idle_mb`, in all loads."""
    return asyncio.run(_measure(effort))


async def _measure(effort: Effort) -> Part:
    async with running() as world:
        await _timed(world, Load("alone", 40, 0))  # the first drain imports and compiles
        idle = most = world.rss_mb()
        rows: list[Row] = []
        per_write: dict[Load, float] = {}
        for load in QUICK if effort.quick else FULL:
            runs = [await _timed(world, load) for _ in range(effort.times(3 if load.waiting == FEW else 1))]
            per_write[load] = median(seconds / writes for seconds, writes, _ in runs)
            most = max(most, *(rss for _, _, rss in runs))
            rows.append(_row(load, per_write[load], runs[0][1], max(rss for _, _, rss in runs) - idle))
    few, many = QUICK[:2] if effort.quick else (Load("alone", FEW, 0), LONGEST)
    ratios = {
        "drain_per_write_10000_vs_100": round(per_write[many] / per_write[few], 3),
        "rss_over_idle_mb": round(most - idle, 1),
    }
    return Part("drain", rows, ratios)


def _row(load: Load, per_write: float, timed: int, rss: float) -> Row:
    return {
        "how": load.how,
        "waiting": load.waiting,
        "origin_ms": load.latency_ms,
        "replays_per_s": round(1 / per_write, 1),
        "ms_per_write": round(per_write * 1000, 2),
        "writes_timed": timed,
        "rss_over_idle_mb": round(rss, 1),
    }


async def _timed(world: World, load: Load) -> tuple[float, int, float]:
    """Seconds, how many writes were settled in them, and the most memory seen, in MB."""
    world.origin.latency_ms = load.latency_ms
    await world.fill(f"/{load.how}/", load.waiting)
    wanted = load.waiting - min(load.waiting, load.sample)
    patience = PATIENCE_SECONDS + load.sample * PATIENCE_PER_WRITE
    began = progress = time.perf_counter()
    waking = [asyncio.create_task(world.wake())]
    left, most = load.waiting, 0.0
    while left > wanted and time.perf_counter() - began < patience:
        await asyncio.sleep(0.02)  # the queue announces its length to nobody
        most = max(most, world.rss_mb())
        before, left = left, world.waiting()
        progress = time.perf_counter() if left < before else progress
        if time.perf_counter() - progress > CRON_SECONDS:
            # A drain that a slow machine has cut off, or a cache that answered too late, is resumed by cron.
            progress = time.perf_counter()
            waking.append(asyncio.create_task(world.wake()))
    seconds = time.perf_counter() - began
    if left == load.waiting:
        raise RuntimeError(f"nothing was drained in {patience} s; see {world.log}")
    await world.empty()
    await asyncio.gather(*waking)
    return seconds, load.waiting - left, most
