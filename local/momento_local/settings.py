"""What the command line says, as values."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from .faults import Fault, parse_fault
from .limits import Limits
from .refusals import Refusal

ADMIN = "admin"


@dataclass(frozen=True, slots=True)
class WebhookSpec:
    """`cache:topic=URL` of the command line; `{region}` may stand in cache and URL."""

    cache: str
    topic: str
    url: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything the emulator can be told at its start."""

    regions: tuple[str, ...]
    caches: tuple[str, ...] = ()
    port: int = 0
    webhooks: tuple[WebhookSpec, ...] = ()
    webhook_secret: str | None = field(default=None, repr=False)
    api_keys: tuple[str, ...] = field(default=(), repr=False)
    limits: Limits = Limits()  # noqa: RUF009 - it is frozen
    faults: tuple[Fault, ...] = ()
    seed: int = 0
    hold_ms: int = 30_000
    cors: bool = True
    manual_clock: bool = False
    strict_families: bool = False
    exit_with_stdin: bool = False


def parse(arguments: Sequence[str]) -> Settings:
    """Read the command line; exits with a message where it cannot be meant."""
    given = _parser().parse_args(arguments)
    limits = Limits(
        max_ttl_ms=given.max_ttl_seconds * 1000,
        max_item_bytes=given.max_item_bytes,
        max_element_bytes=given.max_element_bytes,
        max_topic_bytes=given.max_topic_bytes,
        operations_per_second=given.operations_per_second,
        topic_operations_per_second=given.topic_operations_per_second,
    )
    return Settings(
        regions=given.regions,
        caches=given.caches,
        port=given.port,
        webhooks=tuple(given.webhook),
        webhook_secret=given.webhook_secret,
        api_keys=tuple(given.api_key),
        limits=limits,
        faults=tuple(given.fault),
        seed=given.seed,
        hold_ms=given.hold_ms,
        cors=given.cors,
        manual_clock=given.manual_clock,
        strict_families=given.strict_families,
        exit_with_stdin=given.exit_with_stdin,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local.momento_local", description=__doc__)
    add = parser.add_argument
    add("--regions", type=_regions, required=True, help="names, separated by commas")
    add("--caches", type=_names, default=(), help="caches of every region; {region} is replaced by its name")
    add("--port", type=int, default=0, help="on 127.0.0.1; 0 takes a free one")
    add(
        "--webhook",
        type=_webhook,
        action="append",
        default=[],
        metavar="CACHE:TOPIC=URL",
        help="* is any cache",
    )
    add("--webhook-secret", help="signs the deliveries of every --webhook")
    add("--api-key", action="append", default=[], help="accept only these; without it, any")
    add("--fault", type=_fault, action="append", default=[], metavar="JSON", help="as in POST /admin/faults")
    add("--seed", type=int, default=0, help="of the faults' randomness")
    add("--hold-ms", type=int, default=30_000, help="how long a long poll waits for news")
    add("--cors", action=argparse.BooleanOptionalAction, default=True, help="answer browsers of any origin")
    add("--manual-clock", action="store_true", help="the stores' clock moves only by POST /admin/clock")
    add("--strict-families", action="store_true", help="refuse keys written by SetIf* and by Set or Delete")
    add("--exit-with-stdin", action="store_true", help="stop when standard input is closed")
    knobs = Limits()
    add("--max-ttl-seconds", type=int, default=knobs.max_ttl_ms // 1000)
    add("--max-item-bytes", type=int, default=knobs.max_item_bytes)
    add("--max-element-bytes", type=int, default=knobs.max_element_bytes)
    add("--max-topic-bytes", type=int, default=knobs.max_topic_bytes)
    add("--operations-per-second", type=float, help="per region; no limit without it")
    add("--topic-operations-per-second", type=float, help="per region; no limit without it")
    return parser


def _names(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))


def _regions(text: str) -> tuple[str, ...]:
    names = _names(text)
    if not names or ADMIN in names or any("/" in name or "%" in name for name in names):
        raise argparse.ArgumentTypeError(f"give at least one name without slash or percent, none {ADMIN!r}")
    return names


def _webhook(text: str) -> WebhookSpec:
    left, equals, url = text.partition("=")
    cache, colon, topic = left.partition(":")
    if not (equals and colon and cache and topic and url):
        raise argparse.ArgumentTypeError("write it as cache:topic=URL")
    return WebhookSpec(cache, topic, url)


def _fault(text: str) -> Fault:
    try:
        return parse_fault(json.loads(text))
    except (ValueError, Refusal) as error:
        raise argparse.ArgumentTypeError(str(error)) from None
