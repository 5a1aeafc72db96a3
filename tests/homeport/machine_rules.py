"""The state machine: Hypothesis chooses who comes, who goes on, with which fault, and how the time passes."""

from __future__ import annotations

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from tests.homeport.machine_checks import check
from tests.homeport.machine_origin import KINDS, Command, Keyed, Kind
from tests.homeport.machine_process import FAULTS, Plan
from tests.homeport.machine_visitor import ITEM, LIST, NOTE, SECOND, TARGETS, Visitor
from tests.homeport.machine_world import MachineWorld
from tests.homeport.writing_world import AWAY, HOME

MOST_WRITES, MOST_READS, MOST_DRAINS = 9, 10, 8
JUMPS = (200, 3_000, 9_000, 16_000, 31_000, 61_000, 130_000, 21 * 3_600_000, 25 * 3_600_000)
"""In ms, around the protocol's own times, past the age at which a write is given up, past all that Momento keeps."""

WHICH = st.integers(0, 15)
REGIONS = st.sampled_from((HOME, HOME, HOME, AWAY))
SKEWS = st.sampled_from((0, 0, 0, -3_000, 2_500))
WRITTEN = st.sampled_from((ITEM, ITEM, ITEM, ITEM, ITEM, SECOND, NOTE))
FATES = st.sampled_from(FAULTS)
VISITORS: st.SearchStrategy[Plan] = st.one_of(
    st.just({}), st.dictionaries(st.integers(1, 5), FATES, min_size=1, max_size=2)
)
DRAINS: st.SearchStrategy[Plan] = st.one_of(
    st.just({}), st.dictionaries(st.integers(1, 24), FATES, min_size=1, max_size=2)
)
"""Which of a worker's calls fail, counted from 1, and how."""
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

    @initialize(
        held=HELD, first=st.lists(st.tuples(st.sampled_from(KINDS), REGIONS, WRITTEN, VISITORS), max_size=3)
    )
    def begin(self, held: dict[tuple[str, str], str], first: list[tuple[Kind, str, str, Plan]]) -> None:
        self.world.begin(held)
        for kind, region, to, plan in first:
            self.write(kind, region, to, 0, plan)

    @precondition(lambda self: self.writes < MOST_WRITES)
    @rule(kind=st.sampled_from(KINDS), region=REGIONS, to=WRITTEN, skew=SKEWS, plan=VISITORS)
    def write(self, kind: Kind, region: str, to: str, skew: int, plan: Plan) -> None:
        self.writes += 1
        self.world.visit(kind, region, NOTE if isinstance(kind, Command) else to, skew, self._of(plan))

    @precondition(lambda self: self.writes < MOST_WRITES)
    @rule(kind=st.sampled_from(KINDS), region=REGIONS, to=WRITTEN, plan=VISITORS)
    def write_to_the_end(self, kind: Kind, region: str, to: str, plan: Plan) -> None:
        """A write whose author has the answer before anything else happens."""
        self.write(kind, region, to, 0, plan)
        self._at_once(True)

    @precondition(lambda self: self.writes < MOST_WRITES and self._keyed())
    @rule(which=WHICH, plan=VISITORS)
    def write_again(self, which: int, plan: Plan) -> None:
        """The same request under the same key, in the same region."""
        first = self._keyed()[which % len(self._keyed())]
        self.write(Keyed(first.number), first.region, first.target, 0, plan)

    @precondition(lambda self: self.reads < MOST_READS)
    @rule(
        region=REGIONS,
        to=st.sampled_from((ITEM, ITEM, ITEM, ITEM, ITEM, SECOND, NOTE, LIST)),
        skew=SKEWS,
        plan=VISITORS,
        at_once=st.booleans(),
    )
    def read(self, region: str, to: str, skew: int, plan: Plan, at_once: bool) -> None:
        self.reads += 1
        self.world.visit(None, region, to, skew, self._of(plan))
        self._at_once(at_once)

    @precondition(lambda self: self.reads < MOST_READS and any(v.status == 202 for v in self.world.visitors))
    @rule(which=WHICH, region=REGIONS, skew=SKEWS, at_once=st.booleans())
    def author_reads(self, which: int, region: str, skew: int, at_once: bool) -> None:
        """Wherever they are now: they show where their home is."""
        self.reads += 1
        authors = [visitor for visitor in self.world.visitors if visitor.status == 202]
        author = authors[which % len(authors)]
        self.world.visit(None, region, author.target, skew, {}, author)
        self._at_once(at_once)

    @precondition(lambda self: self.drains < MOST_DRAINS)
    @rule(
        region=REGIONS, lane=st.sampled_from((0, 0, 0, 1)), skew=SKEWS, plan=DRAINS, calls=st.integers(0, 30)
    )
    def drain(self, region: str, lane: int, skew: int, plan: Plan, calls: int) -> None:
        """A drain, of which so many calls happen at once."""
        self.drains += 1
        self.world.drain(region, lane, skew, self._of(plan), calls)

    @precondition(lambda self: self.world.calls)
    @rule(which=WHICH)
    def step(self, which: int) -> None:
        self.world.let(self.world.calls[which % len(self.world.calls)])

    @precondition(lambda self: self.world.calls)
    @rule(which=WHICH, calls=st.integers(2, 40))
    def go_on(self, which: int, calls: int) -> None:
        """One of them alone."""
        self.world.go_on(self.world.calls[which % len(self.world.calls)].worker, calls)

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

    def _keyed(self) -> list[Visitor]:
        return [each for each in self.world.visitors if isinstance(each.kind, Keyed) and not each.repeated]

    def _of(self, plan: Plan) -> Plan:
        return plan if self.faulty else {}

    def _at_once(self, at_once: bool) -> None:
        """Let the visitor that came last have its answer before anything else happens."""
        if at_once:
            self.world.go_on(self.world.visitors[-1].worker)

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
