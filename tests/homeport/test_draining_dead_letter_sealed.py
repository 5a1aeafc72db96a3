"""A dead letter with credentials is sent again."""

from __future__ import annotations

from dataclasses import replace

from homeport.draining.dead_letter import (
    retry,
)
from homeport.draining.letter import Letter
from homeport.messages import Headers
from homeport.writing.accept import Refused
from homeport.writing.opened import opened
from homeport.writing.sealed import tied_to, to_plaintext
from tests.homeport.homeport_world import NOON
from tests.homeport.seal_world import AesGcmSeal
from tests.homeport.test_draining_dead_letter import FIELDS, ITEM, A, dead
from tests.homeport.writing_world import SITE, World, about


async def test_a_retry_seals_credentials_anew_for_its_own_id_and_its_author() -> None:
    world, seal = World(), AesGcmSeal()
    await dead(world)
    secret = Headers([("authorization", "Bearer x")])
    text = await seal.seal(to_plaintext(secret), tied_to(ITEM.id, ITEM.method, A))
    item = replace(ITEM, target=A, sealed=text)
    sent = Letter(about(A).key, "r", NOON, "no", item, target=A, whose="alice")
    await retry(sent, SITE, world.home, world.origin, world.surroundings.effects, seal)
    (waits,) = world.entry(A).pending
    assert (waits.header, world.entry(A).whose) == (FIELDS, "alice")
    assert await opened(waits, seal) == secret


async def test_a_letter_whose_credentials_do_not_open_is_not_sent_again() -> None:
    world = World()
    sealed = Letter(about(A).key, "r", NOON, "no", replace(ITEM, target=A), target=A)
    outcome = await retry(sealed, SITE, world.home, world.origin, world.surroundings.effects)
    assert outcome == Refused("unknown")
    assert world.members(world.home) == []
