"""`homeport drain`: say on the topic that every lane has something to drain."""

from __future__ import annotations

from homeport import keys
from homeport_cli.house import House, lanes, together
from homeport_cli.lanes import held
from homeport_cli.options import AsJson, EnvFile, InLane, InRegion, RoutesFile, run
from homeport_cli.stop import unanswered
from homeport_cli.telling import duration, table, tell
from momento_http_shim.outcomes import Failed, Number

AFTERWARDS = (
    f"Published to the topic {keys.TOPIC}. Where a webhook listens the sync worker drains at once; "
    "else its cron does within a minute."
)


def drain(
    region: InRegion = None,
    lane: InLane = None,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Wake the sync worker for every lane, by the topic. It drains; this command does not."""

    async def one(house: House, name: str, number: int) -> dict[str, object]:
        # A paused lane is woken, too: that it stays so is the pause's business.
        length = await house.caches[name].sorted_set_length(keys.queue(number))
        failed = length if isinstance(length, Failed) else await house.wake(name, number)
        if failed is not None:
            raise unanswered(name, failed)
        lease = await held(house, name, number)
        waiting = length.value if isinstance(length, Number) else 0
        return {"region": name, "lane": number, "waiting": waiting, "lease": lease.holder, "for_ms": lease.ms}

    async def work(house: House) -> list[dict[str, object]]:
        chosen = [(name, number) for name in house.chosen(region) for number in lanes(lane)]
        return await together(one(house, *each) for each in chosen)

    found = run(env_file, routes, work)
    rows = [
        (each["region"], each["lane"], each["waiting"], each["lease"], _held(each["lease"], each["for_ms"]))
        for each in found
    ]
    tell(found, table(("region", "lane", "waiting", "lease", "for"), rows), as_json=as_json)
    if not as_json:
        tell(found, AFTERWARDS, as_json=False)


def _held(holder: object, ms: object) -> str:
    return "" if holder == "free" else duration(float(str(ms)))
