"""What must hold after a run of the state machine, whatever happened in it."""

from __future__ import annotations

import json
from itertools import pairwise
from typing import Any

from homeport import keys
from homeport.entry import Entry
from homeport.messages import Response
from tests.homeport.homeport_world import whole
from tests.homeport.machine_origin import OLD
from tests.homeport.machine_visitor import ITEM, LIST, NOTE, TARGETS, Visitor
from tests.homeport.machine_world import MachineWorld
from tests.homeport.writing_world import about

NOT_TAKEN = {"unreachable", "waiting", "full", "foreign", "contended", "origin", "refused"}
"""Words of Cache-Status that promise that nothing was written."""


def check(world: MachineWorld) -> None:
    """Raise an AssertionError that says what is wrong."""
    check_nothing_waits(world)
    for visitor in world.visitors:
        if visitor.kind is not None:
            check_write(world, visitor)
    check_effects(world)
    check_order(world)
    for visitor in world.visitors:
        if visitor.kind is None:
            check_read(world, visitor)
    check_entries(world)


def check_nothing_waits(world: MachineWorld) -> None:
    assert not world.calls, f"somebody never ended: {world.calls}"
    for name, region in world.regions.items():
        for key, item in region.cache.store.items():
            if key.startswith(b"q:"):
                content: Any = item.content
                raise AssertionError(f"in {name} there wait {[*content.between(0, len(content))]}")
            assert not key.startswith(b"lease:") or item.content == b"free", f"{key!r} is held in {name}"
        for target in (*TARGETS, LIST):
            entry = region.kept(about(target).key)
            dirty = isinstance(entry, Entry) and entry.dirty
            assert not dirty or _gone(world, name, target), f"{target} is dirty in {name}"


def check_write(world: MachineWorld, write: Visitor) -> None:
    times, word = world.origin.applied.count(write.name), said(write)
    again = (write.region, write.name) in world.recommitted
    assert not again or gone(world, write), f"{write.name} was committed when it was settled"
    assert times <= 1, f"{write.name} is applied {times} times"
    ids = [name for name, number in world.numbers.items() if number == write.name]
    forgotten = any(key.startswith("i:") for _, key in world.gone)
    assert len(ids) <= 1 or forgotten, f"{write.name} was committed as each of {ids}"
    if word in NOT_TAKEN:
        others = [each for each in world.visitors if each.name == write.name and each is not write]
        assert not times or others, f"{write.name}: {word}, and the origin applied it"
    elif word == "straight":
        done = write.status < 300 or (write.status == 404 and write.request.method == "DELETE")
        assert write.status >= 500 or times == done, f"{write.name}: {write.status}, applied {times} times"
    elif word == "accepted" and not gone(world, write):
        receipt = world.receipts.get(write.name)
        assert receipt is not None, f"{write.name} is accepted and has no receipt"
        assert receipt.state in ("applied", "dead", "superseded"), f"{write.name} is {receipt.state}"
        if receipt.state == "dead":
            _check_dead(world, write, receipt.reason or "", times)
        else:
            assert times == (receipt.state == "applied"), f"{write.name} is {receipt.state}: {times}"


def _check_dead(world: MachineWorld, write: Visitor, reason: str, times: int) -> None:
    if not reason.startswith("given up"):
        assert write.name in world.origin.refused, f"{write.name} is dead, and the origin never refused it"
        assert not times, f"{write.name} is dead and applied"
    letters = {
        keys.parse_member(member)[1]
        for region in world.regions.values()
        if (dead := region.cache.store.item(keys.DEAD.encode())) is not None
        for member, _ in _content(dead).between(0, len(_content(dead)))
    }
    names = {name for name, number in world.numbers.items() if number == write.name}
    assert names & letters or world.aged, f"{write.name} is dead without a letter"


def _content(item: Any) -> Any:
    return item.content


def check_effects(world: MachineWorld) -> None:
    """What the origin has is what its applied writes come to, each of them once, in their order."""
    for target in TARGETS:
        document: Any = OLD
        for name in world.origin.applied:
            write = world.visitors[int(name)]
            if write.target == target and write.kind is not None:
                document = write.kind.left(document, write.number)
        found = world.origin.documents[target]
        assert found == document, f"{target}: {found}, not {document}"


def check_order(world: MachineWorld) -> None:
    """The origin applies a region's writes of a resource as they were committed; and as their authors were told."""
    applied = world.origin.applied
    for (region, target), names in world.commits.items():
        if not _gone(world, region, target):
            places = [applied.index(name) for name in names if name in applied and name not in world.lost]
            assert all(first < second for first, second in pairwise(places)), f"{names} became {applied}"
    certain = [
        each for each in world.visitors if each.name in applied and _certain(each) and not each.repeated
    ]
    for first in certain:
        for second in certain:
            if before(first, second) and not gone(world, first):
                assert applied.index(first.name) < applied.index(second.name), (
                    f"{second.name} overtook {first.name}"
                )


