"""The state machine: Hypothesis chooses who comes, who goes on, with which fault, and how the time passes."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.homeport.machine_checks import check
from tests.homeport.machine_origin import KINDS, Kind
from tests.homeport.machine_process import FAULTS, Fate
from tests.homeport.machine_world import ITEM, LIST, NOTE, SECOND, TARGETS, MachineWorld
from tests.homeport.writing_world import AWAY, HOME

MOST_WRITES, MOST_READS, MOST_DRAINS = 9, 6, 8
JUMPS = (200, 3_000, 9_000, 16_000, 31_000, 61_000, 130_000, 21 * 3_600_000, 25 * 3_600_000)
"""In ms, around the protocol's own times, past the age at which a write is given up, and past all that Momento keeps."""

WHICH = st.integers(0, 15)
REGIONS = st.sampled_from((HOME, HOME, AWAY))
SKEWS = st.sampled_from((0, 0, 0, -3_000, 2_500))
WRITTEN = st.sampled_from((ITEM, ITEM, ITEM, SECOND, NOTE))
HELD = st.dictionaries(
    st.tuples(st.sampled_from((HOME, AWAY)), st.sampled_from((*TARGETS, LIST))),
    st.sampled_from(("fresh", "stale")),
)


class WriteBehind(RuleBasedStateMachine):
    """One run of the product's own drivers. All that it draws shrinks towards fewer, earlier and without a fault."""

    faulty = True
    forgets = True
    """Whether keys vanish and long times pass."""

    def __init__(self) -> None:
        super().__init__()
        self.world = MachineWorld()
        self.writes = self.reads = self.drains = 0

    @initialize(held=HELD)
    def begin(self, held: dict[tuple[str, str], str]) -> None:
        self.world.begin(held)

    @precondition(lambda self: self.writes < MOST_WRITES)
    @rule(kind=st.sampled_from(KINDS), region=REGIONS, to=WRITTEN, skew=SKEWS)
    def write(self, kind: Kind, region: str, to: str, skew: int) -> None:
        self.writes += 1
        self.world.visit(kind, region, to, skew)

    @precondition(lambda self: self.writes < MOST_WRITES)
    @rule(kind=st.sampled_from(KINDS), region=REGIONS, to=WRITTEN, drained=st.booleans())
    def write_to_the_end(self, kind: Kind, region: str, to: str, drained: bool) -> None:
        """A write without a fault, and a drain after it."""
        self.write(kind, region, to, 0)
        self.world.go_on(self.world.visitors[-1].worker)
        if drained and self.drains < MOST_DRAINS:
            self.drain(region, int(to == SECOND), 0)
            self.world.go_on(self.world.calls[-1].worker if self.world.calls else None, 60)

    @precondition(lambda self: self.reads < MOST_READS)
    @rule(region=REGIONS, to=st.sampled_from((ITEM, ITEM, ITEM, SECOND, NOTE, LIST)), skew=SKEWS)
    def read(self, region: str, to: str, skew: int) -> None:
        self.reads += 1
        self.world.visit(None, region, to, skew)

    @precondition(lambda self: self.reads < MOST_READS and any(v.status == 202 for v in self.world.visitors))
    @rule(which=WHICH, region=REGIONS, skew=SKEWS)
    def author_reads(self, which: int, region: str, skew: int) -> None:
        """Wherever they are now: they show where their home is."""
        self.reads += 1
        authors = [visitor for visitor in self.world.visitors if visitor.status == 202]
        author = authors[which % len(authors)]
        self.world.visit(None, region, author.target, skew, author)

    @precondition(lambda self: self.drains < MOST_DRAINS)
    @rule(region=REGIONS, lane=st.sampled_from((0, 0, 1)), skew=SKEWS)
    def drain(self, region: str, lane: int, skew: int) -> None:
        self.drains += 1
        self.world.drain(region, lane, skew)

    @precondition(lambda self: self.world.calls)
    @rule(which=WHICH)
    def step(self, which: int) -> None:
        self.world.let(self.world.calls[which % len(self.world.calls)])

    @precondition(lambda self: self.world.calls)
    @rule(which=WHICH, calls=st.integers(2, 40))
    def go_on(self, which: int, calls: int) -> None:
        """One of them alone."""
        self.world.go_on(self.world.calls[which % len(self.world.calls)].worker, calls)

    @precondition(lambda self: self.faulty and self.world.calls)
    @rule(which=WHICH, fate=st.sampled_from(FAULTS))
    def fail(self, which: int, fate: Fate) -> None:
        self.world.let(self.world.calls[which % len(self.world.calls)], fate)

    @precondition(lambda self: self.world.late)
    @rule(which=WHICH)
    def land(self, which: int) -> None:
        self.world.land(which)

    @precondition(lambda self: self.forgets)
    @rule(region=REGIONS, which=WHICH)
    def evict(self, region: str, which: int) -> None:
        self.world.evict(region, which)

    @rule(ms=st.sampled_from(JUMPS[:-2]))
    def jump(self, ms: int) -> None:
        self.world.advance(ms)

    @precondition(lambda self: self.forgets)
    @rule(ms=st.sampled_from(JUMPS[-2:]))
    def jump_far(self, ms: int) -> None:
        self.world.advance(ms)

    def teardown(self) -> None:
        """Whatever was chosen: the faults stop, cron sweeps, and then everything must hold."""
        try:
            self.world.finish()
            check(self.world)
        finally:
            self.world.close()


class Remembering(WriteBehind):
    """Without evictions and ages, which excuse much: here nothing is."""

    forgets = False


class Faultless(Remembering):
    """Orders alone."""

    faulty = False
