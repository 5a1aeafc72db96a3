"""The settings of a Cloudflare Access team."""

from __future__ import annotations

import pytest

from homeport.operating.team import Team
from homeport.settings import Faults, Settings, read
from tests.homeport.test_settings import GOOD

ONE, TWO = "a" * 64, "b" * 64
TEAM, AUD, READ_AUD = "HOMEPORT_ACCESS_TEAM", "HOMEPORT_ACCESS_AUD", "HOMEPORT_ACCESS_READ_AUD"
LOCAL = "example=http://127.0.0.1:8801"


def team(name: str = "", operate: str = "", reading: str = "", local: str = "") -> Team | list[str] | None:
    """The team, or the names of the faulty settings."""
    said = {TEAM: name, AUD: operate, READ_AUD: reading, "HOMEPORT_LOCAL": local}
    found = read(GOOD | said)
    if isinstance(found, Faults):
        return [faulty for faulty, _ in found.faults]
    assert isinstance(found, Settings)
    return found.team


def test_without_a_team_nobody_is_admitted_by_it() -> None:
    assert team() is None


def test_each_application_gives_a_role() -> None:
    found = team("example", f"{ONE} {'c' * 64}", TWO)
    assert found == Team("example", ((ONE, "operate"), ("c" * 64, "operate"), (TWO, "read")))
    assert found.certs == "https://example.cloudflareaccess.com/cdn-cgi/access/certs"
    assert (found.role([TWO, ONE]), found.role([TWO]), found.role(["d"])) == ("operate", "read", None)


@pytest.mark.parametrize(
    ("said", "faulty"),
    [
        (("example", "", ""), [AUD]),
        (("", ONE, ""), [TEAM]),
        (("https://example.cloudflareaccess.com", ONE, ""), [TEAM]),
        (("example.cloudflareaccess.com", ONE, ""), [TEAM]),
        (("Example", ONE, ""), [TEAM]),
        (("evil.example/", ONE, ""), [TEAM]),
        (("example", ONE[1:], ""), [AUD]),
        (("example", "", f"{ONE}0"), [READ_AUD]),
        (("example", ONE, f"{TWO} {ONE}"), [READ_AUD]),
    ],
)
def test_what_names_no_team_or_no_application_is_a_fault(
    said: tuple[str, str, str], faulty: list[str]
) -> None:
    assert team(*said) == faulty


def test_keys_come_from_elsewhere_on_a_developers_machine_only_and_from_there_only() -> None:
    found = team(LOCAL, ONE, local="1")
    assert isinstance(found, Team)
    assert found.certs == "http://127.0.0.1:8801/cdn-cgi/access/certs"
    assert found.issuer == "https://example.cloudflareaccess.com"
    assert team(LOCAL, ONE) == [TEAM]
    for elsewhere in (
        "http://evil.example",
        "https://127.0.0.1:1",
        "http://127.0.0.1:1@evil.example",
        "http://127.0.0.1",
    ):
        assert team(f"example={elsewhere}", ONE, local="1") == [TEAM]
