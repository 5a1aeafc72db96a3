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
    """Each of their forms carries it as the field `csrf`; empty for a bearer token: no browser sends one by itself."""
