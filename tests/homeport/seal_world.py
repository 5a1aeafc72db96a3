"""The world of writes with credentials: a seal by `cryptography`, and an origin that knows who asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from homeport.draining.drain import Drain, Report
from homeport.edge import Edge
from homeport.messages import Headers, NoAnswer, Relayed, Request, Response
from homeport.ports import Region, Unopened
from homeport.pushing.changed import Site
from homeport.reading.whose import SealKeys
from homeport.routing import Route, Routes
from homeport.writing.gauge import Gauge
from homeport.writing.sealed import NONCE, from_text, to_text, unknown, unopened
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN
from tests.homeport.homeport_world import ORIGIN, OpenedTwin, opened
from tests.homeport.writing_processes import ItemsOrigin, Process
from tests.homeport.writing_world import REQUEST_MS, Kicks, World, lane_of, quiet

KEYS: SealKeys = (("new", bytes(range(32))), ("old", bytes(range(32, 64))))
NEW, OLD = KEYS
TARGET = "/own/1"
JSON = ("content-type", "application/json")
ALICE, BOB = "sid=alice-secret", "sid=bob-secret"

ROUTES = Routes(
    Route(
        "/own/{id}",
        ttl=60,
        write_behind=("PUT", "DELETE", "PATCH"),
        invalidates=("/list",),
        session=("cookie:sid", "header:authorization"),
        credentials=("X-Shop",),
    ),
    Route("/all/{id}", ttl=60, write_behind=("PUT", "DELETE", "PATCH")),
    Route(
        "/behind/{id}", ttl=60, write_behind=("PUT",), bypass_when=("cookie:sid",), session=("cookie:sid",)
    ),
    Route("/origin/{id}", ttl=60, write_behind=("PUT",), when_unreachable="origin"),
    Route("/list", ttl=60),
    Route("/made", ttl=60, write_behind=("POST",), collection_of="/made/{id}"),
    Route("/made/{id}", ttl=60, write_behind=("PUT", "DELETE", "PATCH"), session=("cookie:sid",)),
)


class AesGcmSeal:
    """Implements `ports.Seal` by `cryptography`; nonces count from 1."""

    def __init__(self, keys: SealKeys = KEYS, octets: Callable[[int], bytes] | None = None) -> None:
        self._keys, self._count = keys, 0
        self._octets = octets or self._counted

    async def seal(self, plaintext: bytes, tied_to: bytes, /) -> str:
        (name, key), nonce = self._keys[0], self._octets(NONCE)
        return to_text(name, nonce, AESGCM(key).encrypt(nonce, plaintext, tied_to))

    async def open(self, sealed: str, tied_to: bytes, /) -> bytes | Unopened:
        name, parts = sealed.partition(".")[0], from_text(sealed)
        if name not in dict(self._keys):
            return unknown(name)
        if parts is None:
            return unopened(name)
        try:
            return AESGCM(dict(self._keys)[name]).decrypt(parts[1], parts[2], tied_to)
        except InvalidTag:
            return unopened(name)

    def _counted(self, length: int) -> bytes:
        self._count += 1
        return self._count.to_bytes(length, "big")


@dataclass
class PersonalOrigin(ItemsOrigin):
    """An origin that shows everybody their own: what each session wrote, `public` to those without."""

    down: bool = False
    fields: tuple[tuple[str, str], ...] = (("cache-control", "private"),)
    public: dict[str, bytes] = field(default_factory=dict)

    async def ask(self, request: Request, /) -> Response | NoAnswer:
        self.requests.append(request)
        if self.down:
            return NoAnswer("it could not be reached")
        if waiting := self.answers.get(request.target):
            return waiting.pop(0)
        who = request.headers.get("cookie") or request.headers.get("authorization")
        name = f"{who} {request.target}"
        if request.method in ("GET", "HEAD"):
            found = self.items.get(name) if who else self.public.get(request.target)
            shared = () if not who else self.fields
            return Response(404) if found is None else Response(200, Headers((JSON, *shared)), found)
        key = request.headers.get("idempotency-key")
        if key is None or key not in self.seen:
            self.seen[key or ""] = Response(204)
            self.journal.append((request.method, request.target, bytes(request.body)))
            self.items[name] = bytes(request.body)
        return Response(204)

    async def open(self, request: Request, /) -> OpenedTwin | NoAnswer:
        return opened(await self.ask(request))


@dataclass
class Streamed:
    """Implements `ports.Visit`: what is forwarded reaches the origin as it came."""

    request: Request
    origin: PersonalOrigin
    forwarded: list[Response] = field(default_factory=list)

    async def body(self) -> bytes:
        return bytes(self.request.body)

    async def forward(self, _: object = None, /) -> Relayed | NoAnswer:
        answer = await self.origin.ask(self.request)
        if isinstance(answer, NoAnswer):
            return answer
        self.forwarded.append(answer)
        return Relayed(answer.status, bytes(answer.body), headers=answer.headers)

    async def hand_to_sync(self, _fields: Mapping[str, str] | None = None, /) -> Relayed:
        raise AssertionError("nobody asks for that")


@dataclass
class Sealing(World):
    """The world, seen from both workers, with keys or without."""

    keys: SealKeys = KEYS
    origin: PersonalOrigin = field(default_factory=PersonalOrigin)
    kicks: Kicks = field(default_factory=Kicks)
    gauge: Gauge | None = None
    visits: list[Streamed] = field(default_factory=list)
    seal: AesGcmSeal | None = field(init=False)

    def __post_init__(self) -> None:
        super().__post_init__()
        self.rekey(self.keys)

    def rekey(self, keys: SealKeys) -> None:
        """Configure other keys from now on; nonces go on."""
        self.keys, self.seal = keys, AesGcmSeal(keys) if keys else None

    async def send(self, request: Request, by: Process | None = None) -> Response | Relayed:
        regions: dict[str, Region] = {
            each.name: (by or Process()).connect(each) for each in (self.home, self.away)
        }
        edge = Edge(
            Site(ORIGIN, ROUTES),
            regions,
            self.origin,
            Waker(self.kicks),
            seal=self.seal,
            seal_keys=self.keys,
            gauge=self.gauge,
        )
        visit = Streamed(request, self.origin)
        self.visits.append(visit)
        return await edge.answer(request, JAPAN, visit, self.surroundings.effects)

    async def read(self, *fields: tuple[str, str], target: str = TARGET) -> Response | Relayed:
        answer = await self.send(Request("GET", target, Headers(fields)))
        await self.surroundings.run_behind()
        return answer

    async def put(
        self, body: bytes, *fields: tuple[str, str], target: str = TARGET, by: Process | None = None
    ) -> Response | Relayed:
        headers = Headers((JSON, ("content-length", str(len(body))), *fields))
        answer = await self.send(Request("PUT", target, headers, body), by)
        await self.surroundings.run_behind()
        return answer

    async def patch(self, body: bytes, *fields: tuple[str, str], target: str = TARGET) -> Response | Relayed:
        kind = ("content-type", "application/merge-patch+json")
        request = Request("PATCH", target, Headers((kind, ("content-length", str(len(body))), *fields)), body)
        answer = await self.send(request)
        await self.surroundings.run_behind()
        return answer

    async def replay(self, target: str = TARGET) -> Report | None:
        effects = self.surroundings.effects
        drain = Drain(Site(ORIGIN, ROUTES), self.origin, REQUEST_MS, effects, seal=self.seal)
        report = await drain.lane(self.home, [self.away], lane_of(target))
        await quiet()
        return report

    @property
    def octets_kept(self) -> bytes:
        """All that stands in both regions, keys and queues included."""
        kept = []
        for region in (self.home, self.away):
            for key, item in region.cache.store.items():
                content = item.content
                kept += [
                    key,
                    content if isinstance(content, bytes) else repr(list(_members(content))).encode(),
                ]
        return b"\n".join(kept)


def _members(content: object) -> list[object]:
    between = getattr(content, "between", None)
    return list(between(0, len(content))) if between else [content]  # type: ignore[arg-type]


def cookie(value: str) -> tuple[str, str]:
    return ("cookie", value)


def detail(answer: Response | Relayed) -> str:
    """The answer's Cache-Status."""
    fields = [*answer.headers] if isinstance(answer, Response) else [*answer.added]
    return next(value for name, value in fields if name == "cache-status")


def body(answer: Response | Relayed) -> bytes:
    return bytes(answer.body) if isinstance(answer, Response) else bytes(answer.source)  # type: ignore[call-overload]


def without_keys() -> Sealing:
    return Sealing(keys=())
