"""Every event that the source writes is in docs/operating-events.md, and no other; none tells a secret."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

from hypothesis import given, settings
from hypothesis import strategies as st

from homeport import wide
from homeport.edge import Edge
from homeport.messages import Headers, NoAnswer, Request, Response
from homeport.pushing.verdict import State as Pushed
from homeport.trace import Trace
from homeport.writing.receipt import State
from homeport.writing.wake import Waker
from tests.homeport.edge_world import JAPAN
from tests.homeport.homeport_world import failing
from tests.homeport.operating_world import OPERATOR, harbour
from tests.homeport.sync_world import LANE, TARGET, Harbour, answered
from tests.homeport.writing_world import AWAY, HOME, SITE, Kicks, ScriptedVisit

ROOT = Path(__file__).parents[2]
DOCUMENTED = {
    found[1]: {*re.findall(r"`([a-z_.]+)`", found[2])}
    for found in re.finditer(
        r"^\| `([a-z_]+)`(?: !)? \| ([^|]+) \| [^|]+ \|$",
        (ROOT / "docs/operating-events.md").read_text(),
        re.MULTILINE,
    )
}
MARK = "MARKED"


def names(call: ast.Call) -> Iterator[str]:
    """The event's names that a call may give; one of a variable is given by the callers of `Read.failed`."""
    match call.args[0]:
        case ast.Constant(str(name)):
            yield name
        case ast.IfExp(body=ast.Constant(str(one)), orelse=ast.Constant(str(other))):
            yield from (one, other)
        case ast.JoinedStr(values=[ast.Constant("write_"), _]):
            yield from (f"write_{state}" for state in get_args(State) if state != "pending")
        case ast.Name("event"):
            return
        case other:
            raise AssertionError(f"no name can be read from {ast.unparse(other)}")


def emitted() -> set[str]:
    """Every event that the source writes."""
    found = set[str]()
    for path in (ROOT / "src" / "homeport").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            called = node.func if isinstance(node, ast.Call) else None
            name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
            if isinstance(node, ast.Call) and (
                name == "emit" or (name == "failed" and len(node.args) == 2 and "reading" in path.parts)
            ):
                found |= {*names(node)}
    return found


def test_the_table_names_every_event_of_the_source_and_no_other() -> None:
    assert emitted() == {*DOCUMENTED}
    assert len(DOCUMENTED) > 30


def test_of_a_push_every_state_is_a_documented_field() -> None:
    assert {*get_args(Pushed)} <= DOCUMENTED["pushed"]


def told(of: Harbour) -> list[tuple[str, dict[str, Any]]]:
    """All events so far: each documented, with documented fields only."""
    for name, fields in of.surroundings.events:
        assert {*fields} <= DOCUMENTED[name], name
    return of.surroundings.events


def marked(method: str, path: str, names_of_fields: list[str], query: str) -> Request:
    fields = [(name, MARK) for name in names_of_fields]
    length = ("content-length", str(len(MARK)))
    target = f"{path}?{query}={MARK}" if query else path
    return Request(method, target, Headers([*fields, length]), MARK.encode())


REQUESTS = st.builds(
    marked,
    st.sampled_from(["GET", "HEAD", "PUT", "DELETE", "POST", "PATCH", MARK]),
    st.sampled_from([TARGET, "/items", "/notes/1", "/plain/1", "/elsewhere", "/a/../b", "/.homeport/where"]),
    st.lists(
        st.sampled_from(
            ["cookie", "authorization", "x-api-key", "traceparent", "tracestate", "if-match", "x-any"]
        ),
        unique=True,
    ),
    st.sampled_from(["", "token", "q"]),
)
ANSWERS = st.sampled_from(
    [
        Response(200, Headers([("set-cookie", MARK), ("etag", f'"{MARK}"')]), MARK.encode()),
        Response(422, body=b"no"),
        Response(503, Headers([("retry-after", MARK)]), MARK.encode()),
        NoAnswer("it took too long"),
    ]
)
FAULTS = st.sampled_from([None, failing(), failing("get"), failing("sorted_set_put"), failing("set_if_hash")])


@settings(max_examples=150, deadline=None)
@given(
    requests=st.lists(REQUESTS, min_size=1, max_size=4), answers=st.lists(ANSWERS, max_size=4), faults=FAULTS
)
async def test_no_event_tells_a_body_a_credential_or_a_query(
    requests: list[Request], answers: list[Response | NoAnswer], faults: Any
) -> None:
    of = harbour()
    for target in (TARGET, "/notes/1"):
        of.origin.answers[target] = list(answers)
    for request in requests:
        of.home.cache.faults = faults
        visit = ScriptedVisit(content=bytes(request.body))
        effects = replace(
            of.surroundings.effects, trace=Trace(request.headers, of.surroundings.effects.token)
        )
        edge = Edge(SITE, {HOME: of.home, AWAY: of.away}, of.origin, Waker(Kicks()))
        await wide.told(request, edge.answer(request, JAPAN, visit, effects), effects)
        of.home.cache.faults = None
        await of.surroundings.run_behind()
        await of.worker().lane(HOME, LANE, "kick")
        await of.surroundings.run_behind()
        of.clock.advance(61_000)
    assert MARK not in json.dumps(told(of))
    assert len([name for name, _ in told(of) if name == "request"]) == len(requests)


async def test_what_an_operator_does_is_told_without_the_token() -> None:
    of = harbour()
    for target in ("status?q=MARKED", "dead", "dead/abc", "dead/abc/retry", "drain"):
        request = Request(
            "POST" if "retry" in target or target == "drain" else "GET",
            f"/.homeport/{target}",
            Headers([("authorization", f"Bearer {OPERATOR}")]),
        )
        answer = await answered(of.worker(), request)
        await wide.told(request, _now(answer), of.surroundings.effects)
    text = json.dumps(told(of))
    assert len(of.surroundings.events) >= 5
    assert MARK not in text
    assert OPERATOR not in text


async def _now(answer: Response) -> Response:
    return answer
