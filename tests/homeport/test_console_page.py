"""The console's page: what it says, that it escapes whatever it says, and that everybody can read it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from homeport.history import Ended, Past
from homeport.operating.console.page import page
from homeport.operating.console.told import ILL, WELL
from homeport.operating.console.view import View, headline
from homeport.operating.look import Lane, Seen
from homeport.operating.operator import Operator
from homeport.regions.cells import CELLS
from tests.homeport.console_reader import Element, read, rows
from tests.homeport.homeport_world import NOON

TOKYO, IRELAND, OWN = "ap-northeast-1", "eu-west-1", "own"
HOSTILE = "</td><script>alert('1')</script>\"&amp;<b"
NO_LETTERS: dict[str, Any] = {"letters": [], "more": False, "error": None}
ANNA = Operator("operate", "anna@example.com", "forge-proof")


def lanes(*depths: int, **more: Any) -> tuple[Lane, ...]:
    return tuple(
        Lane(number, depth, 0, NOON - 90_000 if depth else None, "free", **more)
        for number, depth in enumerate(depths)
    )


CALM = (Seen(TOKYO, lanes(0, 0, 0, 0), 0, None), Seen(IRELAND, lanes(0, 0, 0, 0), 0, None))
SILENT = Seen(
    IRELAND, tuple(Lane(number, error="TIMEOUT_ERROR") for number in range(4)), None, "TIMEOUT_ERROR"
)


def letter(path: str = "/items/1", **more: Any) -> dict[str, Any]:
    about = {
        "method": "PUT",
        "path": path,
        "reason": "the origin refused it with 422",
        "settled": NOON - 5_000,
    }
    return {"id": "a" * 32, "key": "k", "renewed": NOON} | about | more


def view(*seen: Seen, **more: Any) -> View:
    each = seen or CALM
    names = [region.region for region in each]
    told: dict[str, Any] = {
        "letters": dict.fromkeys(names, NO_LETTERS),
        "past": {name: Past() for name in names},
        "places": {name: CELLS[name][2:] for name in names if name in CELLS},
    }
    return View("https://origin.test", "0.1.0", NOON, more.pop("operator", ANNA), each, **(told | more))


def shown(*seen: Seen, **more: Any) -> Element:
    return read(page(view(*seen, **more)))


def test_a_calm_night_says_so_in_every_part() -> None:
    found = shown()
    assert found.one("h1").text == "● All is well."
    assert "Nothing waits in 2 regions." in found.one("main").text
    assert found.one("div", id="dead").text == "There are none."
    assert found.one("div", id="lanes").text == "Nothing waits, and nobody drains."
    assert found.one("div", id="receipts").text == "No write was settled within a day."
    assert found.all("title")[0].text == "● All is well. · Homeport"
    assert rows(found, "regions") == [
        [TOKYO, "● calm", "0", "", "0", "0"],
        [IRELAND, "● calm", "0", "", "0", "0"],
    ]


def test_a_region_that_does_not_answer_is_shown_as_such_and_the_rest_stays() -> None:
    found = shown(
        Seen(TOKYO, lanes(2, 0, 1, 0), 0, None),
        SILENT,
        past={TOKYO: Past((0,) * 59 + (4,)), IRELAND: None},
    )
    assert found.one("h1").text == "✕ eu-west-1 does not answer (TIMEOUT_ERROR)."
    assert "3 wait to be settled, the oldest for 1 min." in found.one("p", id="rest").text
    assert rows(found, "regions") == [
        [TOKYO, "◆ 3 waiting", "3", "1 min", "0", "4"],
        [IRELAND, "✕ does not answer TIMEOUT_ERROR", "?", "", "?", "?"],
    ]
    assert rows(found, "lanes") == [
        [f"{TOKYO} / 0", "free", "2", "1 min", "0 B"],
        [f"{TOKYO} / 2", "free", "1", "1 min", "0 B"],
    ]
    assert "Without eu-west-1: no answer." in found.one("div", id="hour").text


@pytest.mark.parametrize(
    ("seen", "said"),
    [
        (Seen(TOKYO, lanes(0, 0, 0, 0), 2, None), "▲ ap-northeast-1: 2 dead letters."),
        (Seen(TOKYO, lanes(0, 0, 0, 0), 1, None), "▲ ap-northeast-1: 1 dead letter."),
        (
            Seen(TOKYO, (Lane(0, 1, 0, NOON - 7_500_000, "paused", 3),), 0, None),
            "▲ ap-northeast-1: the oldest waits for 2 h 5 min, 1 lane paused.",
        ),
        (
            Seen(TOKYO, (Lane(0, 0, 0, None, "free"),), None, "SERVER_UNAVAILABLE"),
            "▲ ap-northeast-1: does not tell everything, SERVER_UNAVAILABLE.",
        ),
    ],
)
def test_trouble_stands_at_the_top(seen: Seen, said: str) -> None:
    assert shown(seen).one("h1").text == said


def test_a_breaker_that_is_open_is_trouble() -> None:
    assert shown(opened=[TOKYO]).one("h1").text == "▲ ap-northeast-1: reads stay away."


def test_what_hostile_visitors_and_origins_say_is_text() -> None:
    past = Past(latest=(Ended(NOON, "applied", HOSTILE, 200, HOSTILE, HOSTILE),))
    hostile = Operator("operate", HOSTILE, HOSTILE)
    found = shown(
        Seen(OWN, (Lane(0, 1, 1, NOON, "free", 0, HOSTILE),), 1, HOSTILE),
        operator=hostile,
        letters={
            OWN: {
                "letters": [letter(HOSTILE, method=HOSTILE, reason=HOSTILE, id=HOSTILE)],
                "more": True,
                "error": HOSTILE,
            }
        },
        past={OWN: past},
        places={OWN: (0.0, 0.0)},
        told={"told": HOSTILE, "id": HOSTILE, "region": OWN},
    )
    assert len(found.all("script")) == 1
    assert {*(each.text for each in found.all("b"))} == {
        "Settled each minute",
        "Waiting",
        " ".join(HOSTILE.split()),
    }
    assert " ".join(HOSTILE.split()) in found.one("div", id="dead").text
    assert " ".join(HOSTILE.split()) in found.one("header").text
    assert {each.attributes["value"] for each in found.all("input")} == {HOSTILE}


def test_dead_letters_carry_what_their_forms_need() -> None:
    found = shown(letters={TOKYO: NO_LETTERS | {"letters": [letter()]}, IRELAND: NO_LETTERS})
    assert rows(found, "dead") == [
        ["PUT /items/1", "the origin refused it with 422", TOKYO, "5 s ago", "Retry Drop…"]
    ]
    (form,) = found.one("div", id="dead").all("form")
    assert (form.attributes["method"], form.attributes["action"]) == (
        "post",
        f"/.homeport/console/dead/{'a' * 32}/retry?region={TOKYO}",
    )
    assert form.one("input", name="csrf").attributes["value"] == "forge-proof"


def test_a_letter_that_was_not_read_is_named_by_its_id() -> None:
    bare = {"id": "b" * 32, "key": "k", "renewed": NOON}
    found = shown(letters={TOKYO: NO_LETTERS | {"letters": [bare]}, IRELAND: NO_LETTERS})
    assert rows(found, "dead")[0][:2] == ["b" * 32, "not read"]


def test_who_may_only_look_sees_no_buttons() -> None:
    reader = Operator("read", "bearer token")
    found = shown(operator=reader, letters={TOKYO: NO_LETTERS | {"letters": [letter()]}, IRELAND: NO_LETTERS})
    assert (found.all("form"), found.all("button")) == ([], [])
    assert rows(found, "dead")[0] == ["PUT /items/1", "the origin refused it with 422", TOKYO, "5 s ago"]
    assert "bearer token may look" in found.one("header").text


def test_who_came_by_a_form_can_log_out() -> None:
    out = shown().one("header").one("form")
    assert (out.attributes["action"], out.one("button").text) == ("/.homeport/console/logout", "Log out")


def test_more_dead_letters_are_a_page_away() -> None:
    letters = {TOKYO: NO_LETTERS | {"more": True}, IRELAND: NO_LETTERS}
    found = shown(letters=letters, page=2)
    assert [each.attributes["href"] for each in found.one("nav").all("a")] == [
        "/.homeport/console?page=1#dead",
        "/.homeport/console?page=3#dead",
    ]
    assert "There are no more." in found.one("div", id="dead").text


def test_the_last_hour_is_a_chart_and_a_table() -> None:
    pasts = {
        TOKYO: Past((0,) * 58 + (3, 5), (0,) * 58 + (7, 0)),
        IRELAND: Past((0,) * 59 + (1,), (0,) * 60),
    }
    found = shown(Seen(TOKYO, lanes(4, 0, 0, 0), 0, None), CALM[1], past=pasts).one("div", id="hour")
    titles = [each.all("title")[0].text for each in found.all("svg")]
    assert titles == [
        "Settled each minute in the last hour: 9 writes, at most 6 in a minute",
        "Waiting in the last hour: now 4, at most 7",
    ]
    assert [len(each.all("rect")) for each in found.all("svg")] == [2, 2]
    body = found.one("details").one("tbody")
    assert [[cell.text for cell in row.inside if isinstance(cell, Element)] for row in body.all("tr")] == [
        ["22:13", "6", "4"],
        ["22:12", "3", "7"],
    ]


def test_the_latest_receipts_of_all_regions_stand_in_one_order() -> None:
    pasts = {
        TOKYO: Past(
            latest=(
                Ended(NOON - 1_000, "applied", "1" * 32, 200, "PUT", "/a"),
                Ended(NOON - 9_000, "dead", "2" * 32, 422, "PUT", "/b"),
            )
        ),
        IRELAND: Past(latest=(Ended(NOON - 4_000, "lost", "3" * 32),)),
    }
    found = shown(past=pasts)
    assert rows(found, "receipts") == [
        ["PUT /a", "● applied 200", TOKYO, "1 s ago"],
        ["a write", "✕ lost", IRELAND, "4 s ago"],
        ["PUT /b", "▲ dead 422", TOKYO, "9 s ago"],
    ]
    first = found.one("div", id="receipts").all("a")[0]
    assert first.attributes["href"] == f"/.homeport/console/receipt/{'1' * 32}?region={TOKYO}"


@pytest.mark.parametrize("word", [*WELL, *ILL])
def test_what_an_action_came_to_is_said(word: str) -> None:
    found = shown(told={"told": word, "region": TOKYO, "id": "c" * 32})
    said = found.one("p", role="alert" if word in ILL else "status")
    assert said.text.startswith(f"{TOKYO}: {(WELL | ILL)[word]}")


@pytest.mark.parametrize(
    "told",
    [{"told": "<b>x"}, {"told": "hacked"}, {}, {"told": "retried", "region": "nowhere", "id": "c" * 32}],
)
def test_nobody_puts_words_into_its_mouth_by_a_link(told: dict[str, str]) -> None:
    found = shown(told=told).one("main")
    assert "x" not in told or "hacked" not in found.text
    assert "nowhere" not in found.text
    assert not [each for each in found.all("a") if "receipt/" in str(each.attributes["href"])]


def test_screen_readers_and_keyboards_find_their_way() -> None:
    found = shown(
        Seen(TOKYO, lanes(1, 0, 0, 0), 1, None),
        letters={TOKYO: NO_LETTERS | {"letters": [letter()], "more": True}},
        past={TOKYO: Past((1,) * 60, (0,) * 60, (Ended(NOON, "applied", "1" * 32),))},
    )
    assert found.one("html").attributes["lang"] == "en"
    assert len(found.all("h1")) == 1
    names = {each.attributes["id"]: each.text for each in found.all("h2")}
    parts = [each for each in found.all("section") if "aria-labelledby" in each.attributes]
    assert len(parts) == len(names) == 6
    assert all(each.attributes["aria-labelledby"] in names for each in parts)
    for table in found.all("table"):
        if table.attributes.get("class") != "numbers":
            assert table.one("caption").text
        assert all("scope" in each.attributes for each in table.all("th"))
    assert all(each.attributes.get("role") == "img" for each in found.all("svg"))
    ids = [
        each.attributes["id"]
        for tag in ("div", "section", "p", "h2", "main", "path")
        for each in found.all(tag)
        if "id" in each.attributes
    ]
    assert len(ids) == len({*ids})
    assert not [each for each in found.all("div") if "style" in each.attributes]


def test_a_region_whose_place_nobody_knows_is_in_the_table_only() -> None:
    found = shown(Seen(OWN, lanes(0, 0, 0, 0), 0, None))
    assert rows(found, "regions")[0][0] == OWN
    assert OWN not in found.one("svg", **{"class": "atlas"}).text


def test_the_worst_region_names_the_state() -> None:
    dead = Seen(TOKYO, lanes(1), 1, None)
    assert [state for state, _ in headline(view(dead, SILENT))[0]] == ["silent", "trouble"]
    assert headline(view(Seen(TOKYO, lanes(1), 0, None)))[0] == [("busy", "All is well.")]


def test_a_view_without_room_for_the_past_says_so() -> None:
    empty = replace(view(), past={})
    assert "HOMEPORT_SUBREQUESTS" in read(page(empty)).one("div", id="hour").text
