"""The arithmetic of the guides: capacity within Momento's limits, and what a month costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import capacity, cost
from tools.block import replaced, settle
from tools.capacity import Traffic, most, needed, operations
from tools.cost import LIST, another_region, break_even, compared, homeport, per_million, saved


def test_reads_alone_cost_hits_and_misses_and_nothing_else() -> None:
    assert operations(Traffic(100, 0, 1, 3)) == pytest.approx(95 * 1 + 5 * 3)
    assert operations(Traffic(100, 0, 10, 3, hits=1.0)) == 1000


def test_a_write_is_paid_in_every_region_and_makes_a_read_stale_in_each() -> None:
    alone = operations(Traffic(0, 1, 1, 3))
    assert alone == 5 + 13 + 2 * 3
    assert operations(Traffic(3, 1, 1, 3)) == alone + 3 * 4  # all three reads are stale
    assert operations(Traffic(2, 1, 1, 3)) == alone + 2 * 4  # no more can be than there are


def test_what_a_limit_allows_needs_that_limit() -> None:
    for regions in (1, 3, 11):
        rate = most(0.95, 10, regions, limit=250)
        assert needed(rate * regions, 0.95, 10, regions) == pytest.approx(250)


@pytest.mark.parametrize("share", [0.5, 0.9, 0.99])
def test_more_writes_more_octets_and_more_regions_never_allow_more(share: float) -> None:
    assert most(share, 1, 3) > most(share, 10, 3) > most(share, 100, 3)
    assert most(share, 1, 3) > most(share, 1, 11)
    assert most(share, 1, 3) > most(share - 0.1, 1, 3)


def test_an_idle_month_costs_the_plan_and_what_cron_asks() -> None:
    idle = homeport(Traffic(0, 0, 1, 3))
    assert idle == {"Momento": 0.0, "Workers": 5.0}  # 0.7 million operations: within what is free
    paid = homeport(Traffic(0, 0, 1, 3), {**LIST, "momento_free": 0.0})
    assert paid["Momento"] == pytest.approx(5 * 43_800 * 3 / 1e6 * 0.5)


def test_what_is_included_is_not_billed_and_what_goes_beyond_it_is() -> None:
    bill = homeport(Traffic(30e6, 0, 1, 1, hits=1.0))
    assert bill["Workers"] == pytest.approx(5 + (30.0438 - 10) * 0.3 + (36 - 30) * 0.02)
    assert bill["Momento"] == pytest.approx((30 + 0.219 - 5) * 0.5)


def test_a_million_more_costs_what_its_parts_do() -> None:
    assert per_million("reads", 1, 3) == pytest.approx(
        1.1 * 0.5 + 0.3 + (0.95 * 1.2 + 0.05 * 5) * 0.02, rel=1e-3
    )
    assert per_million("writes", 10, 11) > per_million("writes", 10, 3) > 10 * per_million("reads", 10, 3)


def test_at_the_break_even_both_cost_the_same() -> None:
    at = break_even(0.9, 10, 3, further=2)
    month = Traffic(at * 0.9, at * 0.1, 10, 3)
    assert sum(homeport(month).values()) == pytest.approx(2 * sum(another_region(month).values()))
    here = compared(month)
    assert here.homeport == pytest.approx(here.third)
    assert here.third == 2 * here.second


def test_what_the_guide_says_in_short_is_what_is_counted() -> None:
    small = [break_even(share, 1, 3, further=1) for share in (0.9, 0.99)]
    assert 20e6 < min(small) < max(small) < 110e6  # "up to some tens of millions of requests a month"
    assert homeport(Traffic(0.95e6, 0.05e6, 1, 3)) == {"Momento": 0.0, "Workers": 5.0}  # "next to nothing"
    large = [break_even(share, 100, 3, further=1) for share in (0.9, 0.99)]
    assert 0.5e6 < min(large) < max(large) < 2e6  # "from about a million requests a month on"
    assert (capacity.MISS.of(1), capacity.STALE.of(1)) == (3, 4)  # "cost 3 and 4 times a hit"


def test_egress_is_saved_by_hits_alone() -> None:
    assert saved(Traffic(1e6, 0, 1000, 3, hits=0.5)) == pytest.approx(0.5e6 * 1000 / 1e6 * 0.09)
    assert saved(Traffic(3, 1, 1000, 3)) == 0


def test_the_reader_s_own_price_is_taken(capsys: pytest.CaptureFixture[str]) -> None:
    assert cost.main(["--reads", "20e6", "--writes", "0", "--hits", "1"]) == 0
    assert " 0.00" not in capsys.readouterr().out.splitlines()[1]
    assert cost.main(["--reads", "20e6", "--writes", "0", "--hits", "1", "--price", "momento_million=0"]) == 0
    assert capsys.readouterr().out.splitlines()[1].split() == ["Momento", "0.00"]


def test_a_price_that_is_none_is_refused_with_the_names(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cost.main(["--price", "gold=1"])
    assert "momento_million" in capsys.readouterr().err


def test_the_pages_are_as_generated() -> None:
    assert capacity.main(["--check"]) == 0
    assert cost.main(["--check"]) == 0


def test_a_changed_table_is_found_and_written_again(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- n:begin -->\nold\n<!-- n:end -->\nafter\n")
    assert not settle(page, {"n": "new\n"}, check=True)
    assert "make generate" in capsys.readouterr().out
    assert "old" in page.read_text()
    settle(page, {"n": "new\n"}, check=False)
    assert page.read_text() == "before\n<!-- n:begin -->\nnew\n<!-- n:end -->\nafter\n"
    assert settle(page, {"n": "new\n"}, check=True)


def test_a_page_without_the_block_is_refused() -> None:
    with pytest.raises(ValueError, match="no lines"):
        replaced("nothing", "n", "new\n")
