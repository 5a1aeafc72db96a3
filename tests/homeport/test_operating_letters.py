"""Dead letters over HTTP: listed, shown without credentials, sent again, dropped; and lanes that are woken."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from homeport import keys
from homeport.draining.dead_letter import DAY_MS, keep, letter
from homeport.draining.letter import Letter
from homeport.messages import Headers, Response
from tests.homeport.homeport_world import NOON, failing
from tests.homeport.operating_world import OPERATOR, READER, dead, harbour, read, sent
from tests.homeport.sync_world import LANE, TARGET, Harbour
from tests.homeport.test_draining_dead_letter import a_letter
from tests.homeport.writing_world import AWAY, HOME, about


async def acted(of: Harbour, target: str) -> tuple[int, dict[str, Any]]:
    answer = await sent(of, "POST", target)
    return answer.status, json.loads(bytes(answer.body))


async def events(of: Harbour, name: str) -> list[dict[str, object]]:
    return [fields for event, fields in of.surroundings.events if event == name]


async def test_the_list_says_of_each_letter_what_it_is_about() -> None:
    of = harbour()
    write_id = await dead(of)
    shown = await read(of, "dead")
    assert shown["regions"][AWAY] == {"letters": [], "more": False, "error": None}
    assert shown["regions"][HOME]["letters"] == [
        {
            "id": write_id,
            "key": about(TARGET).key,
            "renewed": NOON,
            "method": "PUT",
            "path": TARGET,
            "status": 422,
            "reason": "the origin refused it with 422",
            "tries": 1,
            "accepted": NOON,
            "settled": NOON,
        }
    ]


async def test_the_list_is_read_page_by_page_and_says_whether_there_is_more() -> None:
    of = harbour()
    for n in range(51):
        await keep("key", f"{n:032x}", a_letter(), NOON + n, of.home)
    first, second = [(await read(of, f"dead?page={n}&region={HOME}"))["regions"] for n in (0, 1)]
    assert [*first] == [HOME]
    assert (len(first[HOME]["letters"]), first[HOME]["more"]) == (50, True)
    assert ([each["renewed"] for each in second[HOME]["letters"]], second[HOME]["more"]) == (
        [NOON + 50],
        False,
    )


@pytest.mark.parametrize("page", ["x", "-1", "", "1234567", "²"])
async def test_what_is_no_page_is_422(page: str) -> None:
    assert (await sent(harbour(), "GET", f"dead?page={page}")).status == 422


async def test_a_list_that_cannot_pay_for_the_letters_names_them() -> None:
    of = harbour()
    of.subrequests = 12
    for n in range(20):
        await keep("key", f"{n:032x}", a_letter(), NOON + n, of.home)
    lines = (await read(of, "dead"))["regions"][HOME]["letters"]
    assert len(lines) == 20
    assert 0 < len([line for line in lines if "reason" in line]) < 20


async def test_a_region_that_does_not_answer_is_named_in_the_list() -> None:
    of = harbour()
    await dead(of)
    of.away.cache.faults = failing()
    regions = (await read(of, "dead"))["regions"]
    assert (regions[AWAY]["error"], len(regions[HOME]["letters"])) == ("TIMEOUT_ERROR", 1)


async def test_a_letter_is_shown_with_bodies_to_who_may_operate_only() -> None:
    of = harbour()
    write_id = await dead(of)
    whole, part = [await read(of, f"dead/{write_id}", token) for token in (OPERATOR, READER)]
    assert (whole["request"]["body"], whole["response"]["body"]) == ("new", "no")
    assert (whole["region"], whole["request"]["method"], whole["request"]["target"]) == (HOME, "PUT", TARGET)
    assert (part["request"]["body_bytes"], part["response"]["body_bytes"]) == (3, 2)
    assert "body" not in part["request"]
    assert "body" not in part["response"]


async def test_a_body_that_is_no_text_is_shown_in_base64() -> None:
    of = harbour()
    shown = await read(of, f"dead/{await dead(of, bytes([255, 0]))}", OPERATOR)
    assert shown["request"]["body_base64"] == "/wA="


@pytest.mark.parametrize("token", [OPERATOR, READER])
async def test_no_credential_is_shown_not_even_a_sealed_one(token: str) -> None:
    of, marked = harbour(), "MARKED"
    secret = [(name, marked) for name in ("cookie", "x-api-key", "authorization", "forwarded", "set-cookie")]
    fields = Headers([*secret, ("content-type", "text/plain")])
    item = replace(a_letter().item, id="w" * 32, header=fields, sealed=marked)
    await keep("key", "w" * 32, replace(a_letter(), item=item, header=fields), NOON, of.home)
    answer = await sent(of, "GET", f"dead/{'w' * 32}", token)
    assert marked not in bytes(answer.body).decode()
    shown = json.loads(bytes(answer.body))
    assert shown["request"]["credentials"] == "sealed"
    assert shown["request"]["header"] == shown["response"]["header"] == [["content-type", "text/plain"]]
    assert marked not in bytes((await sent(of, "GET", "dead", token)).body).decode()


async def test_a_letter_sent_again_is_a_new_write_whose_lane_is_woken() -> None:
    of = harbour()
    write_id = await dead(of)
    status, told = await acted(of, f"dead/{write_id}/retry")
    assert (status, told["state"], told["region"]) == (202, "pending", HOME)
    (item,) = of.entry(TARGET).pending
    assert item.id == told["id"] != write_id
    assert told["receipt"] == f"/.homeport/writes/{about(TARGET).key}/{item.id}"
    assert of.itself.kicks == [(HOME, LANE)]
    assert await letter(of.home, write_id) is None
    await of.drain(LANE)
    assert of.origin.items == {TARGET: b"new"}
    assert [fields["as"] for fields in await events(of, "dead_letter_retried")] == [item.id]


async def test_a_retry_that_the_region_does_not_take_leaves_the_letter() -> None:
    of = harbour()
    write_id = await dead(of)
    of.home.cache.faults = failing("sorted_set_put")
    status, told = await acted(of, f"dead/{write_id}/retry")
    assert (status, told["title"]) == (503, "Retry not taken")
    assert isinstance(await letter(of.home, write_id), Letter)
    assert of.itself.kicks == []


async def test_a_dropped_letter_is_gone_and_told() -> None:
    of = harbour()
    write_id = await dead(of)
    assert await acted(of, f"dead/{write_id}/drop") == (
        200,
        {"id": write_id, "region": HOME, "dropped": True},
    )
    assert (await read(of, "dead"))["regions"][HOME]["letters"] == []
    assert [fields["reason"] for fields in await events(of, "dead_letter_dropped")] == ["operator"]
    assert (await acted(of, f"dead/{write_id}/drop"))[0] == 404


async def test_a_letter_that_the_region_does_not_drop_is_said_to_be_there() -> None:
    of = harbour()
    write_id = await dead(of)
    of.home.cache.faults = failing("sorted_set_remove")
    assert (await acted(of, f"dead/{write_id}/drop"))[0] == 502
    assert await events(of, "dead_letter_dropped") == []


@pytest.mark.parametrize("what", ["", "/retry", "/drop"])
async def test_an_unknown_letter_is_404_and_502_where_a_region_is_silent(what: str) -> None:
    of = harbour()
    method = "POST" if what else "GET"
    assert (await sent(of, method, f"dead/abc{what}")).status == 404
    of.away.cache.faults = failing()
    answer = await sent(of, method, f"dead/abc{what}")
    assert (answer.status, answer.headers.get("retry-after")) == (502, "5")


@pytest.mark.parametrize("what", ["retry", "drop"])
@pytest.mark.parametrize("content", [b'{"format":2}\n', b"{}\n"])
async def test_what_cannot_be_read_is_neither_sent_nor_dropped(what: str, content: bytes) -> None:
    of = harbour()
    await keep("key", "w", a_letter(), NOON, of.home)
    of.home.cache.store.put(keys.letter("w").encode(), content, DAY_MS)
    assert (await acted(of, f"dead/w/{what}"))[0] == 409
    assert of.home.cache.store.content(keys.letter("w").encode(), bytes) == content


async def test_all_lanes_are_woken_or_those_of_one_region() -> None:
    of = harbour()
    of.itself.heard = True
    assert await acted(of, f"drain?region={AWAY}") == (202, {"regions": {AWAY: {"woken": keys.LANES}}})
    assert of.itself.kicks == [(AWAY, lane) for lane in range(keys.LANES)]
    assert (await acted(of, "drain"))[0] == 202
    assert len(of.itself.kicks) == 3 * keys.LANES


async def test_a_drain_that_nobody_heard_is_502() -> None:
    assert (await acted(harbour(), "drain"))[0] == 502


async def test_a_retry_that_the_current_state_does_not_allow_leaves_the_letter(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    of = harbour()
    write_id = await dead(of)

    async def refused(*_: object) -> Response:
        return Response(409)

    monkeypatch.setattr("homeport.operating.surface.dead_letter.retry", refused)
    status, told = await acted(of, f"dead/{write_id}/retry")
    assert (status, told["title"]) == (409, "Retry not possible")
