"""`make ping` as it is called."""

from __future__ import annotations

import socket
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from homeport.regions.cells import CELLS
from local.stack.process import Process
from tools import ping
from tools.ping_verdicts import Disagreement


@pytest.fixture(scope="module")
def regions(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Two regions on this machine, as words of HOMEPORT_REGIONS."""
    log = tmp_path_factory.mktemp("ping") / "momento.log"
    command = [sys.executable, "-m", "local.momento_local", "--regions", "us-east-1,eu-central-1"]
    with Process("momento_local", command, log) as momento:
        urls = momento.first_line(20.0)["regions"]
        yield " ".join(f"{name}={url}" for name, url in urls.items())


def nowhere() -> str:
    return "Etc/UTC"


def test_it_measures_prints_and_judges(regions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ping.main([*regions.split(), "--country", "de"], nowhere) == 0
    told = capsys.readouterr().out
    assert "from DE" in told
    assert all(name in told for name in ("us-east-1", "eu-central-1", "TCP", "HTTP"))
    # On one machine both are equally near, so the table cannot be wrong.
    assert "The table agrees" in told


def test_the_time_zone_tells_the_country(regions: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert ping.main(regions.split(), lambda: "Europe/Berlin") == 0
    assert "from DE" in capsys.readouterr().out


def test_where_nothing_tells_the_country_it_is_asked_for(
    regions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ping.main(regions.split(), nowhere) == 0
    told = capsys.readouterr().out
    assert "make ping COUNTRY=DE" in told
    assert "agrees" not in told


def test_a_region_that_is_silent_is_named_and_the_others_are_judged(
    regions: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))
        silent = f"ap-south-1=http://127.0.0.1:{taken.getsockname()[1]}"
        assert ping.main([*regions.split(), silent, "--country", "IN"], nowhere) == 0
        told = capsys.readouterr().out
        assert "ap-south-1 did not answer: it refuses the connection." in told
        assert "The table agrees" in told
        assert ping.main([silent], nowhere) == 1
        assert "No region answered." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (["mars-north-1"], "REGIONS: word 1 is not a Momento region"),
        (["us-east-1=http://far.example"], "must be https"),
        (["us-east-1", "--country", "ZZ"], "COUNTRY: ZZ is no country"),
        (["--cuontry", "DE"], "unrecognized arguments"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], fault: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        ping.main(arguments, nowhere)
    assert ended.value.code == 2
    assert fault in " ".join(capsys.readouterr().err.split())


def test_without_regions_the_deployed_ones_are_measured() -> None:
    assert set(ping.configured().split()) <= set(CELLS)
    assert (
        ping.base_url(CELLS["us-east-1"].endpoint)
        == "https://api.cache.cell-us-east-1-1.prod.a.momentohq.com"
    )
    assert ping.base_url("https://momento.example/x") == "https://momento.example/x"


def test_the_machines_time_zone_is_that_of_tz_or_of_etc_localtime(tmp_path: Path) -> None:
    link = tmp_path / "localtime"
    assert ping.machine_zone({}, link) == ""
    link.symlink_to("/usr/share/zoneinfo/Asia/Tokyo")
    assert ping.machine_zone({}, link) == "Asia/Tokyo"
    assert ping.machine_zone({"TZ": "Europe/Berlin"}, link) == "Europe/Berlin"
    assert ping.machine_zone({"TZ": ":Europe/Berlin"}, link) == "Europe/Berlin"
    assert ping.machine_zone({"TZ": "/usr/share/zoneinfo/Europe/Rome"}, link) == "Europe/Rome"


def test_a_disagreement_says_by_how_much_and_for_whom_it_counts() -> None:
    found = [Disagreement(place, "us-east-1", "us-west-2", 55.4) for place in ("US", "US-CA")]
    first, counts = ping.verdict(found, ["US", "US-AK", "US-CA"])
    assert first == "The table disagrees: US, US-CA to us-east-1, 55 ms slower than us-west-2."
    assert "COUNTRY=US-AK" in counts
    assert len(ping.verdict(found[1:], ["US-CA"])) == 1
    assert ping.verdict([], ["DE"]) == [
        "The table agrees: in the row DE the first region is within 10 ms of the best."
    ]
