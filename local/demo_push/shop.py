"""The shop behind a running stack: started in one way after the other at the same port, and what it noted."""

from __future__ import annotations

import secrets
import sqlite3
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from homeport import keys
from homeport.reading.key import resource
from local.origins.inventory import routes, stock
from local.origins.inventory.caching import Way
from local.stack import observer
from local.stack.process import Process, StackError
from local.stack.stack import Stack
from local.stack.wrangler import READY_SECONDS
from momento_http_shim.outcomes import Failed
from momento_http_shim.runtime.blocking import finish

from .counting import Change, change

ROUTES = Path(routes.__file__)


@dataclass(frozen=True, slots=True)
class Shop:
    """A running shop."""

    way: Way
    url: str
    database: Path

    def stock(self, pieces: int) -> None:
        """Have so many pieces; it returns when the regions have been told, where they are told."""
        answer = httpx.post(f"{self.url}/admin", data={"pieces": str(pieces)}, timeout=30.0)
        if answer.status_code != 303:
            raise StackError(
                f"the shop answers {answer.status_code} to new stock; see its log beside its database"
            )

    def changes(self) -> list[Change]:
        """Each change of the look, in order."""
        with closing(sqlite3.connect(self.database)) as database:
            rows = database.execute("SELECT look, committed, published FROM changes ORDER BY rowid")
            return [change(*row, tells=self.way == "push") for row in rows]

    def renders(self) -> dict[str, int]:
        """How often the page was rendered, by cause."""
        with closing(sqlite3.connect(self.database)) as database:
            return stock.renders(database)

    def requests(self) -> int:
        """How often the page was asked for here."""
        with closing(sqlite3.connect(self.database)) as database:
            query = "SELECT count(*) FROM requests WHERE path = '/'"
            return int(database.execute(query).fetchone()[0])


@contextmanager
def serving(stack: Stack, way: Way, *, ttl: int = 1, latency_ms: int = 0) -> Iterator[Shop]:
    """The shop at the stack's origin, with new books and nothing of it in the regions, while the block runs."""
    empty(stack)
    database = stack.log.with_name(f"shop-{secrets.token_hex(3)}.sqlite")
    port = stack.origin.rpartition(":")[2]
    command = [
        *(sys.executable, "-m", "local.origins.inventory", "--way", way, "--ttl", str(ttl), "--port", port),
        *("--database", str(database), "--latency-ms", str(latency_ms)),
    ]
    settings = {
        "HOMEPORT_REGIONS": " ".join(f"{region}={url}" for region, url in stack.regions.items()),
        "MOMENTO_API_KEY": stack.api_key,
    }
    log = stack.log.with_name(f"shop-{way}.log")
    with Process("shop", command, log, environment=settings) as process:
        yield Shop(way, str(process.first_line(READY_SECONDS)["url"]), database)


def empty(stack: Stack) -> None:
    """Take the page out of every region."""
    for region in stack.regions:
        gone = finish(observer.cache(stack, region).delete(keys.entry(resource(stack.origin, "/").key)))
        if isinstance(gone, Failed):
            raise StackError(f"{region} does not let go of the page: {gone.error.code}")
