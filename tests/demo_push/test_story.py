"""The story that is played under each way of caching."""

from __future__ import annotations

from itertools import accumulate, pairwise

from local.demo_push.story import COUNTRIES, MINUTES, PURCHASES, RESTOCKED_AT, STOCK, VISITS, story
from local.origins.inventory.stock import Look, look_of


def test_the_same_seed_tells_the_same_story() -> None:
    assert story() == story()
    assert story(1) != story(2)


def test_it_has_a_thousand_visits_of_three_continents_and_two_hundred_purchases() -> None:
    visits = story()
    assert (len(visits), sum(each.buys for each in visits)) == (VISITS, PURCHASES) == (1000, 200)
    assert {each.country for each in visits} == set(COUNTRIES)
    moments = [each.at for each in visits]
    assert moments == sorted(moments)
    assert moments[0] >= 0
    assert moments[-1] <= MINUTES * 60


def test_the_stock_goes_through_all_looks_and_back() -> None:
    sold = [*accumulate(each.buys for each in story())]
    left = [STOCK - each for each in sold[:RESTOCKED_AT]]
    left += [2 * STOCK - each for each in sold[RESTOCKED_AT:]]
    assert min(left) == 0
    looks = [look_of(each) for each in left]
    changes = [look for before, look in pairwise(looks) if look is not before]
    assert changes == [Look.LITTLE, Look.SOLD_OUT, Look.ENOUGH]


def test_nobody_is_to_buy_while_nothing_is_there() -> None:
    visits = story()
    assert not any(each.buys for each in visits[RESTOCKED_AT - 100 : RESTOCKED_AT])
