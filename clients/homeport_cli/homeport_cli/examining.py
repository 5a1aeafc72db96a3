"""Driver of a doctor's questions to regions and the origin."""

from __future__ import annotations

import hmac
from collections.abc import AsyncIterator

from homeport import keys
from homeport.messages import NoAnswer, Request
from homeport.sync import WEBHOOK
from momento_http_shim.outcomes import Failed
from momento_http_shim.webhooks import WebhookSecret

from .findings import Finding, mend
from .house import House
from .lanes import may_write

_KEY = ("AUTHENTICATION_ERROR", "PERMISSION_ERROR")
_CACHE = ("NOT_FOUND_ERROR", "CACHE_NOT_FOUND_ERROR")
BOOTSTRAP = "homeport bootstrap"


async def region(house: House, name: str) -> AsyncIterator[Finding]:
    """Whether a region answers, our cache is there, the key may read and write it, and who hears its topic."""
    cache, what, now = house.caches[name], f"region {name}", house.effects.now
    began = now()
    read = await cache.sorted_set_length(keys.queue(0))
    if isinstance(read, Failed):
        yield _unread(house, name, read)
        return
    yield Finding("fine", what, f"{house.settings.cache_name(name)} answers in {now() - began} ms")
    if (refused := await may_write(cache, house.effects.token())) is not None:
        says = f"{refused.error.code}: the key may not write {house.settings.cache_name(name)}"
        yield Finding("wrong", what, says, mend("MOMENTO_API_KEY"))
    async for each in _webhooks(house, name):
        yield each


def _unread(house: House, name: str, failed: Failed) -> Finding:
    code, cache, what = failed.error.code, house.settings.cache_name(name), f"region {name}"
    if code in _CACHE:
        return Finding("wrong", what, f"there is no cache {cache}", BOOTSTRAP)
    if code in _KEY:
        return Finding("wrong", what, f"{code}: the key may not read {cache}", mend("MOMENTO_API_KEY"))
    says = f"{code}: {failed.error.message} ({house.settings.regions[name]})"
    return Finding("wrong", what, says, "look at Momento's status, or take it out of HOMEPORT_REGIONS")


async def _webhooks(house: House, name: str) -> AsyncIterator[Finding]:
    control, cache, what = house.controls[name], house.settings.cache_name(name), f"webhook {name}"
    found = await control.list_webhooks(cache)
    if isinstance(found, Failed):
        yield Finding(
            "note", what, f"{found.error.code}: not offered; the edge's kick and cron wake the drain"
        )
        return
    ours = [each for each in found.webhooks if each.topic == keys.TOPIC]
    if not ours:
        says = "none; the edge's kick and cron wake the drain"
        yield Finding("note", what, says, f"{BOOTSTRAP} --edge https://YOUR-EDGE")
    for each in ours:
        if not each.url.endswith(WEBHOOK):
            says = f"{each.name} posts to an address that is not {WEBHOOK} of the edge"
            yield Finding("wrong", what, says, f"{BOOTSTRAP} --edge https://YOUR-EDGE")
            continue
        secret = await control.get_webhook_secret(cache, each.name)
        if isinstance(secret, WebhookSecret) and not known(secret, house):
            says = (
                f"{each.name} signs with a secret that MOMENTO_WEBHOOK_SECRETS lacks: its events are refused"
            )
            yield Finding("wrong", what, says, f"{BOOTSTRAP} --edge https://YOUR-EDGE, then as it says")
        else:
            yield Finding("fine", what, f"{each.name} wakes the drain")


def known(secret: WebhookSecret, house: House) -> bool:
    """Whether the sync worker has what a webhook signs with."""
    given = secret.secret.encode()
    return any(hmac.compare_digest(given, each.encode()) for each in house.settings.webhook_secrets)


async def origin(house: House) -> Finding:
    """Whether the origin answers from here: the workers may see it otherwise."""
    answer = await house.origin.ask(Request("GET", "/"))
    if isinstance(answer, NoAnswer):
        return Finding(
            "note", "origin", f"from here: {answer.reason}", "look whether Cloudflare can reach it"
        )
    return Finding("fine", "origin", f"answers, {answer.status} at /")
