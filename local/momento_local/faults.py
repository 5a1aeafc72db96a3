"""Faults on demand: what shall go wrong, where, and how often. Randomness is handed in."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from typing import Any

from .refusals import Refusal, Status, invalid


class FaultKind(Enum):
    """The kinds of fault, by their names in the admin API."""

    LATENCY = "latency"
    ERROR = "error"
    RESET = "reset"
    LOST_ANSWER = "lost_answer"
    PARTITION = "partition"
    WIPE = "wipe"
    DROP_WEBHOOK = "drop_webhook"


ANY = "*"


@dataclass(slots=True)
class Fault:
    """One fault. `region`, `cache` and `method` may be `*`; `remaining` None means until it is removed.

    `method` is Momento's name (`SetIfHash`, `Get`), or that with its way in (`http:Get`, `grpc:Get`);
    several are separated by spaces. `ms`, `low_ms`, `high_ms`, `mean_ms` are milliseconds of latency.
    """

    kind: FaultKind
    region: str = ANY
    cache: str = ANY
    method: str = ANY
    key_prefix: bytes = b""
    probability: float = 1.0
    remaining: int | None = None
    status: Status = Status.UNAVAILABLE
    distribution: str = "fixed"
    ms: float = 0.0
    low_ms: float = 0.0
    high_ms: float = 0.0
    mean_ms: float = 0.0
    id: int = 0
    hits: int = 0

    def concerns(self, region: str, cache: str, method: str, key: bytes) -> bool:
        """Tell whether the call is one of those this fault is meant for."""
        if self.remaining == 0 or self.region not in (ANY, region) or self.cache not in (ANY, cache):
            return False
        if not key.startswith(self.key_prefix):
            return False
        return self.method == ANY or not {method, method.partition(":")[2]}.isdisjoint(self.method.split())

    def delay_ms(self, chance: random.Random) -> float:
        """Draw the latency to add, in milliseconds."""
        match self.distribution:
            case "uniform":
                return chance.uniform(self.low_ms, self.high_ms)
            case "exponential":
                return chance.expovariate(1 / self.mean_ms) if self.mean_ms > 0 else 0.0
            case _:
                return self.ms


@dataclass(slots=True)
class Verdict:
    """What the faults do to one call. Nothing, by default."""

    delay_ms: float = 0.0
    refusal: Refusal | None = None
    hang_up: FaultKind | None = None
    lose_answer: bool = False
    wipe: bool = False


class Faults:
    """The faults in force, of all regions."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._faults: dict[int, Fault] = {}
        self._made = 0

    def add(self, fault: Fault) -> int:
        """Put a fault in force; its id."""
        self._made += 1
        fault.id = self._made
        self._faults[fault.id] = fault
        return fault.id

    def remove(self, fault_id: int | None) -> int:
        """Remove one fault, or all if None; how many were removed."""
        if fault_id is None:
            count = len(self._faults)
            self._faults.clear()
            return count
        return 0 if self._faults.pop(fault_id, None) is None else 1

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._faults.values())

    def judge(self, region: str, cache: str, method: str, key: bytes = b"") -> Verdict:
        """Say what happens to this call, and count it against the faults that took part."""
        verdict = Verdict()
        for fault in self._faults.values():
            if fault.kind is not FaultKind.DROP_WEBHOOK and self._strikes(fault, region, cache, method, key):
                _apply(fault, verdict, self._chance)
        return verdict

    def drops_webhook(self, region: str, cache: str, topic: str) -> bool:
        """Say whether this webhook's delivery is dropped; `key_prefix` is matched against the topic."""
        return any(
            fault.kind is FaultKind.DROP_WEBHOOK and self._strikes(fault, region, cache, ANY, topic.encode())
            for fault in self._faults.values()
        )

    def _strikes(self, fault: Fault, region: str, cache: str, method: str, key: bytes) -> bool:
        if not fault.concerns(region, cache, method, key):
            return False
        if fault.probability < 1.0 and self._chance.random() >= fault.probability:
            return False
        fault.hits += 1
        if fault.remaining is not None:
            fault.remaining -= 1
        return True


def _apply(fault: Fault, verdict: Verdict, chance: random.Random) -> None:
    match fault.kind:
        case FaultKind.LATENCY:
            verdict.delay_ms += fault.delay_ms(chance)
        case FaultKind.ERROR:
            verdict.refusal = Refusal(fault.status, "injected by a fault of the local Momento")
        case FaultKind.RESET | FaultKind.PARTITION:
            verdict.hang_up = fault.kind
        case FaultKind.LOST_ANSWER:
            verdict.lose_answer = True
        case FaultKind.WIPE:
            verdict.wipe = True
        case _:
            pass


NUMBERS = ("probability", "ms", "low_ms", "high_ms", "mean_ms")
TEXTS = ("region", "cache", "method", "distribution")
KNOWN = {"kind", "count", "error", "key_prefix", *NUMBERS, *TEXTS}


def parse_fault(spec: Any) -> Fault:
    """Read a fault from the admin API's JSON; INVALID_ARGUMENT names what is wrong with it."""
    if not isinstance(spec, dict):
        raise invalid("a fault is a JSON object")
    unknown = set(spec) - KNOWN
    if unknown:
        raise invalid(f"unknown members {sorted(unknown)}; known are {sorted(KNOWN)}")
    try:
        kind = FaultKind(spec.get("kind"))
    except ValueError:
        raise invalid(f"kind must be one of {[kind.value for kind in FaultKind]}") from None
    method = spec.get("method", ANY)
    texts: dict[str, Any] = {name: str(spec[name]) for name in TEXTS if name in spec}
    texts["method"] = " ".join(method) if isinstance(method, list) else str(method)
    count = spec.get("count")
    numbers: dict[str, Any] = {name: _number(spec, name) for name in NUMBERS if name in spec}
    return Fault(
        kind,
        **texts,
        **numbers,
        key_prefix=str(spec.get("key_prefix", "")).encode(),
        remaining=None if count is None else int(_number(spec, "count")),
        status=status_named(str(spec.get("error", "unavailable"))),
    )


def _number(spec: dict[str, Any], name: str) -> float:
    number = spec[name]
    if isinstance(number, bool) or not isinstance(number, int | float) or not number >= 0:
        raise invalid(f"{name} must be a number, 0 or more, not {number!r}")
    return float(number)


def status_named(name: str) -> Status:
    """Read a status as momento-local names it in `return-error`: `resource-exhausted`, `not-found`."""
    try:
        return Status[name.upper().replace("-", "_")]
    except KeyError:
        raise invalid(f"{name!r} is no gRPC status; write it as in resource-exhausted") from None


def show_fault(fault: Fault) -> dict[str, Any]:
    """Write a fault as JSON for the admin API."""
    return {
        "id": fault.id,
        "kind": fault.kind.value,
        "region": fault.region,
        "cache": fault.cache,
        "method": fault.method,
        "key_prefix": fault.key_prefix.decode(errors="replace"),
        "remaining": fault.remaining,
        "hits": fault.hits,
        "error": fault.status.name.lower().replace("_", "-"),
        "distribution": fault.distribution,
        **{name: getattr(fault, name) for name in NUMBERS},
    }
