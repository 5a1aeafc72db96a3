"""The state machine's origin, of JSON, and the kinds of requests that it is written with: one class each."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, ClassVar

from homeport.messages import Headers, Request, Response
from homeport.writing import patch
from homeport.writing.representation import media_type
from tests.homeport.machine_process import Fate
from tests.homeport.patch_world import JSON, appended, merge, written
from tests.homeport.writing_world import delete

OLD: dict[str, Any] = {"log": ["old"]}
"""What every resource is at the beginning; None is one that is gone."""


class Kind:
    """A kind of write: what its author sends, and what it makes of a document, told without the code under test.

    Every write leaves its number. One that `replaces` leaves nothing of what was there before.
    """

    name: ClassVar[str]
    replaces: ClassVar[bool] = False
    told: ClassVar[bool] = True
    """Whether the regions can tell what it leaves, so that its author sees it before the origin has it."""
    again: int | None = None
    """The number of the visitor whose very request this is once more."""

    def __repr__(self) -> str:
        return self.name

    def request(self, target: str, number: int) -> Request:
        raise NotImplementedError

    def left(self, document: Any, number: int, /) -> Any:
        raise NotImplementedError

    def shows(self, document: Any, number: int, /) -> bool:
        """Whether a document shows this write itself, which may be overwritten since."""
        return document is not None and (number in document["log"] or f"m{number}" in document)


class Put(Kind):
    name, replaces = "PUT", True

    def request(self, target: str, number: int) -> Request:
        return written("PUT", target, {"log": [number]})

    def left(self, _: Any, number: int) -> Any:
        return {"log": [number]}


@dataclass(frozen=True, repr=False)
class Keyed(Put):
    """Under an Idempotency-Key of its author's; `again`: the same request as an earlier visitor's."""

    again: int | None = None
    name = "keyed PUT"

    def request(self, target: str, number: int) -> Request:
        number = number if self.again is None else self.again
        request = super().request(target, number)
        headers = request.headers.plus(("idempotency-key", f'"k-{number}"'))
        return Request(request.method, target, headers, request.body)


class Create(Put):
    """Only where nothing stands, which is judged near and by the origin."""

    name = "creation"

    def request(self, target: str, number: int) -> Request:
        request = super().request(target, number)
        headers = request.headers.plus(("if-none-match", "*"))
        return Request(request.method, target, headers, request.body)


class Command(Kind):
    """A POST of which only the origin can tell what it does; behind where the route says so, else straight."""

    name, told = "command", False

    def request(self, target: str, number: int) -> Request:
        body = json.dumps({"do": number}).encode()
        return Request("POST", target, JSON, body)

    def left(self, document: Any, number: int) -> Any:
        return {**(document or {}), "log": [*(document or {"log": []})["log"], number]}


class Delete(Kind):
    name, replaces = "DELETE", True

    def request(self, target: str, _: int) -> Request:
        return delete(target)

    def left(self, _: Any, __: int) -> Any:
        return None

    def shows(self, document: Any, _: int) -> bool:
        return document is None


class Append(Kind):
    """A JSON Patch whose effect is seen each time it is applied."""

    name = "append"

    def request(self, target: str, number: int) -> Request:
        return appended(target, number)

    def left(self, document: Any, number: int) -> Any:
        return {**document, "log": [*document["log"], number]}


class Merge(Kind):
    name = "merge"

    def request(self, target: str, number: int) -> Request:
        return merge(target, {f"m{number}": number})

    def left(self, document: Any, number: int) -> Any:
        return {**document, f"m{number}": number}


class Straight(Merge):
    """A merge in a format of nobody's: only the origin can tell what it leaves."""

    name = "straight"

    def request(self, target: str, number: int) -> Request:
        return written("PATCH", target, {f"m{number}": number})


KINDS: tuple[Kind, ...] = (Put(), Append(), Merge(), Delete(), Straight(), Keyed(), Command(), Create())


@dataclass
class MachineOrigin:
    """It remembers what it answered to an Idempotency-Key, refusals too."""

    now: Any
    """Gives the number of what happens next."""
    documents: dict[str, Any] = field(default_factory=dict)
    applied: list[str] = field(default_factory=list)
    """The writes' numbers, in order."""
    when: dict[str, int] = field(default_factory=dict)
    refused: set[str] = field(default_factory=set)
    seen: dict[str, Response] = field(default_factory=dict)

    def show(self, target: str) -> Response:
        """What a GET shows: a document, or the list of those that are there."""
        if target == "/items":
            there = sorted(name for name, document in self.documents.items() if document is not None)
            shown: Any = {name: self.documents[name] for name in there if name.startswith("/items/")}
        else:
            shown = self.documents.get(target)
        return Response(404) if shown is None else Response(200, JSON, json.dumps(shown).encode())

    def receive(self, request: Request) -> None:
        """What it does when nobody hears its answer."""
        self.answer(request)

    def answer(self, request: Request, fate: Fate = "normal") -> Response:
        """What it answers, and does."""
        if fate == "busy" or (fate == "refused" and request.method == "GET"):
            return Response(503)
        if request.method == "GET":
            return self.show(request.target)
        key, number = request.headers.get("idempotency-key"), request.headers.get("x-number") or ""
        if key is not None and key in self.seen:
            return self.seen[key]
        answer = Response(422) if fate == "refused" else self._write(request, number)
        if answer.status < 300 or (request.method == "DELETE" and answer.status == 404):
            self.applied.append(number)
            self.when[number] = self.now()
        else:
            self.refused.add(number)
        if key is not None:
            self.seen[key] = answer
        return answer

    def _write(self, request: Request, number: str) -> Response:
        target, body, before = request.target, bytes(request.body), self.documents.get(request.target)
        if "if-none-match" in request.headers and before is not None:
            return Response(412)
        if request.method == "DELETE":
            self.documents[target] = None
            return Response(404 if before is None else 204)
        if request.method == "PATCH":
            if before is None:
                return Response(404)
            kind = media_type(request.headers)
            kind = patch.MERGE if kind == "application/json" else kind
            outcome = patch.patched(kind, body, json.dumps(before).encode())
            if not isinstance(outcome, bytes):
                return Response(409)
            self.documents[target] = json.loads(outcome)
            return Response(204)
        if request.method == "POST":
            self.documents[target] = Command().left(before, json.loads(body)["do"])
            return Response(204)
        self.documents[target] = json.loads(body)
        # Every other answer names its content, so that the region may take it over.
        named = (("content-location", target),) if int(number) % 2 else ()
        return Response(200, Headers((*JSON, *named)), body)
