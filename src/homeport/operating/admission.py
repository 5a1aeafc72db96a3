"""Driver of who is an operator: by a bearer token, a console session, or a JWT of Cloudflare Access; in this order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from homeport.access import Access, Role, said, too_little, unknown
from homeport.messages import Headers, Request, Response

from . import form, session
from .address import CONSOLE
from .assertion import Assertion
from .assertions import Assertions
from .login import redirected
from .operator import Operator

MOST_TOKENS = 2
"""So many JWTs of a request are looked at: each may cost a check."""


@dataclass(frozen=True, slots=True)
class Door:
    """One per invocation. `secret` is of this server alone: the forms of those whom Access admits are tied by it."""

    access: Access
    assertions: Assertions | None = None
    secret: bytes = field(default=b"", repr=False)
    local: bool = False

    def opens(self, needs: Role) -> bool:
        """Whether anybody may do this; else its address does not exist."""
        roles = {role for _, role in self.assertions.team.audiences} if self.assertions else set()
        return self.access.opens(needs) or "operate" in roles or (needs == "read" and bool(roles))

    async def admit(self, request: Request, needs: Role, now: int) -> Operator | Response:
        """The operator who sends a request, or why it is refused; `now` in ms since 1970.

        What a browser brings along by itself acts only for a page of ours, and its body has yet to say so (`form`).
        """
        if said(request):
            role = self.access.admit(request, needs, now)
            return role if isinstance(role, Response) else Operator(role, f"token ({role})")
        operator = await self._known(request, now)
        if operator is None:
            if (request.path + "/").startswith(CONSOLE + "/") and self.access.opens("read"):
                return redirected()
            return unknown()
        if isinstance(operator, Operator):
            if operator.role == "read" and needs == "operate":
                return too_little()
            if operator.csrf and request.method not in ("GET", "HEAD"):
                return form.foreign(request.headers, local=self.local) or operator
        return operator

    async def _known(self, request: Request, now: int) -> Operator | Response | None:
        if found := session.find(request.headers, self.access.tokens, now):
            return Operator(found.role, f"token ({found.role})", found.csrf)
        if self.assertions is None:
            return None
        for token in [*_tokens(request.headers)][:MOST_TOKENS]:
            match await self.assertions.check(token, now):
                case Assertion(role=role, name=name, service=service):
                    alone = service and not form.of_a_browser(request.headers)
                    return Operator(role, name, "" if alone else session.csrf(self.secret, token))
                case Response() as refusal:
                    return refusal
                case None:
                    pass
        return None


def _tokens(headers: Headers) -> Iterator[str]:
    """The field first: the cookie is not certain to come (Cloudflare, "Validate JWTs")."""
    if token := headers.get(session.ACCESS_FIELD):
        yield token
    yield from session.cookies(headers, session.ACCESS_COOKIE)
