"""The value that says where a visitor's home is: who may have made it, and for how long it counts."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import replace

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from homeport.keys import DAY_SECONDS
from homeport.regions.cells import CELLS
from homeport.regions.home import MOST_VALUES, Home, read, recall, renewal, seal
from homeport.regions.hubs import TABLE
from tests.homeport.homeport_world import NOON

OLD, NEW = "an old secret of thirty-two letters", "a new secret of thirty-two letters!"
REGIONS = ("us-east-1", "ap-northeast-1")
HOME = Home("ap-northeast-1", TABLE, NOON // 1000)
VALUE = seal(HOME, NEW)


def seen(value: str, after: float = 0.0, table: str = TABLE) -> Home | None:
    """What a value comes to, so many seconds after the write."""
    return read(value, NOON + round(after * 1000), REGIONS, (NEW, OLD), table)


def test_a_value_names_region_table_and_time_and_is_signed_for_this_purpose_alone() -> None:
    signed, _, mac = VALUE.rpartition(".")
    assert signed == f"ap-northeast-1.{TABLE}.{NOON // 1000:x}"
    whole = hmac.new(NEW.encode(), b"homeport-home." + signed.encode(), hashlib.sha256).hexdigest()
    assert mac == whole[:32]  # 128 bits


def test_a_value_is_honoured() -> None:
    assert seen(VALUE) == HOME


@pytest.mark.parametrize("place", range(len(VALUE)))
def test_a_value_with_any_one_character_changed_is_forged(place: int) -> None:
    for other in "0123456789abcdefghijklmnopqrstuvwxyzA.-_= ,;é":
        if other != VALUE[place]:
            assert seen(VALUE[:place] + other + VALUE[place + 1 :]) is None


@pytest.mark.parametrize("length", range(len(VALUE)))
def test_a_value_cut_short_at_either_end_is_forged(length: int) -> None:
    assert seen(VALUE[:length]) is None
    assert seen(VALUE[len(VALUE) - length :]) is None


@pytest.mark.parametrize("more", [" ", "\n", "0", ".", "=", "\x00"])
def test_a_value_with_anything_before_or_behind_it_is_forged(more: str) -> None:
    assert seen(VALUE + more) is None
    assert seen(more + VALUE) is None


def test_a_value_in_capitals_is_forged() -> None:
    assert seen(VALUE.upper()) is None


@pytest.mark.parametrize(
    "other", [replace(HOME, region="us-east-1"), replace(HOME, table="2"), replace(HOME, written=1)]
)
def test_one_values_signature_does_not_hold_for_another(other: Home) -> None:
    signed = seal(other, NEW).rpartition(".")[0]
    assert seen(f"{signed}.{VALUE.rpartition('.')[2]}") is None


@pytest.mark.parametrize("region", CELLS)
def test_every_region_of_momentos_can_be_a_home_while_it_is_configured(region: str) -> None:
    home = replace(HOME, region=region)
    assert read(seal(home, NEW), NOON, (region,), (NEW,)) == home
    assert read(seal(home, NEW), NOON, (), (NEW,)) is None


def test_a_value_of_this_table_lives_thirty_days() -> None:
    thirty = 30 * DAY_SECONDS
    assert seen(VALUE, thirty - 0.001) == HOME
    assert seen(VALUE, thirty) is None


def test_a_value_of_another_table_lives_as_long_as_a_write_can_wait() -> None:
    """Replayed later it is outdated, however genuine: the new table decides."""
    assert seen(VALUE, DAY_SECONDS - 0.001, table="2") == HOME
    assert seen(VALUE, DAY_SECONDS, table="2") is None
    assert seen(VALUE, DAY_SECONDS) == HOME


def test_a_value_from_the_future_is_honoured_as_far_as_clocks_differ() -> None:
    assert seen(VALUE, -300) == HOME
    assert seen(VALUE, -300.001) is None


def test_every_secret_verifies_and_the_first_one_signs() -> None:
    assert seen(seal(HOME, OLD)) == HOME
    (_, (_, value)) = renewal(None, HOME.region, NOON, (NEW, OLD))
    assert value == VALUE
    assert read(VALUE, NOON, REGIONS, (OLD,)) is None


def test_without_a_secret_nothing_is_honoured_and_nothing_said() -> None:
    assert read(VALUE, NOON, REGIONS, ()) is None
    assert read(seal(HOME, ""), NOON, REGIONS, ()) is None
    assert renewal(None, HOME.region, NOON, ()) == ()


def test_a_secret_may_be_of_any_characters() -> None:
    assert read(seal(HOME, "ü" * 32), NOON, REGIONS, ("ü" * 32,)) == HOME


def test_the_first_value_that_is_honoured_counts() -> None:
    other = replace(HOME, region="us-east-1")
    values = ("", "forged", seal(other, OLD), VALUE)
    assert recall(values, NOON, REGIONS, (NEW, OLD)) == other
    assert recall(values, NOON, ("ap-northeast-1",), (NEW, OLD)) == HOME
    assert recall((), NOON, REGIONS, (NEW, OLD)) is None


def test_no_visitor_makes_us_look_at_more_values_than_a_few() -> None:
    forged = ("forged",) * (MOST_VALUES - 1)
    assert recall((*forged, VALUE), NOON, REGIONS, (NEW,)) == HOME
    assert recall((*forged, "forged", VALUE), NOON, REGIONS, (NEW,)) is None


def test_a_first_write_says_where_home_is_in_a_cookie_and_in_a_field() -> None:
    cookie = f"__Host-homeport={VALUE}; Max-Age=2592000; Path=/; Secure; HttpOnly; SameSite=Lax"
    said = renewal(None, "ap-northeast-1", NOON + 999, (NEW,))
    assert said == (("set-cookie", cookie), ("homeport-home", VALUE))


@pytest.mark.parametrize(
    ("after", "renewed"), [(-200, False), (0, False), (10, False), (10.001, True), (86_400, True)]
)
def test_it_is_said_again_when_what_is_known_is_older_than_ten_seconds(after: float, renewed: bool) -> None:
    now = NOON + round(after * 1000)
    said = renewal(HOME, HOME.region, now, (NEW,))
    expected = seal(replace(HOME, written=now // 1000), NEW)
    assert [value for name, value in said if name == "homeport-home"] == ([expected] if renewed else [])


def test_a_renewed_value_keeps_the_table_that_chose_the_region() -> None:
    """Else a visitor who writes once more would stay for another thirty days where the old table sent them."""
    later = NOON + 60_000
    (_, (_, value)) = renewal(HOME, HOME.region, later, (NEW,), table="2")
    renewed = replace(HOME, written=later // 1000)
    assert value == seal(renewed, NEW)
    a_day_later = later + DAY_SECONDS * 1000
    assert read(value, a_day_later - 1, REGIONS, (NEW,), "2") == renewed
    assert read(value, a_day_later, REGIONS, (NEW,), "2") is None


@pytest.mark.parametrize(("after", "recent"), [(-300, True), (0, True), (20, True), (20.001, False)])
def test_a_home_is_recent_for_ten_seconds_after_the_last_write_it_may_stand_for(
    after: float, recent: bool
) -> None:
    """A write up to ten seconds after the value was made leaves it as it is."""
    assert HOME.recent(NOON + round(after * 1000)) is recent


@given(
    st.text(st.characters(), max_size=200)
    | st.from_regex(r"[a-z0-9-]+\.[0-9]+\.[0-9a-f]+\.[0-9a-f]{32}", fullmatch=True)
)
@example("\ud800.1.1." + "0" * 32)
@example("us-east-1.1.٣." + "0" * 32)
def test_arbitrary_text_is_no_home_and_no_error(text: str) -> None:
    assert seen(text) is None


@given(st.sampled_from(REGIONS), st.from_regex(r"[A-Za-z0-9_-]{1,16}", fullmatch=True), st.integers(0, 2**40))
def test_whatever_was_sealed_is_read_again_under_the_clock_it_was_sealed_by(
    region: str, table: str, written: int
) -> None:
    home = Home(region, table, written)
    assert read(seal(home, NEW), written * 1000, REGIONS, (NEW,)) == home
