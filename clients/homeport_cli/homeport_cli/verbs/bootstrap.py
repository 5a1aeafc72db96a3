"""`homeport bootstrap`: the caches of every configured region, and their webhooks where the account offers them."""

from __future__ import annotations

import os
import re
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Annotated, Literal

import typer

from homeport import keys
from homeport.regions.declared import URL
from homeport.sync import WEBHOOK
from homeport_cli.examining import known
from homeport_cli.house import House
from homeport_cli.options import AsJson, EnvFile, RoutesFile, run
from homeport_cli.stop import UNANSWERED, USAGE, Stop
from homeport_cli.telling import bar, table, tell
from momento_http_shim.control import AlreadyExists
from momento_http_shim.outcomes import Done, Failed
from momento_http_shim.webhooks import WebhookSecret

NAME = "homeport"
"""The webhook's, in each cache."""

OTHERWISE = "The edge's kick after each accepted write, and cron each minute, wake the drain."
SECRETS = Path(".dev.vars.webhooks")
Step = Literal["created", "there", "to create", "failed", "not offered", "not asked for"]


@dataclass(slots=True)
class Made:
    """What was done in one region; `error` is Momento's code. `secrets` are never shown."""

    region: str
    name: str
    cache: Step = "there"
    webhook: Step = "not asked for"
    error: str | None = None
    secrets: list[WebhookSecret] = field(default_factory=list, repr=False)


def bootstrap(
    edge: Annotated[str | None, typer.Option("--edge", help="https://YOUR-EDGE: sets webhooks up.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would be done.")] = False,
    secrets_file: Annotated[
        Path, typer.Option("--secrets-file", help="Takes new webhooks' secrets.")
    ] = SECRETS,
    env_file: EnvFile = None,
    routes: RoutesFile = None,
    as_json: AsJson = False,
) -> None:
    """Create what is missing; what is there stays as it is, so it can be run again at any time."""
    if edge is not None and not (URL.fullmatch(edge) and re.match("https://|http://127", edge)):
        raise Stop(USAGE, "--edge: the edge worker's URL, as https://shop.example.com")

    async def work(house: House) -> tuple[list[Made], list[str]]:
        done, secrets = [], []
        with bar("regions", len(house.caches), as_json=as_json) as progress:
            for name in house.caches:  # one after the other: Momento allows five such calls a second
                made = Made(name, house.settings.cache_name(name))
                await _cache(house, made, dry_run=dry_run)
                await _webhook(house, made, edge, dry_run=dry_run)
                secrets += [each.secret for each in made.secrets if not known(each, house)]
                done.append(made)
                progress.advance(progress.task_ids[0])
        # Those that are configured stay: other webhooks may sign with them.
        return done, [*secrets, *house.settings.webhook_secrets] if secrets else []

    done, secrets = run(env_file, routes, work)
    if secrets:
        _keep(secrets, secrets_file)
    _tell(done, secrets_file if secrets else None, as_json=as_json)
    if failed := [each for each in done if each.error and "failed" in (each.cache, each.webhook)]:
        raise Stop(UNANSWERED, *(f"{each.region}: {each.error}" for each in failed))


async def _cache(house: House, made: Made, *, dry_run: bool) -> None:
    control = house.controls[made.region]
    if dry_run:
        found = await control.list_caches()
        if isinstance(found, Failed):
            made.cache, made.error = "failed", found.error.code
        elif made.name not in found.names:
            made.cache = "to create"
        return
    match await control.create_cache(made.name):
        case Done():
            made.cache = "created"
        case AlreadyExists():
            made.cache = "there"
        case Failed(error):
            made.cache, made.error = "failed", error.code


async def _webhook(house: House, made: Made, edge: str | None, *, dry_run: bool) -> None:
    if edge is None or made.cache == "failed":
        return
    if made.cache == "to create":
        made.webhook = "to create"
        return
    control, url = house.controls[made.region], edge.rstrip("/") + WEBHOOK
    found = await control.list_webhooks(made.name)
    if isinstance(found, Failed):
        made.webhook, made.error = "not offered", found.error.code
        return
    there = next((each for each in found.webhooks if (each.topic, each.url) == (keys.TOPIC, url)), None)
    if dry_run:
        made.webhook = "there" if there else "to create"
        return
    if there is not None:
        made.webhook = "there"
        secret = await control.get_webhook_secret(made.name, there.name)
    else:
        made.webhook = "created"
        secret = await control.put_webhook(made.name, NAME, keys.TOPIC, url)
    if isinstance(secret, WebhookSecret):
        made.secrets.append(secret)
    else:
        made.webhook, made.error = "failed", secret.error.code


def _keep(secrets: list[str], file: Path) -> None:
    """A file that only its owner reads: a secret is never printed, and a shell's history keeps none."""
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as output:
        output.write(" ".join(dict.fromkeys(secrets)))
    file.chmod(0o600)


def _tell(done: list[Made], file: Path | None, *, as_json: bool) -> None:
    rows = [(each.region, each.name, each.cache, each.webhook, each.error) for each in done]
    shown = table(("region", "name", "cache", "webhook", "error"), rows)
    regions = [{name: value for name, value in asdict(each).items() if name != "secrets"} for each in done]
    tell({"regions": regions, "secrets_file": str(file) if file else None}, shown, as_json=as_json)
    if as_json:
        return
    if file is not None:
        put = 'npx wrangler secret put MOMENTO_WEBHOOK_SECRETS --env="" -c wrangler.sync.toml'
        tell(
            None, f"The webhooks sign with what {file} holds: {put} < {file}; then delete it.", as_json=False
        )
    if any(each.webhook in ("not offered", "not asked for") for each in done):
        tell(None, OTHERWISE, as_json=False)
