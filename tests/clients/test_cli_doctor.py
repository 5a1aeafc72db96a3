"""A doctor who finds what is wrong, says the line that mends it, and shows no secret."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from homeport_cli.findings import of_configurations, of_key
from tests.clients.cli_world import AWAY, HOME, Bay

TOKEN = "0123456789abcdef" * 4


def findings(bay: Bay) -> tuple[int, dict[str, dict[str, Any]]]:
    """The exit code, and what was found by its name; of several the worst."""
    done, order = bay.run("doctor", "--json"), ("fine", "note", "wrong")
    found = sorted(json.loads(done.said), key=lambda each: order.index(each["level"]))
    return done.code, {each["what"]: each for each in found}


def test_a_sound_house_is_found_sound(bay: Bay) -> None:
    code, found = findings(bay)
    assert code == 0
    assert "wrong" not in {each["level"] for each in found.values()}
    assert bay.prefix in found[f"region {HOME}"]["says"]
    assert "kick and cron" in found[f"webhook {AWAY}"]["says"]


def test_people_are_told_the_same(bay: Bay) -> None:
    said = bay.run("doctor").said
    assert "HOMEPORT_SEAL_KEYS" in said
    assert "npx wrangler secret put HOMEPORT_PUSH_SECRETS" in said


def test_a_missing_cache_is_found_and_bootstrap_mends_it(empty: Bay) -> None:
    code, found = findings(empty)
    assert code == 1
    assert found[f"region {HOME}"]["mend"] == "homeport bootstrap"
    assert empty.run("bootstrap").code == 0
    assert findings(empty)[0] == 0


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("HOMEPORT_OPERATE_TOKENS", "tooshortasecret", "at least 32 characters"),
        ("HOMEPORT_STORE_TIMEOUT_MS", "soon", "a whole number of milliseconds"),
        ("HOMEPORT_REGION", "eu-central-1", "nobody reads it"),
        ("HOMEPORT_SEAL_KEYS", "k1:tooshortasecret", "32 octets in base64url"),
        ("HOMEPORT_PUSH_SECRETS", f"{TOKEN} {TOKEN}", "a word stands twice"),
    ],
)
def test_a_broken_setting_is_found_without_its_value(bay: Bay, name: str, value: str, says: str) -> None:
    bay.changes[name] = value
    code, found = findings(bay)
    assert (code, found[name]["level"]) == (1, "wrong")
    assert says in found[name]["says"]
    output = bay.run("doctor").said
    assert "tooshortasecret" not in output
    assert TOKEN not in output


def test_a_mistyped_name_is_told_the_one_that_was_meant(bay: Bay) -> None:
    bay.changes["HOMEPORT_REGION"] = "x"
    assert findings(bay)[1]["HOMEPORT_REGION"]["mend"] == "HOMEPORT_REGIONS=…"


def test_a_secret_is_told_by_the_length_of_its_words(bay: Bay) -> None:
    bay.changes["HOMEPORT_HOME_SECRETS"] = f"{TOKEN} {TOKEN[:40]}"
    assert findings(bay)[1]["HOMEPORT_HOME_SECRETS"]["says"] == "2 of 64, 40 characters"


def test_a_faulty_route_is_found_and_the_regions_are_asked_all_the_same(bay: Bay) -> None:
    text = 'from homeport.routing import Route, Routes\nROUTES = Routes(Route("items"))\n'
    (bay.folder / "my_routes.py").write_text(text)
    code, found = findings(bay)
    wrong = [each for each in found.values() if each["level"] == "wrong"]
    assert (code, len(wrong)) == (1, 1)
    assert "begins with a slash" in wrong[0]["says"]
    assert found[f"region {HOME}"]["level"] == "fine"


def test_an_exposed_route_is_a_note(bay: Bay) -> None:
    text = 'from homeport.routing import Route, Routes\nROUTES = Routes(Route("/a", write_behind=("PUT",)))\n'
    (bay.folder / "my_routes.py").write_text(text)
    code, found = findings(bay)
    assert (code, found["route /a"]["level"]) == (0, "note")


def test_a_region_that_nobody_reaches_is_found(bay: Bay) -> None:
    regions = bay.variables()["HOMEPORT_REGIONS"]
    bay.changes["HOMEPORT_REGIONS"] = f"{regions} eu-west-1=http://127.0.0.1:9"
    code, found = findings(bay)
    assert (code, found["region eu-west-1"]["level"]) == (1, "wrong")
    assert "SERVER_UNAVAILABLE" in found["region eu-west-1"]["says"]
    assert found[f"region {HOME}"]["level"] == "fine"


def test_a_key_that_the_region_refuses_is_found(bay: Bay) -> None:
    bay.changes["MOMENTO_API_KEY"] = "another-key-that-nobody-may-see"
    code, found = findings(bay)
    assert code == 1
    assert "AUTHENTICATION_ERROR" in found[f"region {HOME}"]["says"]
    assert "another-key" not in bay.run("doctor").said


def test_what_the_key_may_not_write_is_found(bay: Bay) -> None:
    bay.fault(kind="error", error="permission-denied", method="SetIf", cache=f"{bay.prefix}{HOME}")
    code, found = findings(bay)
    assert code == 1
    assert "may not write" in found[f"region {HOME}"]["says"]


def test_without_settings_nobody_is_asked(empty: Bay) -> None:
    empty.changes["MOMENTO_API_KEY"] = ""
    code, found = findings(empty)
    assert code == 1
    assert "wrangler secret put MOMENTO_API_KEY" in found["MOMENTO_API_KEY"]["mend"]
    assert found["regions"]["says"] == "not asked: the settings come first"


def test_the_example_s_origin_is_found_beside_other_faults(empty: Bay) -> None:
    empty.changes |= {"MOMENTO_API_KEY": "", "HOMEPORT_ORIGIN": "https://origin.example.com"}
    assert findings(empty)[1]["HOMEPORT_ORIGIN"]["says"] == "is the example's"


def test_a_reading_token_is_mended_as_a_secret_not_as_a_variable(bay: Bay) -> None:
    bay.changes["HOMEPORT_READ_TOKENS"] = "tooshortasecret"
    assert findings(bay)[1]["HOMEPORT_READ_TOKENS"]["mend"].startswith("npx wrangler secret put")


def test_workers_that_are_told_different_regions_are_found(bay: Bay) -> None:
    Path("wrangler.toml").write_text('[vars]\nHOMEPORT_REGIONS = "us-east-1"\n')
    Path("wrangler.sync.toml").write_text('[vars]\nHOMEPORT_REGIONS = "eu-west-1"\n')
    code, found = findings(bay)
    assert code == 1
    assert "differ" in found["HOMEPORT_REGIONS"]["says"]
    assert [*of_configurations({"HOMEPORT_REGIONS": "a"}, {"HOMEPORT_REGIONS": "a"})] == []


@pytest.mark.parametrize(("days", "level"), [(-1, "wrong"), (3, "note"), (100, "fine")])
def test_a_key_that_says_when_it_expires_is_heeded(days: int, level: str) -> None:
    now = time.time_ns() // 1_000_000
    said = json.dumps({"t": "g", "exp": now // 1000 + days * 86_400 + 60}).encode()
    key = f"e30.{base64.urlsafe_b64encode(said).decode().rstrip('=')}.c2ln"
    (found,) = of_key(key, ["cell-1-eu-west-1-1.prod.a.momentohq.com"], now)
    assert found.level == level
    assert key not in found.says + found.mend


def test_what_is_wrong_comes_last_and_the_line_that_mends_it_is_never_folded(empty: Bay) -> None:
    lines = empty.run("doctor").said.splitlines()
    assert lines[-1] == "2 wrong."
    assert lines[-3:-1] == [
        f"WRONG region {AWAY}: there is no cache {empty.prefix}{AWAY}",
        "         homeport bootstrap",
    ]
    assert '         npx wrangler secret put MOMENTO_WEBHOOK_SECRETS --env="" -c wrangler.sync.toml' in lines


def test_a_team_of_cloudflare_access_is_told_with_its_roles(bay: Bay) -> None:
    bay.changes |= {"HOMEPORT_ACCESS_TEAM": "example", "HOMEPORT_ACCESS_READ_AUD": "b2" * 32}
    assert findings(bay)[1]["HOMEPORT_ACCESS_TEAM"]["says"] == "https://example.cloudflareaccess.com: read"
    bay.changes["HOMEPORT_ACCESS_READ_AUD"] = "b2"
    assert findings(bay)[1]["HOMEPORT_ACCESS_READ_AUD"]["level"] == "wrong"
