"""Short plays over the machine's world: few workers, of whom each stops where a play says.

A play is a function of its choices; `Script.failure` plays all of them. What the protocol must withstand in any order
is here narrowed to the orders in which one clause of it matters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import Any, Protocol

from homeport import keys
from homeport.pushing.changed import Site
from tests.homeport.machine_checks import check
from tests.homeport.machine_origin import Kind
from tests.homeport.machine_process import MachineWorker, Plan
from tests.homeport.machine_visitor import ITEM, SITE, Visitor
from tests.homeport.machine_world import MachineWorld
from tests.homeport.writing_world import HOME, about

MINUTE = 61_000


@dataclass
class Play:
    """One run. Whoever comes stops before their first call."""

    site: Site = SITE
    world: MachineWorld = field(init=False)

    def __post_init__(self) -> None:
        self.world = MachineWorld(site=self.site)

    def held(self, how: str, *targets: str, region: str = HOME) -> None:
        self.world.begin({(region, target): how for target in targets or (ITEM,)})

    def comes(
        self,
        kind: Kind | None,
        calls: int = 0,
        *,
        to: str = ITEM,
        region: str = HOME,
        plan: Plan | None = None,
    ) -> Visitor:
        """A writer, or a reader, of whom so many calls happen."""
        self.world.visit(kind, region, to, 0, plan or {})
        visitor = self.world.visitors[-1]
        self.world.go_on(visitor.worker, calls)
        return visitor

    def author_reads(self, author: Visitor, plan: Plan) -> None:
        """To the end."""
        self.world.visit(None, author.region, author.target, 0, plan, author)
        self.ends(self.world.visitors[-1])

    def all_of(self, kind: Kind | None, **how: Any) -> Visitor:
        """One who comes and has all calls made."""
        visitor = self.comes(kind, **how)
        self.ends(visitor)
        return visitor

    def drains(self, calls: int = 0, *, region: str = HOME, plan: Plan | None = None) -> MachineWorker:
        """A drain of the first lane, of which so many calls happen."""
        return self.world.drain(region, 0, 0, plan or {}, calls)

    def ends(self, who: Visitor | MachineWorker) -> None:
        """All the rest of somebody's calls happen."""
        self.world.go_on(who.worker if isinstance(who, Visitor) else who)

    def lands(self) -> None:
        """What is late comes now."""
        while self.world.late:
            self.world.land()

    def drops(self, target: str, region: str = HOME) -> None:
        """Momento drops an entry."""
        self.world.drops(region, keys.entry(about(target).key).encode())

    def later(self, ms: int = MINUTE) -> None:
        self.world.advance(ms)


@dataclass(frozen=True)
class Script:
    """A play and what is chosen in it: each combination is played."""

    play: Callable[..., None]
    choices: Sequence[Iterable[Any]] = ()
    site: Site = SITE

    def failure(self) -> str:
        """How it fails, with the choices; nothing where it never does."""
        for chosen in product(*self.choices):
            play = Play(self.site)
            try:
                self.play(play, *chosen)
                play.world.finish()
                check(play.world)
            except AssertionError as error:
                return f"{self.play.__name__}{chosen}: {error}"
            finally:
                play.world.close()
        return ""


class Narrow(Protocol):
    """What finds one mutation, in a second or two."""

    def failure(self) -> str:
        """How it fails; nothing where it does not."""
        ...
