"""Puts the parts together: regions with their caches and webhooks, one application for all."""

from __future__ import annotations

import random
import secrets

from .admin import admin_app
from .app import App
from .clock import Clock
from .credentials import KeyRing
from .deliveries import Deliveries
from .faults import Faults
from .grpc_api import GrpcApi
from .header_faults import HeaderFaults
from .http_api import HttpApi
from .region import Region
from .settings import Settings
from .tokens import Tokens
from .webhooks import Webhook


class Emulator:
    """Everything that lives as long as the process."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.clock = Clock(manual=settings.manual_clock)
        self.faults = Faults(random.Random(settings.seed))  # noqa: S311 - seeded on purpose
        for fault in settings.faults:
            self.faults.add(fault)
        self.deliveries = Deliveries(self.faults)
        self.regions = {name: self._region(name) for name in settings.regions}
        keys, header_faults = KeyRing(settings.api_keys, Tokens(self.clock)), HeaderFaults()
        self.app = App(
            self.regions,
            HttpApi(keys, self.faults, header_faults, settings.hold_ms),
            GrpcApi(keys, self.faults, header_faults),
            admin_app(self.regions, self.faults, self.clock),
            cors=settings.cors,
        )

    def _region(self, name: str) -> Region:
        settings = self.settings
        region = Region(name, self.clock, settings.limits, strict_families=settings.strict_families)
        for cache in settings.caches:
            region.create_cache(cache.replace("{region}", name))
        secret = settings.webhook_secret or secrets.token_hex(32)
        for number, spec in enumerate(settings.webhooks, start=1):
            cache, url = (text.replace("{region}", name) for text in (spec.cache, spec.url))
            region.webhooks.put(Webhook(cache, f"command-line-{number}", spec.topic, url, secret))
        region.on_publish = self.deliveries.deliver
        return region

    def end_waits(self) -> None:
        """Answer every long poll and end every stream, so that the process can end at once."""
        for region in self.regions.values():
            for cache in region.caches.values():
                cache.close()

    async def aclose(self) -> None:
        """Release what holds connections."""
        await self.deliveries.aclose()
