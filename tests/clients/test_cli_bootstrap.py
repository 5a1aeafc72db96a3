"""Caches and webhooks where there are none, and nothing where there are."""

from __future__ import annotations

import json
import stat

from tests.clients.cli_world import AWAY, HOME, Bay

EDGE = "https://edge.test"


def steps(bay: Bay, *arguments: str) -> dict[str, tuple[str, str]]:
    found = bay.json("bootstrap", *arguments)["regions"]
    return {each["region"]: (each["cache"], each["webhook"]) for each in found}


def test_the_second_time_it_finds_all_that_the_first_time_made(empty: Bay) -> None:
    assert steps(empty, "--edge", EDGE) == {HOME: ("created", "created"), AWAY: ("created", "created")}
    assert steps(empty, "--edge", EDGE) == {HOME: ("there", "there"), AWAY: ("there", "there")}


def test_a_dry_run_makes_nothing(empty: Bay) -> None:
    for _ in range(2):
        assert steps(empty, "--edge", EDGE, "--dry-run")[HOME] == ("to create", "to create")
    assert steps(empty)[HOME] == ("created", "not asked for")
    assert steps(empty, "--edge", EDGE, "--dry-run")[HOME] == ("there", "to create")


def test_webhooks_secrets_go_to_a_file_of_their_owners_and_the_doctor_wants_them(empty: Bay) -> None:
    done = empty.run("bootstrap", "--edge", EDGE)
    file = empty.folder / ".dev.vars.webhooks"
    secrets = file.read_text()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert "secret put MOMENTO_WEBHOOK_SECRETS" in done.said
    assert not [each for each in secrets.split() if each in done.said]
    wrong = [each for each in json.loads(empty.run("doctor", "--json").said) if each["level"] == "wrong"]
    assert {each["what"] for each in wrong} == {f"webhook {HOME}", f"webhook {AWAY}"}
    empty.changes["MOMENTO_WEBHOOK_SECRETS"] = secrets
    assert empty.run("doctor").code == 0
    file.unlink()
    assert empty.run("bootstrap", "--edge", EDGE).code == 0
    assert not file.exists()


def test_where_webhooks_are_not_offered_it_says_what_wakes_the_drain(empty: Bay) -> None:
    empty.fault(kind="error", error="unimplemented", method="ListWebhooks", count=2)  # for each region once
    done = empty.run("bootstrap", "--edge", EDGE)
    assert done.code == 0
    assert "not offered" in done.said
    assert "cron each minute" in done.said


def test_a_region_that_does_not_answer_is_exit_code_3(empty: Bay) -> None:
    regions = empty.variables()["HOMEPORT_REGIONS"]
    empty.changes["HOMEPORT_REGIONS"] = f"{regions} eu-west-1=http://127.0.0.1:9"
    done = empty.run("bootstrap")
    assert done.code == 3
    assert "eu-west-1: SERVER_UNAVAILABLE" in done.errors
    assert steps_of(done.said, HOME)


def steps_of(said: str, region: str) -> bool:
    return any(line.startswith(region) and "created" in line for line in said.splitlines())


def test_an_edge_that_is_no_url_is_a_usage_error(empty: Bay) -> None:
    assert empty.run("bootstrap", "--edge", "edge.test").code == 2
