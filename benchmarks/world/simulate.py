"""One simulation, and what it shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass

from . import designs
from .agenda import Process
from .percentiles import told
from .places import World
from .setting import Setting
from .traffic import Visit, visits

WRITTEN, READ = False, True


@dataclass(frozen=True, slots=True)
class Shown:
    """What came out. Times in ms by (country, reads or not), all visits counted; the world's by people alone.

    `hits`, `stale`: of all reads, those answered without the origin, and those that lack a write whose author had been
    told that it was accepted before the read set out. `origin_share` is the origin's requests over the visitors';
    `lags` says after how many ms accepted writes were applied at the origin.
    """

    by_country: dict[tuple[str, bool], list[float]]
    world: dict[bool, list[float]]
    hits: float
    stale: float
    origin_share: float
    lags: list[float]

    def of(self, country: str, reads: bool) -> tuple[float, float]:
        """A country's p50 and p95."""
        return told(self.by_country[country, reads])

    def of_all(self, reads: bool) -> tuple[float, float]:
        """The world's p50 and p95."""
        return told(self.world[reads])


class Recorder:
    """Takes down the answers that come after the warm-up."""

    def __init__(self, since: float) -> None:
        self._since = since
        self.times: dict[tuple[str, bool], list[float]] = defaultdict(list)
        self.world: dict[bool, list[float]] = defaultdict(list)
        self.how: Counter[str] = Counter()
        self.stale = 0
        self.answers = 0

    def take(self, visit: Visit, arrived: float, how: str, stale: bool) -> None:
        """One answer."""
        self.answers += 1
        if visit.at < self._since:
            return
        self.times[visit.entrance.country, visit.reads].append(arrived - visit.at)
        if not visit.even:
            self.world[visit.reads].append(arrived - visit.at)
        if visit.reads:
            self.how[how] += 1
            self.stale += stale


def simulate(setting: Setting) -> Shown:
    """Play all visits to their end. Raises RuntimeError if one of them is not answered exactly once."""
    world = World(setting)
    recorder = Recorder(setting.warm_up * setting.visits / setting.rate * 1000)
    world.agenda.start(_arrivals(world, recorder))
    world.agenda.run()
    if recorder.answers != setting.visits:
        raise RuntimeError(f"{setting.visits} visits and {recorder.answers} answers")
    reads = max(1, recorder.how.total())
    return Shown(
        recorder.times,
        recorder.world,
        hits=recorder.how["hit"] / reads,
        stale=recorder.stale / reads,
        origin_share=sum(origin.station.served for origin in world.origins) / setting.visits,
        lags=world.lags,
    )


def _arrivals(world: World, recorder: Recorder) -> Process:
    for visit in visits(world.setting):
        yield visit.at - world.agenda.now
        world.agenda.start(_request(world, visit, recorder))


def _request(world: World, visit: Visit, recorder: Recorder) -> Process:
    before = world.told[visit.resource]

    def answered(visit: Visit, arrived: float, last: int, how: str) -> None:
        recorder.take(visit, arrived, how, stale=last < before)

    match world.setting.design:
        case "origin":
            return designs.pass_on(world, visit, answered)
        case "placed":
            return designs.placed(world, visit, answered)
        case "second" | "both":
            return designs.replicated(world, visit, answered)
        case "cdn":
            return designs.cached(world, visit, answered)
        case "homeport":
            way = designs.read_near if visit.reads else designs.write_near
            return way(world, visit, answered)
