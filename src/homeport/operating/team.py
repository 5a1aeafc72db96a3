"""The Cloudflare Access team whose assertions admit operators, from its settings. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from homeport.access import Role

TEAM, OPERATE, READ = "HOMEPORT_ACCESS_TEAM", "HOMEPORT_ACCESS_AUD", "HOMEPORT_ACCESS_READ_AUD"

_NAME = re.compile(r"([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)(=(http://127\.0\.0\.1:[0-9]{1,5}))?")
_TAG = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Team:
    """A team by its name, and the audience tags of its applications, with the role that each gives."""

    name: str
    audiences: tuple[tuple[str, Role], ...]
    local: str = ""
    """Where a developer's machine plays Cloudflare Access."""

    @property
    def issuer(self) -> str:
        """What its assertions say they are from (Cloudflare, "Validate JWTs")."""
        return f"https://{self.name}.cloudflareaccess.com"

    @property
    def certs(self) -> str:
        """Where its keys are."""
        return f"{self.local or self.issuer}/cdn-cgi/access/certs"

    def role(self, tags: list[object]) -> Role | None:
        """The most that any of an assertion's audiences allows."""
        roles = {role for tag, role in self.audiences if tag in tags}
        return "operate" if "operate" in roles else "read" if roles else None


def declared(variables: Mapping[str, str], faults: list[tuple[str, str]], *, local: bool) -> Team | None:
    """The team that the settings name; None where that is a fault."""
    said, *tags = (variables.get(name, "").split() for name in (TEAM, OPERATE, READ))
    found = _NAME.fullmatch(" ".join(said))
    if not found or (found[4] and not local):
        faults.append((TEAM, "the team's name: of https://example.cloudflareaccess.com it is example"))
    for name, each in ((OPERATE, tags[0]), (READ, tags[1])):
        if not all(map(_TAG.fullmatch, each)):
            faults.append((name, "audience tags of Access applications, 64 hexadecimal digits each"))
    if not any(tags):
        faults.append((OPERATE, f"missing: without it, or {READ}, nobody of the team is admitted"))
    if {*tags[0]} & {*tags[1]}:
        faults.append((READ, f"an application has one role: this one stands in {OPERATE}, too"))
    roles: tuple[tuple[Role, list[str]], ...] = (("operate", tags[0]), ("read", tags[1]))
    audiences = tuple((tag, role) for role, each in roles for tag in each)
    return Team(found[1], audiences, found[4] or "") if found else None