def check_read(world: MachineWorld, read: Visitor) -> None:
    """A read shows every write that was acknowledged in its region before it began, or what replaced it later.

    A plain read may show an older version; the author of an accepted write, who shows its home, asks consistently.
    """
    allowed = {"normal", "twice", "stale"} if read.home else {"normal", "twice"}
    faultless = not read.worker.dead and set(read.worker.fates) <= allowed
    listed = read.target == LIST
    if read.status not in (200, 404) or not faultless or (listed and not world.site.lists(ITEM)):
        return
    if any(each.target == read.target and each.kind and not each.kind.told for each in world.visitors):
        return  # a command: what waits is not shown, and nobody can tell what it leaves
    assert read.answer is not None
    document = json.loads(bytes(whole(read.answer).body)) if read.status == 200 else None
    for write in world.visitors:
        if write.kind is None or write.repeated:
            continue
        if not _shown(write, read) or not _acknowledged(world, write):
            continue
        shown = (document or {}).get(write.target) if listed else document
        if write.kind.shows(shown, write.number):
            continue
        later = [
            each
            for each in world.visitors
            if each.kind is not None
            and each.kind.replaces
            and each.target == write.target
            and each.kind.shows(shown, each.number)
            and not _earlier(world, each, write)
        ]
        assert later, f"read {read.name} shows {document}, and not {write.name}"


def _shown(write: Visitor, read: Visitor) -> bool:
    """Whether an answered write is about what was then read in its region, or an item of the list that was."""
    about = write.target == read.target or (read.target == LIST and write.target.startswith(f"{LIST}/"))
    return about and write.region == read.region and write.ended is not None and write.ended < read.began


def _earlier(world: MachineWorld, first: Visitor, second: Visitor) -> bool:
    """Whether one write certainly came before another one of the same resource."""
    if _certain(first) and before(first, second):
        return True
    return first is second or world.origin.when.get(first.name, world.happened + 1) < second.began


def check_entries(world: MachineWorld) -> None:
    """What a region holds as fresh is what the origin shows.

    Nothing can be promised where a key is gone, or a worker died that owed the news of a straight write.
    """
    if world.gone or any(name == "debt_forgotten" for name, _ in world.surroundings.events):
        return
    for name, region in world.regions.items():
        for target in (*TARGETS, LIST):
            entry = region.kept(about(target).key)
            if not isinstance(entry, Entry) or entry.kind == "marker" or entry.stale or _owed(world, target):
                continue
            now = world.origin.show(target)
            assert (entry.status, bytes(entry.body)) == (now.status, bytes(now.body)), (
                f"{target} is fresh in {name} with {bytes(entry.body)!r}, the origin shows {bytes(now.body)!r}"
            )


def _owed(world: MachineWorld, target: str) -> bool:
    return any(
        each.worker.dead
        and target in (each.target, LIST)
        and any(call.startswith(("origin P", "origin D")) for call in each.worker.calls)
        for each in world.visitors
    )


def said(visitor: Visitor) -> str:
    """The word of Cache-Status for what became of a write; "" where nobody was told."""
    answer = visitor.answer
    if answer is None:
        return ""
    fields = answer.headers if isinstance(answer, Response) else answer.added
    value = next(value for name, value in fields if name == "cache-status")
    return "straight" if " straight " in value else value.rstrip('"').rpartition(" ")[2]


def before(first: Visitor, second: Visitor) -> bool:
    """Whether both are about one resource in one region, and the first was answered before the second began."""
    same = (first.target, first.region) == (second.target, second.region)
    return same and first.ended is not None and first.ended < second.began


def gone(world: MachineWorld, write: Visitor) -> bool:
    """Whether it was lost with its entry, or its receipt was; or a key was lost in a way that excuses more."""
    return write.name in world.lost or _gone(world, write.region, write.target)


def _gone(world: MachineWorld, region: str, target: str) -> bool:
    entry = keys.entry(about(target).key)
    return any(name == region and (key == entry or key.startswith("r:")) for name, key in world.gone)


def _certain(write: Visitor) -> bool:
    """Whether its author was told that it is accepted, or applied, and nothing was said of an unreachable region."""
    word = said(write)
    return word == "accepted" or (word == "straight" and write.status < 300 and write.target != NOTE)


def _acknowledged(world: MachineWorld, write: Visitor) -> bool:
    if write.name not in world.origin.applied or gone(world, write):
        return False
    if said(write) == "accepted":
        return True
    # A straight write: its author sees it where its worker, and those beside it, could do all they had to.
    failed = any(name == "put_again_failed" for name, _ in world.surroundings.events)
    return _certain(write) and write.worker.faultless and not failed
