"""Who operates: what an answer may show and do, and what their forms carry."""

from __future__ import annotations

from dataclasses import dataclass

from homeport.access import Role


@dataclass(frozen=True, slots=True)
class Operator:
    """Somebody whom `access` has admitted."""

    role: Role
    name: str
    """As the console greets them: an e-mail address where Cloudflare Access tells one, else what admitted them."""
    csrf: str = ""
    """What each of their forms carries as the field `csrf`; empty for a bearer token, which no browser sends by itself."""
