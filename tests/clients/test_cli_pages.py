"""What is pushed, purged, and told of places and routes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from homeport_cli.environment import parsed
from tests.clients.cli_world import AWAY, HOME, ORIGIN, Bay, about

TARGET = "/items/7"


def pushed(bay: Bay, target: str = TARGET) -> None:
    page = bay.folder / "page.html"
    page.write_bytes(b"<p>seven")
    found = bay.json("push", target, "--file", str(page), "--content-type", "text/html")
    assert {each["state"] for each in found["regions"].values()} == {"stored"}


def test_a_pushed_page_stands_in_every_region(bay: Bay) -> None:
    pushed(bay)
    for region in (HOME, AWAY):
        entry = bay.entry(TARGET, region)
        assert entry is not None
        assert (entry.kind, bytes(entry.body), entry.header.get("content-type")) == (
            "stored",
            b"<p>seven",
            "text/html",
        )


def test_a_page_that_must_not_be_shared_is_refused(bay: Bay) -> None:
    page = bay.folder / "page.html"
    page.write_bytes(b"mine")
    done = bay.run("push", TARGET, "-f", str(page), "-H", "Cache-Control: private")
    assert (done.code, "private" in done.errors) == (2, True)
    assert bay.run("push", TARGET, "-f", "nowhere").code == 2
    assert bay.entry(TARGET) is None


def test_a_purge_by_url_is_seen_in_every_region(bay: Bay) -> None:
    pushed(bay)
    assert bay.run("purge", TARGET, answer="n\n").code == 1
    found = bay.json("purge", ORIGIN + TARGET, "--yes")
    assert found == {"regions": {HOME: {"purged": 1}, AWAY: {"purged": 1}}}
    for region in (HOME, AWAY):
        entry = bay.entry(TARGET, region)
        assert entry is not None
        assert entry.kind == "marker"


def test_a_soft_purge_by_tag_expires_all_that_bears_it_and_asks_nobody(bay: Bay) -> None:
    pushed(bay)
    pushed(bay, "/items/8")
    assert bay.json("purge", "--tag", "items", "--soft")["regions"][AWAY] == {"purged": 2}
    for target in (TARGET, "/items/8"):
        entry = bay.entry(target)
        assert entry is not None
        assert (entry.kind, entry.soft) == ("stored", True)


def test_what_no_route_caches_is_refused_by_its_name(bay: Bay) -> None:
    done = bay.run("purge", "/nowhere", "--yes")
    assert (done.code, "/nowhere: is cached by no route" in done.errors) == (2, True)
    assert bay.run("purge", "--yes").code == 2


def test_a_region_that_could_not_be_told_is_exit_code_3_and_owed(bay: Bay) -> None:
    bay.fault(kind="error", error="unavailable", method="GetWithHash", cache=f"{bay.prefix}{AWAY}")
    done = bay.run("purge", TARGET, "--yes", "--json")
    assert done.code == 3
    assert json.loads(done.said)["regions"][AWAY] == {"purged": 0, "owed": 1, "error": "SERVER_UNAVAILABLE"}


def test_a_place_is_told_its_regions_without_any_key(empty: Bay) -> None:
    empty.changes |= {"MOMENTO_API_KEY": "", "HOMEPORT_REGIONS": "us-east-1 eu-central-1 ap-northeast-1"}
    found = empty.json("where", "--country", "JP")
    assert (found["region"], found["because"], found["place"]) == ("ap-northeast-1", "country", "JP")
    assert empty.json("where", "--at", "52.5/13.4")["region"] == "eu-central-1"
    assert empty.run("where").code == 2
    assert "by country DE" in empty.run("where", "--country", "de").said


def test_exposed_routes_are_exit_code_1_and_faulty_ones_2(empty: Bay) -> None:
    assert empty.run("routes", "check").code == 0
    routes = empty.folder / "my_routes.py"
    head = "from homeport.routing import Route, Routes\n"
    routes.write_text(f'{head}ROUTES = Routes(Route("/a", write_behind=("PUT",)))\n')
    done = empty.run("routes", "check")
    assert (done.code, "deduplicates=True" in done.errors) == (1, True)
    routes.write_text(f'{head}ROUTES = Routes(Route("a"))\n')
    assert empty.run("routes", "check").code == 2
    routes.write_text("this is no Python")
    assert empty.run("routes", "check").code == 2


def test_a_request_is_explained(empty: Bay) -> None:
    found = empty.json("routes", "explain", f"{ORIGIN}{TARGET}", "put")
    assert (found["route"], found["key"], found["parameters"]) == (
        "/items/{id}",
        about(TARGET).key,
        {"id": "7"},
    )
    assert (found["becomes"], found["changes"]) == (
        "accepted near the visitor, answered 202; replayed later",
        [TARGET],
    )
    assert "passes through" in empty.json("routes", "explain", "/elsewhere")["becomes"]
    assert empty.run("routes", "explain", "https://elsewhere.test/").code == 2


def test_a_file_of_variables_is_read_as_wrangler_does() -> None:
    text = 'A="one # two"\n# C=no\nexport B=two # a remark\n\nD=\nE=\'x"y\'\n'
    assert parsed(text) == {"A": "one # two", "B": "two", "D": "", "E": 'x"y'}


def test_wranglers_variables_count_where_the_file_has_none(bay: Bay) -> None:
    Path("wrangler.sync.toml").write_text('[vars]\nHOMEPORT_ALARM_SECONDS = "never"\n')
    done = bay.run("status")
    assert (done.code, "HOMEPORT_ALARM_SECONDS: a whole number from 1" in done.errors) == (2, True)


@pytest.mark.parametrize("verb", ["status", "drain", "writes ls", "dead ls"])
def test_wrong_settings_are_exit_code_2_by_name(empty: Bay, verb: str) -> None:
    empty.changes["HOMEPORT_ORIGIN"] = "origin"
    done = empty.run(*verb.split())
    assert (done.code, "HOMEPORT_ORIGIN: the origin's URL" in done.errors) == (2, True)
