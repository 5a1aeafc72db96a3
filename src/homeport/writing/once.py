"""Driver of a write under its author's own Idempotency-Key: accepted once, whatever is sent again.

The record is set beside the index and the read, so that a first attempt takes two round trips, as without a key.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from typing import assert_never

from homeport import keys, versions
from homeport.messages import Response
from homeport.ports import Effects, Origin, Region
from momento_http_shim.conditions import AbsentOrEqual, Equal
from momento_http_shim.octets import Octets
from momento_http_shim.outcomes import Failed, Found, Miss, NotStored, Stored

from .accept import Accepted, Refused, Straight, accept, withdraw
from .commit import DEADLINE_MS
from .idempotency import FREE, Record, decode, digest, encode, fingerprint, read, reused, running, unknown
from .look_up import look_up
from .receipt import Illegible, Receipt
from .sealing import Sealing
from .write import Write

Outcome = Accepted | Refused | Receipt | Straight | Response

LATEST_MS = 45_000
"""A retry opens an attempt while its id is younger: a drain calls a member lost that is a minute old, and the attempt
may take `DEADLINE_MS` from then on."""


async def once(
    write: Write, region: Region, origin: Origin, effects: Effects, sealing: Sealing | None = None
) -> tuple[Write, Outcome]:
    """Accept a write, or say what became of the first one under its key; the write bears the id that counts.

    `sealing` is what seals its credentials, where it has any.
    """
    write = await sealing.of(write) if sealing else write
    key = read(write.key)
    if key is None:
        return write, await accept(write, region, origin, effects)
    return await _Once(
        write, keys.attempt(digest(key, write.principal)), region, origin, effects, sealing
    ).outcome()


async def is_known(field: str, principal: str, region: Region) -> bool:
    """Whether a region remembers an attempt under its author's key, as far as nobody can tell that it does not."""
    key = read(field)
    if key is None:
        return False
    found = await region.cache.get_with_hash(keys.attempt(digest(key, principal)), consistent=True)
    return isinstance(found, Failed) or (isinstance(found, Found) and bytes(found.value) != FREE)


@dataclass(frozen=True, slots=True)
class _Once:
    write: Write
    name: str
    region: Region
    origin: Origin
    effects: Effects
    sealing: Sealing | None

    async def outcome(self) -> tuple[Write, Outcome]:
        write = self.write
        record = Record(write.id, write.resource.key, fingerprint(write.request), self.effects.now())
        claiming = asyncio.ensure_future(self._set(encode(record), AbsentOrEqual(FREE)))
        outcome = await accept(write, self.region, self.origin, self.effects, claiming=claiming)
        if isinstance(claiming.result(), NotStored):
            # Nobody else knows the proposed id, so that nobody's member can be meant.
            await withdraw(write, self.region)
            return await self._known(record)
        if isinstance(claiming.result(), Failed):
            # It may have been set, and there may have been an earlier attempt under the key.
            passes = outcome == Refused("unreachable") and write.route.when_unreachable == "origin"
            return write, outcome if passes else unknown(self.region.name)
        if isinstance(outcome, Straight | Response) or (
            isinstance(outcome, Refused) and outcome.why != "unknown"
        ):
            await self._free(record)
        return write, outcome

    async def _free(self, record: Record) -> None:
        """The attempt certainly took nothing: the key may be used again at once, under another id.

        The member goes only after that: a retry that opened an attempt under this id has changed the record.
        """
        freed = await self._set(FREE, Equal(encode(record)), seconds=1)
        if isinstance(freed, Stored):
            await withdraw(replace(self.write, id=record.id), self.region)

    async def _known(self, asked: Record) -> tuple[Write, Outcome]:
        """The key has been used."""
        found = await self.region.cache.get_with_hash(self.name, consistent=True)
        if isinstance(found, Miss) or (isinstance(found, Found) and bytes(found.value) == FREE):
            return self.write, running(1)  # it ended this very moment
        record = decode(found.value) if isinstance(found, Found) else None
        if record is None or not isinstance(found, Found):
            return self.write, unknown(self.region.name)
        if record.fingerprint != asked.fingerprint:
            return self.write, reused()
        known = replace(self.write, id=record.id)
        if record.key != asked.key:
            return known, Refused("unknown")  # this site's routes, or its origin, have changed since
        return known, await self._became(known, record, found.value)

    async def _became(self, known: Write, record: Record, stands: Octets) -> Outcome:
        """What became of the first attempt; a retry begins where that is over, took nothing, and is recent enough."""
        seen = await versions.read(self.region, record.key)
        if isinstance(seen, Failed):
            return Refused("unknown")
        if record.id in seen.pending_ids:
            return Accepted()
        match await look_up(record.id, self.region):
            case Receipt() as receipt:
                return receipt
            case Illegible() | Failed():
                return Refused("unknown")
            case None:
                return await self._again(known, record, stands)
            case _ as never:
                assert_never(never)

    async def _again(self, known: Write, record: Record, stands: Octets) -> Outcome:
        age = self.effects.now() - record.at
        if age < DEADLINE_MS:
            return running(-(-(DEADLINE_MS - max(age, 0)) // 1000))
        if age >= LATEST_MS:
            return Refused("unknown")
        opened = replace(record, again=record.again + 1)
        if not isinstance(await self._set(encode(opened), Equal(stands)), Stored):
            return running(1)
        until = min(self.effects.now(), record.at + LATEST_MS) + DEADLINE_MS
        known = await self.sealing.of(known) if self.sealing else known
        return await accept(known, self.region, self.origin, self.effects, until=until)

    async def _set(
        self, value: Octets, condition: AbsentOrEqual | Equal, seconds: int = keys.DAY_SECONDS
    ) -> Stored | NotStored | Failed:
        return await self.region.cache.set_if(self.name, value, condition, ttl_seconds=seconds)
