"""The homeport command over two regions of a local Momento, and the product's own drivers beside it."""

from __future__ import annotations

import asyncio
import json
import urllib.request
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from typer.testing import CliRunner

from homeport import keys, versions
from homeport import settings as setting
from homeport.draining.drain import Drain
from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers, Request, Response
from homeport.reading.key import Resource, resource
from homeport.settings import Settings
from homeport.versions import Version
from homeport.writing.accept import Accepted, accept
from homeport.writing.look_up import look_up
from homeport.writing.receipt import Receipt
from homeport.writing.sealed import tied_to, to_plaintext
from homeport.writing.write import Write
from homeport_cli import environment
from homeport_cli.app import app
from homeport_cli.house import House, connected
from tests.homeport.homeport_world import Script, ScriptedOrigin

T = TypeVar("T")
ORIGIN = "http://127.0.0.1:9"
"""Nothing listens on the discard port of this machine: this origin never answers the command."""

HOME, AWAY = "ap-northeast-1", "us-east-1"
KEY = "a-key-that-nobody-may-see"
ROUTES = """
from homeport.routing import Route, Routes
ROUTES = Routes(
    Route("/items", ttl=60),
    Route("/items/{id}", ttl=60, write_behind=("PUT", "DELETE"), deduplicates=True, tags=("items",)),
)
"""
_prefixes = count(1)


@dataclass
class Bay:
    """A house of its own, its caches named by a prefix that no other test has."""

    folder: Path
    momento: Mapping[str, Any]
    changes: dict[str, str] = field(default_factory=dict)
    prefix: str = field(default_factory=lambda: f"t{next(_prefixes)}-")

    def variables(self) -> dict[str, str]:
        """What the workers would be told."""
        regions = " ".join(f"{name}={self.momento['regions'][name]}" for name in (HOME, AWAY))
        found = {"HOMEPORT_ORIGIN": ORIGIN, "HOMEPORT_REGIONS": regions, "MOMENTO_API_KEY": KEY}
        return found | {"HOMEPORT_CACHE_PREFIX": self.prefix} | self.changes

    def run(self, *arguments: str, answer: str | None = None) -> Outcome:
        """Run the command as a shell would, but for the process."""
        env_file, routes = self.folder / "vars", self.folder / "my_routes.py"
        env_file.write_text("".join(f'{name}="{value}"\n' for name, value in self.variables().items()))
        if not routes.exists():
            routes.write_text(ROUTES)
        given = {"HOMEPORT_ENV_FILE": str(env_file), "HOMEPORT_ROUTES": str(routes)}
        done = CliRunner().invoke(app, arguments, input=answer, env=given)
        assert KEY not in done.output
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return Outcome(done.exit_code, done.stdout, done.stderr)

    def json(self, *arguments: str) -> Any:
        """What the command says in JSON; it must end well."""
        done = self.run(*arguments, "--json")
        assert done.code == 0, done.errors
        return json.loads(done.said)

    def within(self, work: Callable[[House], Awaitable[T]]) -> T:
        """Do something with the same regions, beside the command."""
        settings, routes = setting.read(self.variables()), environment.routes(self.folder / "my_routes.py")
        assert isinstance(settings, Settings)
        assert not isinstance(routes, setting.Faults)

        async def work_within() -> T:
            async with connected(settings, routes) as house:
                return await work(house)

        return asyncio.run(work_within())

    def accept(self, target: str, body: bytes = b"{}", secret: Headers = NO_FIELDS) -> str:
        """A visitor's PUT, taken at home, its secret fields sealed; its id."""

        async def work(house: House) -> str:
            request = Request("PUT", target, Headers([("content-type", "application/json")]), body)
            match = house.site.routes.match(target)
            assert match is not None
            write = Write(house.effects.token(), about(target), request, match.route)
            if house.seal is not None:
                sealed = await house.seal.seal(to_plaintext(secret), tied_to(write.id, "PUT", target))
                write = replace(write, secret=secret, sealed=sealed, whose="its author")
            assert isinstance(await accept(write, house.region(HOME), house.origin, house.effects), Accepted)
            return write.id

        return self.within(work)

    def drain(self, target: str, script: Script) -> ScriptedOrigin:
        """Drain the lane of a target at home; what the origin was asked."""

        async def work(house: House) -> ScriptedOrigin:
            origin = ScriptedOrigin(script)
            drain = Drain(house.site, origin, 20_000, house.effects, seal=house.seal)
            await drain.lane(house.region(HOME), house.others(HOME), keys.lane_of(about(target).key))
            return origin

        return self.within(work)

    def entry(self, target: str, region: str = HOME) -> Entry | None:
        """What stands in a region."""

        async def work(house: House) -> Entry | None:
            seen = await versions.read(house.region(region), about(target).key)
            assert isinstance(seen, Version)
            assert seen.entry is None or isinstance(seen.entry, Entry)
            return seen.entry

        return self.within(work)

    def receipt(self, write_id: str) -> Receipt | None:
        """What became of a write."""

        async def work(house: House) -> Receipt | None:
            found = await look_up(write_id, house.region(HOME))
            assert found is None or isinstance(found, Receipt)
            return found

        return self.within(work)

    def fault(self, **spec: Any) -> None:
        """Put a fault of the local Momento in force."""
        request = urllib.request.Request(  # noqa: S310 - on this machine
            f"{self.momento['admin']}/faults", json.dumps(spec).encode(), method="POST"
        )
        with urllib.request.urlopen(request) as answer:  # noqa: S310 - as above
            assert answer.status == 201


@dataclass(frozen=True)
class Outcome:
    """How the command ended, and what it said on either stream."""

    code: int
    said: str
    errors: str


def about(target: str) -> Resource:
    """The resource of a target."""
    return resource(ORIGIN, target)


def refuses(_: Request) -> Response:
    """An origin that takes nothing."""
    return Response(422, Headers([("content-type", "text/plain")]), b"no \x1b[31mred\x1b[0m items")


def takes(_: Request) -> Response:
    """An origin that takes all."""
    return Response(200, Headers([("content-type", "application/json")]), b'{"done":true}')
