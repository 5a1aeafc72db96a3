"""`ControlClient`: caches, webhooks and disposable tokens of an account. For setting up, not for serving."""

from __future__ import annotations

from collections.abc import Sequence

from . import control, tokens, webhooks
from .caller import Caller, Settings, T
from .calls import Call
from .control import AlreadyExists, Caches
from .credentials import Credentials
from .keys import checked_cache
from .outcomes import Done, Failed, Miss
from .tokens import CacheAccess, DisposableToken, TopicAccess
from .transport import Transport
from .webhooks import Webhook, Webhooks, WebhookSecret


class ControlClient:
    """A client of an account in one region; every method returns an outcome and is sent once."""

    def __init__(
        self,
        transport: Transport,
        credentials: Credentials,
        deadline_ms: int = 5000,
        *,
        settings: Settings | None = None,
    ) -> None:
        """Take what to send with and whom to be; the key must be allowed to manage caches."""
        settings = (settings or Settings())._replace(deadline_ms=deadline_ms)
        self._caller = Caller(transport, credentials, settings)
        self._credentials = credentials
        self._headers = self._caller.grpc_headers()

    async def create_cache(self, name: str) -> Done | AlreadyExists | Failed:
        """Create a cache."""
        outcome = await self._control(control.create_cache(checked_cache(name)))
        exists = isinstance(outcome, Failed) and outcome.error.code == "ALREADY_EXISTS_ERROR"
        return AlreadyExists() if exists else outcome

    async def delete_cache(self, name: str) -> Done | Miss | Failed:
        """Delete a cache and all that is in it."""
        outcome = await self._control(control.delete_cache(checked_cache(name)))
        missing = isinstance(outcome, Failed) and outcome.error.code == "NOT_FOUND_ERROR"
        return Miss() if missing else outcome

    async def flush_cache(self, name: str) -> Done | Failed:
        """Delete all that is in a cache."""
        return await self._control(control.flush_cache(checked_cache(name)))

    async def list_caches(self) -> Caches | Failed:
        """List all caches, page by page."""
        names: tuple[str, ...] = ()
        token, seen = "", {""}
        while True:
            page = await self._control(control.list_caches(token))
            if isinstance(page, Failed):
                return page
            names += page.names
            token = page.next_token
            if token in seen:  # the last page, or a server that turns in circles
                return Caches(names)
            seen.add(token)

    async def put_webhook(self, cache: str, name: str, topic: str, url: str) -> WebhookSecret | Failed:
        """Post what is published to `topic` to `url` from now on; gives what the webhook signs with."""
        return await self._control(webhooks.put_webhook(Webhook(cache, name, topic, url)))

    async def list_webhooks(self, cache: str) -> Webhooks | Failed:
        """List the webhooks of a cache."""
        return await self._control(webhooks.list_webhooks(cache))

    async def delete_webhook(self, cache: str, name: str) -> Done | Failed:
        """Delete a webhook."""
        return await self._control(webhooks.delete_webhook(cache, name))

    async def get_webhook_secret(self, cache: str, name: str) -> WebhookSecret | Failed:
        """Read what a webhook signs with."""
        return await self._control(webhooks.get_webhook_secret(cache, name))

    async def rotate_webhook_secret(self, cache: str, name: str) -> WebhookSecret | Failed:
        """Replace what a webhook signs with; accept both secrets for a while."""
        return await self._control(webhooks.rotate_webhook_secret(cache, name))

    async def generate_disposable_token(
        self, access: Sequence[CacheAccess | TopicAccess], *, valid_seconds: int, token_id: str = ""
    ) -> DisposableToken | Failed:
        """Make a key that expires and may do only what `access` lists."""
        call = tokens.generate(self._credentials.authorization, access, valid_seconds, token_id)
        return await self._caller.grpc(self._credentials.web_token, self._headers, call)

    async def _control(self, call: Call[T]) -> T | Failed:
        return await self._caller.grpc(self._credentials.web_control, self._headers, call)
