"""A receipt of a write with credentials is its author's: to whoever else has its address it stands nowhere."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from homeport.messages import Headers, Relayed, Request, Response
from homeport.operating.session import COOKIE
from tests.homeport.edge_world import body_of, status_of
from tests.homeport.seal_world import (
    ALICE,
    BOB,
    KEYS,
    NEW,
    OLD,
    TARGET,
    Sealing,
    Streamed,
    body,
    cookie,
    without_keys,
)

STRANGERS = [
    (),
    (cookie(BOB),),
    (cookie(f"x{ALICE}"),),
    (("authorization", "Bearer token"),),
    (cookie(ALICE.upper()),),
]


async def accepted(of: Sealing, *fields: tuple[str, str], target: str = TARGET) -> str:
    """The receipt's address."""
    answer = await of.put(b'{"n": 1}', *fields, target=target)
    assert isinstance(answer, Response)
    assert answer.status == 202
    return answer.headers.get("location") or ""


async def asked(of: Sealing, where: str, *fields: tuple[str, str], method: str = "GET") -> Response:
    answer = await of.send(Request(method, where, Headers(fields)))
    assert isinstance(answer, Response)
    return answer


def seen(answer: Response) -> tuple[object, ...]:
    """All that can be told from an answer."""
    return answer.status, answer.headers, bytes(answer.body)


async def check(of: Sealing, where: str, state: str, *author: tuple[str, str]) -> None:
    """Its author sees that state; whoever else what stands where nothing is."""
    assert body_of(await asked(of, where, *author))["state"] == state
    missing = seen(await asked(of, where[:-32] + "f" * 32))
    assert missing[0] == 404
    for fields in STRANGERS:
        assert seen(await asked(of, where, *fields)) == missing
        assert (await asked(of, where, *fields, method="HEAD")).status == 404


async def test_while_it_waits_and_when_it_is_applied() -> None:
    of = Sealing()
    where = await accepted(of, cookie(ALICE))
    await check(of, where, "pending", cookie(ALICE))
    await of.replay()
    await check(of, where, "applied", cookie(ALICE))


async def test_when_the_origin_refused_it() -> None:
    of = Sealing()
    where = await accepted(of, cookie(ALICE))
    of.origin.answers[TARGET] = [Response(422, Headers(), b"no")]
    await of.replay()
    await check(of, where, "dead", cookie(ALICE))


async def test_a_session_by_the_routes_own_name_is_enough_whatever_else_changes() -> None:
    of = Sealing()
    where = await accepted(of, cookie(f"theme=dark; {ALICE}"))
    await check(of, where, "pending", cookie(f"{ALICE}; theme=light; seen=1"))


async def test_where_the_route_names_no_session_all_credentials_count() -> None:
    of = Sealing()
    where = await accepted(of, ("authorization", "Bearer a"), target="/all/1")
    await check(of, where, "pending", ("authorization", "Bearer a"))
    assert (await asked(of, where, ("authorization", "Bearer b"))).status == 404


async def test_credentials_without_a_value_are_nobodys_and_see_their_own_receipt() -> None:
    of = Sealing()
    where = await accepted(of, ("authorization", ""), target="/all/1")
    assert (await asked(of, where, ("authorization", ""))).status == 200
    assert (await asked(of, where, cookie(BOB))).status == 404


async def test_what_makes_a_browser_an_operators_does_not_make_it_another_authors(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(Streamed, "hand_to_sync", None)  # nobody is asked where its author is known
    of = Sealing()
    where = await accepted(of, cookie("sid=a; theme=dark"), target="/all/1")
    assert (await asked(of, where, cookie(f"sid=a; theme=dark; {COOKIE}=v"))).status == 200


async def test_authors_are_known_again_after_a_rotation_of_keys() -> None:
    of = Sealing(keys=(OLD,))
    where = await accepted(of, cookie(ALICE))
    of.rekey(KEYS)
    await check(of, where, "pending", cookie(ALICE))
    await of.replay()
    await check(of, where, "applied", cookie(ALICE))
    of.rekey((NEW,))
    assert (await asked(of, where, cookie(ALICE))).status == 404


@pytest.mark.parametrize("of", [Sealing(), without_keys()], ids=["keys", "no keys"])
async def test_a_write_without_credentials_is_whoevers_who_has_its_address(of: Sealing) -> None:
    where = await accepted(of)
    for fields in STRANGERS:
        assert (await asked(of, where, *fields)).status == 200
    await of.replay()
    for fields in STRANGERS:
        assert body_of(await asked(of, where, *fields))["state"] == "applied"


@pytest.mark.parametrize(
    "brought", [cookie(f"{COOKIE}=v"), cookie("CF_Authorization=t"), ("cf-access-jwt-assertion", "t")]
)
async def test_an_operator_is_shown_it_by_the_sync_worker_and_nobody_hears_of_its_refusals(
    monkeypatch: pytest.MonkeyPatch, brought: tuple[str, str]
) -> None:
    said: list[int] = [200, 401, 404, 303]

    async def hand_to_sync(_visit: Streamed, _fields: object = None, /) -> Relayed:
        return Relayed(said.pop(0), b"from the sync worker")

    monkeypatch.setattr(Streamed, "hand_to_sync", hand_to_sync)
    of = Sealing()
    where = await accepted(of, cookie(ALICE))
    shown = await of.send(Request("GET", where, Headers([brought])))
    assert isinstance(shown, Relayed)
    assert (shown.status, body(shown), status_of(shown)) == (200, b"from the sync worker", "Homeport")
    missing = seen(await asked(of, where))
    for _ in range(3):
        assert seen(await asked(of, where, brought)) == missing
    assert said == []


async def test_a_bearer_token_beside_a_cookie_is_neither_a_guess_at_an_operators_nor_a_key(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The site's own, where all of it stands behind Cloudflare Access: ten polls would lock its operators out."""
    handed: list[Mapping[str, str] | None] = []

    async def hand_to_sync(_visit: Streamed, fields: Mapping[str, str] | None = None, /) -> Relayed:
        handed.append(fields)
        return Relayed(401, b"")

    monkeypatch.setattr(Streamed, "hand_to_sync", hand_to_sync)
    of = Sealing()
    where = await accepted(of, cookie(ALICE))
    for method in ("GET", "HEAD"):
        brought = (cookie("CF_Authorization=t"), ("authorization", "Bearer of-the-site"))
        assert (await asked(of, where, *brought, method=method)).status == 404
    assert handed == [{"authorization": ""}] * 2
