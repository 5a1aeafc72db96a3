"""How old a stored response is; each row cites its section of RFC 9111."""

from __future__ import annotations

from email.utils import formatdate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from homeport.entry import Entry
from homeport.messages import NO_FIELDS, Headers
from homeport.reading.freshness import age, corrected_age
from tests.homeport.homeport_world import NOON

NOON_GMT = "Tue, 14 Nov 2023 22:13:20 GMT"
IN_A_MINUTE = "Tue, 14 Nov 2023 22:14:20 GMT"
BEFORE = "Tue, 14 Nov 2023 22:13:19 GMT"
AN_HOUR_BEFORE = "Tue, 14 Nov 2023 21:13:20 GMT"
NO_DATE = "Thu, 01 Jan 99999999999999999999 00:00:00 GMT"
Fields = tuple[tuple[str, str], ...]


def entry(fields: Fields = (), as_of: tuple[int, int] = (NOON, NOON)) -> Entry:
    return Entry("/", NO_FIELDS, "stored", "n", as_of, header=Headers(fields))


@pytest.mark.parametrize(
    ("section", "fields", "as_of", "now", "seconds_old"),
    [
        # resident_time
        ("4.2.3", (), (NOON, NOON), NOON, 0),
        ("4.2.3", (), (NOON, NOON), NOON + 1_500, 1.5),
        # from when the answer came: response_delay is in corrected_initial_age, which is stored
        ("4.2.3", (), (NOON, NOON + 4_000), NOON + 4_000, 0),
        ("4.2.3", (), (NOON, NOON + 4_000), NOON + 5_500, 1.5),
        ("4.2.3", (("age", "4"),), (NOON, NOON + 4_000), NOON + 4_000, 4),
        ("4.2.3", (("age", "31"),), (NOON, NOON + 1_000), NOON + 5_000, 35),
        ("5.1", (("age", "0"),), (NOON, NOON), NOON + 5_000, 5),
        # an invalid Age is ignored
        ("5.1", (("age", "-30"),), (NOON, NOON), NOON + 5_000, 5),
        ("5.1", (("age", "old"),), (NOON, NOON), NOON + 5_000, 5),
        ("5.1", (("age", ""),), (NOON, NOON), NOON + 5_000, 5),
        # of several the first counts
        ("5.1", (("age", "5"), ("age", "6")), (NOON, NOON), NOON, 5),
        ("5.1", (("age", "5, 6"),), (NOON, NOON), NOON, 5),
        ("5.1", (("age", "5, old"),), (NOON, NOON), NOON, 5),
        ("5.1", (("age", "old, 5"),), (NOON, NOON), NOON, 0),
        ("5.1", (("age", "1.5"),), (NOON, NOON), NOON, 0),
        ("5.1", (("age", '"5"'),), (NOON, NOON), NOON, 0),
        ("5.1", (("age", "5;x=1"),), (NOON, NOON), NOON, 0),
        ("1.2.2", (("age", "9" * 40),), (NOON, NOON), NOON, 2**31),
        # another machine's clock may be behind
        ("5.1", (), (NOON, NOON), NOON - 5_000, 0),
        ("5.1", (("age", "30"),), (NOON, NOON), NOON - 5_000, 30),
        ("5.1", (), (NOON, NOON + 4_000), NOON + 3_000, 0),
    ],
)
def test_age_is_the_stored_one_and_the_time_since_the_answer_came(
    section: str, fields: Fields, as_of: tuple[int, int], now: int, seconds_old: float
) -> None:
    assert age(entry(fields, as_of), now) == seconds_old, section


@pytest.mark.parametrize(
    ("fields", "seconds_old"),
    [
        ((), 0),
        ((("date", NOON_GMT),), 0),
        # apparent_age: how long ago the origin says it was
        ((("date", BEFORE),), 1),
        ((("date", AN_HOUR_BEFORE),), 3600),
        # another machine's clock may be ahead
        ((("date", IN_A_MINUTE),), 0),
        # the greater of apparent_age and age_value
        ((("date", AN_HOUR_BEFORE), ("age", "10")), 3600),
        ((("date", BEFORE), ("age", "10")), 10),
        ((("age", "10"),), 10),
        ((("age", "10"), ("age", "20")), 10),
        ((("age", "9" * 5000),), 2**31),
        # what is no date, or no age, says nothing
        ((("date", "soon"), ("age", "10")), 10),
        ((("date", NO_DATE), ("age", "10")), 10),
        ((("date", BEFORE), ("age", "-10")), 1),
    ],
)
def test_a_response_that_came_at_once_is_as_old_as_its_age_or_its_date_says(
    fields: Fields, seconds_old: int
) -> None:  # section 4.2.3
    assert corrected_age(Headers(fields), NOON, NOON) == seconds_old


@pytest.mark.parametrize(
    ("fields", "delay", "seconds_old"),
    [
        # corrected_age_value has the response_delay added to age_value
        ((), 20_000, 20),
        ((("age", "10"),), 20_000, 30),
        ((("age", "old"),), 20_000, 20),
        # apparent_age counts to the receipt: it has the delay in it already
        ((("date", NOON_GMT),), 20_000, 20),
        ((("date", BEFORE),), 20_000, 21),
        ((("date", AN_HOUR_BEFORE), ("age", "10")), 20_000, 3620),
        # the greater of the two
        ((("date", NOON_GMT), ("age", "10")), 20_000, 30),
        ((("date", BEFORE), ("age", "1")), 20_000, 21),
        ((("date", IN_A_MINUTE),), 20_000, 20),
        ((("date", IN_A_MINUTE), ("age", "10")), 20_000, 30),
        # whole seconds, after the sum
        ((), 999, 0),
        ((), 1_999, 1),
        ((("age", "10"),), 1_999, 11),
        # this machine's clock was set back meanwhile
        ((), -5_000, 0),
        ((("age", "10"),), -5_000, 10),
    ],
)
def test_a_response_is_as_much_older_as_it_took_to_come(
    fields: Fields, delay: int, seconds_old: int
) -> None:  # section 4.2.3
    assert corrected_age(Headers(fields), NOON, NOON + delay) == seconds_old


@settings(derandomize=True, database=None)
@given(st.integers(0, 90_000), st.integers(-90_000, 90_000), st.integers(0, 30), st.integers(0, 90_000))
def test_age_is_by_the_arithmetic_of_the_rfc(
    age_value: int, date: int, delay: int, resident: int
) -> None:  # section 4.2.3; `date` is relative to the request
    gmt = formatdate(NOON / 1000 + date, usegmt=True)
    received = NOON + delay * 1000
    at_receipt = corrected_age(Headers([("date", gmt), ("age", str(age_value))]), NOON, received)
    stored = entry((("date", gmt), ("age", str(at_receipt))), (NOON, received))
    apparent_age = max(0, delay - date)
    corrected_initial_age = max(apparent_age, age_value + delay)
    assert age(stored, received + resident * 1000) == corrected_initial_age + resident
