"""For each clause of the protocol the play that shows what it is for."""

from __future__ import annotations

from collections.abc import Mapping

from tests.homeport.machine_origin import Append, Merge, Put, Straight
from tests.homeport.machine_plays import Narrow, Play, Script
from tests.homeport.machine_process import Fate
from tests.homeport.machine_visitor import ITEM, LIST
from tests.homeport.writing_world import AWAY

PUT, APPEND, MERGE, STRAIGHT = Put(), Append(), Merge(), Straight()
WRITERS, READERS, DRAINERS = range(6), range(4), range(26)
ONE = (1,)
"""The calls after which somebody stops, and how many write before."""


def a_writer_waits_a_minute(play: Play, calls: int, drained: int) -> None:
    """Between its put and its commit, while a drain judges its member."""
    play.held("fresh")
    writer = play.comes(PUT, calls)
    play.later()
    drain = play.drains(drained)
    play.ends(writer)
    play.ends(drain)


def a_commit_is_lost_and_drained(play: Play, fate: Fate, at: int) -> None:
    """Before its writer, who cannot tell, tries again."""
    play.held("fresh")
    writer = play.comes(PUT, at, plan={at: fate})
    play.ends(play.drains())
    play.ends(writer)


def a_commit_comes_late(play: Play, calls: int) -> None:
    """While a drain judges the member of its writer, who died."""
    play.held("fresh")
    play.ends(play.comes(PUT, plan={3: "crash late"}))
    play.later()
    drain = play.drains(calls)
    play.lands()
    play.ends(drain)


def a_patch_after_a_straight_one(play: Play) -> None:
    play.held("fresh")
    play.all_of(STRAIGHT)
    play.all_of(MERGE)
    play.all_of(None)


def a_straight_patch_under_an_accepted_one(play: Play, calls: int) -> None:
    play.held("fresh")
    writer = play.comes(STRAIGHT, calls)
    play.all_of(APPEND)
    play.ends(writer)
    play.all_of(None)


def a_fill_meets_a_straight_write(play: Play, held: str, calls: int) -> None:
    play.held(held)
    reader = play.comes(None, calls)
    play.all_of(STRAIGHT)
    play.ends(reader)
    play.all_of(None)


def a_fill_meets_an_accepted_write(play: Play, held: str, calls: int) -> None:
    play.held(held)
    reader = play.comes(None, calls)
    play.all_of(PUT)
    play.ends(reader)
    play.all_of(None)


def a_drainer_dies(play: Play, writes: int, calls: int) -> None:
    play.held("fresh", ITEM, LIST)
    play.held("fresh", ITEM, LIST, region=AWAY)
    for kind in (PUT, APPEND)[:writes]:
        play.all_of(kind)
    play.ends(play.drains(plan={calls + 1: "crash"}))


def a_writer_dies(play: Play, calls: int) -> None:
    play.held("fresh")
    play.ends(play.comes(PUT, plan={calls + 1: "crash"}))


def another_region_is_down(play: Play) -> None:
    """What comes after a write need not wait until that region knows of it."""
    play.held("fresh")
    play.all_of(PUT)
    play.all_of(APPEND)
    play.world.down.add(AWAY)
    play.drains(300)
    assert play.world.origin.applied == ["0", "1"], f"applied is {play.world.origin.applied}"
    play.world.down.clear()


def two_write_at_once(play: Play, calls: int) -> None:
    play.held("fresh")
    writer = play.comes(APPEND, calls)
    play.all_of(PUT)
    play.ends(writer)
    play.all_of(None)


def the_origin_is_busy(play: Play, calls: int) -> None:
    """With the first of two writes."""
    play.held("fresh")
    play.all_of(PUT)
    play.all_of(PUT)
    play.ends(play.drains(plan={calls: "busy"}))
    play.ends(play.drains())


def an_author_reads_at_once(play: Play) -> None:
    """And a plain read would show an older version."""
    play.held("fresh")
    author = play.all_of(PUT)
    play.author_reads(author, {1: "stale"})


SCRIPTS: Mapping[str, Narrow] = {
    "no clock before the commit": Script(a_writer_waits_a_minute, (WRITERS, DRAINERS)),
    "no receipt looked for": Script(a_commit_is_lost_and_drained, (("lost",), WRITERS)),
    "lost without a stored touch": Script(a_commit_comes_late, (DRAINERS,)),
    "no touch": Script(a_commit_comes_late, (DRAINERS,)),
    "a later condition": Script(two_write_at_once, (WRITERS,)),
    "other regions not told": Script(a_drainer_dies, (ONE, (99,))),
    "stale base of a merge": Script(a_patch_after_a_straight_one),
    "nothing put again": Script(a_straight_patch_under_an_accepted_one, (WRITERS,)),
    "no new version on a mark": Script(a_fill_meets_a_straight_write, (("stale",), READERS)),
    "no marker on missing": Script(a_fill_meets_a_straight_write, (("nothing",), READERS)),
    "fill's hash after the origin": Script(a_fill_meets_an_accepted_write, (("nothing", "stale"), READERS)),
    "entry before receipt": Script(a_drainer_dies, (ONE, DRAINERS)),
    "member before propagation": Script(a_drainer_dies, (ONE, DRAINERS)),
    "member before entry": Script(a_drainer_dies, (ONE, DRAINERS)),
    "member first": Script(a_drainer_dies, (ONE, DRAINERS)),
    "propagation before entry": Script(another_region_is_down),
    "replayed without its key": Script(a_drainer_dies, (ONE, DRAINERS)),
    "put after the commit": Script(a_writer_dies, (WRITERS,)),
    "not the head": Script(the_origin_is_busy, (range(10),)),
    "an author reads plainly": Script(an_author_reads_at_once),
}
