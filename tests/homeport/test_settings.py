"""Settings from variables and secrets: what is accepted, and that every fault is told at once and no secret ever."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from homeport.settings import NAMES, Faults, Settings, read

KEY = "secret-momento-key"
OLD, NEW = "secret-webhook-old", "secret-webhook-new"
HOME_OLD, HOME_NEW = "secret-home-old-".ljust(32, "0"), "secret-home-new-".ljust(33, "ü")
TOKEN_OLD, TOKEN_NEW = "secret-token-old-".ljust(32, "0"), "secret-token-new-".ljust(33, "ü")
GOOD = {
    "HOMEPORT_ORIGIN": "https://origin.test",
    "HOMEPORT_REGIONS": "us-east-1 eu-central-1",
    "MOMENTO_API_KEY": KEY,
    "MOMENTO_WEBHOOK_SECRETS": f"{OLD} {NEW}",
    "HOMEPORT_HOME_SECRETS": f"{HOME_NEW} {HOME_OLD}",
    "HOMEPORT_ACCESS_TEAM": "example",
    "HOMEPORT_ACCESS_AUD": "a" * 64,
    "HOMEPORT_ACCESS_READ_AUD": "b" * 64,
    "HOMEPORT_OPERATE_TOKENS": f"{TOKEN_OLD} {TOKEN_NEW}",
}
SECRETS = (KEY, OLD, NEW, HOME_OLD, HOME_NEW, TOKEN_OLD, TOKEN_NEW)


def good(**changes: str) -> Settings:
    settings = read(GOOD | changes)
    assert isinstance(settings, Settings), settings
    return settings


def faults(**changes: str) -> list[tuple[str, str]]:
    found = read(GOOD | changes)
    assert isinstance(found, Faults), found
    return list(found.faults)


def names(**changes: str) -> list[str]:
    return [name for name, _ in faults(**changes)]


def test_the_least_that_must_be_said_is_origin_regions_and_key() -> None:
    settings = read({name: GOOD[name] for name in ("HOMEPORT_ORIGIN", "HOMEPORT_REGIONS", "MOMENTO_API_KEY")})
    assert settings == Settings(
        origin="https://origin.test",
        regions={
            "us-east-1": "cell-us-east-1-1.prod.a.momentohq.com",
            "eu-central-1": "cell-1-eu-central-1-1.prod.a.momentohq.com",
        },
        cache_prefix="homeport-",
        store_timeout_ms=1_000,
        origin_timeout_ms=20_000,
        api_key=KEY,
        webhook_secrets=(),
        home_secrets=(),
        operate_tokens=(),
    )


def test_names_are_exactly_the_variables_that_are_read() -> None:
    class Recording(Mapping[str, str]):
        def __init__(self) -> None:
            self.asked: set[str] = set()

        def __getitem__(self, name: str) -> str:
            self.asked.add(name)
            return GOOD[name]

        def __iter__(self) -> Iterator[str]:
            return iter(GOOD)

        def __len__(self) -> int:
            return len(GOOD)

    variables = Recording()
    read(variables)
    assert variables.asked == set(NAMES)
    assert len(set(NAMES)) == len(NAMES)


def test_every_fault_is_listed_at_once() -> None:
    found = read(
        {
            "HOMEPORT_ORIGIN": "origin.test",
            "HOMEPORT_REGIONS": "us-east-1 mars-north-1 us-east-1 eu-west-1=ftp://cell",
            "HOMEPORT_CACHE_PREFIX": "my caches/",
            "HOMEPORT_STORE_TIMEOUT_MS": "0",
            "HOMEPORT_ORIGIN_TIMEOUT_MS": "a while",
        }
    )
    assert isinstance(found, Faults)
    assert sorted(name for name, _ in found.faults) == [
        "HOMEPORT_CACHE_PREFIX",
        "HOMEPORT_ORIGIN",
        "HOMEPORT_ORIGIN_TIMEOUT_MS",
        "HOMEPORT_REGIONS",
        "HOMEPORT_REGIONS",
        "HOMEPORT_REGIONS",
        "HOMEPORT_STORE_TIMEOUT_MS",
        "MOMENTO_API_KEY",
    ]


def test_with_nothing_set_the_three_that_must_be_are_named() -> None:
    found = read({})
    assert isinstance(found, Faults)
    assert [name for name, _ in found.faults] == ["HOMEPORT_ORIGIN", "HOMEPORT_REGIONS", "MOMENTO_API_KEY"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "MOMENTO_WEBHOOK_SECRETS"])
def test_no_secret_stands_in_a_fault(name: str) -> None:
    variables = GOOD | {name: "" if name == "MOMENTO_API_KEY" else "!"}
    found = read(variables)
    assert isinstance(found, Faults)
    assert [faulty for faulty, _ in found.faults] == [name]
    assert not any(secret in repr(found) for secret in SECRETS)


def test_no_secret_stands_in_the_repr_of_settings() -> None:
    assert not any(secret in repr(good()) for secret in SECRETS)


@pytest.mark.parametrize(
    ("value", "origin"),
    [
        ("https://origin.test", "https://origin.test"),
        ("https://origin.test/", "https://origin.test"),
        ("https://origin.test/base/", "https://origin.test/base"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://[::1]:8000/", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_a_base_url_without_a_final_slash(value: str, origin: str) -> None:
    assert good(HOMEPORT_ORIGIN=value).origin == origin


@pytest.mark.parametrize(
    "value",
    [
        "",
        "origin.test",
        "//origin.test",
        "ftp://origin.test",
        "https://",
        "https:///path",
        "https://user:password@origin.test",
        "https://origin.test/?a=1",
        "https://origin.test/#top",
        "https://[::1",
        "https://origin.test/?",
        "https://origin.test#",
        "https://:80",
        " https://origin.test",
        "https://origin.test\n",
        "https://origin.test/ ",
        "https://origin test",
    ],
)
def test_what_is_no_base_url_is_a_fault_of_the_origin(value: str) -> None:
    assert names(HOMEPORT_ORIGIN=value) == ["HOMEPORT_ORIGIN"]


def test_a_fault_of_the_origin_repeats_no_password_in_it() -> None:
    assert "hunter2" not in repr(faults(HOMEPORT_ORIGIN="https://user:hunter2@origin.test"))


def test_a_cache_is_named_by_prefix_and_region_and_found_by_that_name() -> None:
    settings = good(HOMEPORT_CACHE_PREFIX="shop.")
    assert settings.cache_name("eu-central-1") == "shop.eu-central-1"
    assert settings.region_of("shop.eu-central-1") == "eu-central-1"


@pytest.mark.parametrize("name", ["shop.eu-west-1", "homeport-us-east-1", "us-east-1", "shop.", ""])
def test_another_caches_name_is_no_region(name: str) -> None:
    assert good(HOMEPORT_CACHE_PREFIX="shop.").region_of(name) is None


def test_an_empty_prefix_names_a_cache_after_its_region_alone() -> None:
    assert good(HOMEPORT_CACHE_PREFIX="").cache_name("us-east-1") == "us-east-1"


@pytest.mark.parametrize("prefix", ["a b", "a/", "é", "x" * 41, "x" * 60, "a\n"])
def test_a_prefix_that_makes_no_cache_name_is_a_fault(prefix: str) -> None:
    assert names(HOMEPORT_CACHE_PREFIX=prefix) == ["HOMEPORT_CACHE_PREFIX"]


def test_a_prefix_of_forty_characters_is_accepted() -> None:
    assert good(HOMEPORT_CACHE_PREFIX="x" * 40).cache_prefix == "x" * 40


def test_a_faulty_prefix_is_told_although_there_is_no_region_to_put_it_before() -> None:
    told = names(HOMEPORT_REGIONS="", HOMEPORT_CACHE_PREFIX="a b")
    assert sorted(told) == ["HOMEPORT_CACHE_PREFIX", "HOMEPORT_REGIONS"]


@pytest.mark.parametrize(
    ("name", "most"), [("HOMEPORT_STORE_TIMEOUT_MS", 5_000), ("HOMEPORT_ORIGIN_TIMEOUT_MS", 25_000)]
)
class TestMilliseconds:
    def test_from_one_to_the_most_is_accepted(self, name: str, most: int) -> None:
        attribute = name.removeprefix("HOMEPORT_").lower()
        assert getattr(good(**{name: "1"}), attribute) == 1
        assert getattr(good(**{name: str(most)}), attribute) == most

    @pytest.mark.parametrize(
        "value", ["", "0", "-1", "1.5", "1e3", "\u0661", "1_0", " 10", "ten", "9" * 5000]
    )
    def test_anything_else_is_a_fault(self, name: str, most: int, value: str) -> None:
        assert faults(**{name: value}) == [(name, f"a whole number of milliseconds from 1 to {most}")]

    def test_one_more_than_the_most_is_a_fault(self, name: str, most: int) -> None:
        assert names(**{name: str(most + 1)}) == [name]


@pytest.mark.parametrize("key", ["", " ", " \n"])
def test_a_blank_key_is_a_missing_key(key: str) -> None:
    assert names(MOMENTO_API_KEY=key) == ["MOMENTO_API_KEY"]


def test_blanks_around_the_key_are_not_of_it() -> None:
    assert good(MOMENTO_API_KEY=f" {KEY}\n").api_key == KEY


def test_webhook_secrets_are_words_so_that_one_can_follow_another() -> None:
    assert good().webhook_secrets == (OLD, NEW)
    assert good(MOMENTO_WEBHOOK_SECRETS=" \n").webhook_secrets == ()


def test_home_secrets_are_words_so_that_one_can_follow_another() -> None:
    assert good().home_secrets == (HOME_NEW, HOME_OLD)
    assert good(HOMEPORT_HOME_SECRETS=" \n").home_secrets == ()


@pytest.mark.parametrize(("value", "local"), [("1", True), ("0", False), ("", False)])
def test_a_developers_machine_is_told_by_a_flag(value: str, local: bool) -> None:
    assert good(HOMEPORT_LOCAL=value).local is local
    assert good().local is False


@pytest.mark.parametrize("value", ["true", "yes", "2", " 1"])
def test_any_other_value_of_the_flag_is_a_fault(value: str) -> None:
    assert names(HOMEPORT_LOCAL=value) == ["HOMEPORT_LOCAL"]


def test_requests_are_logged_only_where_that_is_said() -> None:
    assert not good().log_requests
    assert good(HOMEPORT_LOG_REQUESTS="1").log_requests
    assert names(HOMEPORT_LOG_REQUESTS="yes") == ["HOMEPORT_LOG_REQUESTS"]


def test_operators_tokens_are_words_of_which_any_opens() -> None:
    assert good().operate_tokens == (TOKEN_OLD, TOKEN_NEW)
    assert good(HOMEPORT_OPERATE_TOKENS=" \n").operate_tokens == ()
    assert good(HOMEPORT_READ_TOKENS=f"{TOKEN_OLD} {TOKEN_NEW}").read_tokens == (TOKEN_OLD, TOKEN_NEW)
    assert good(HOMEPORT_PUSH_SECRETS=f"{TOKEN_OLD} {TOKEN_NEW}").push_secrets == (TOKEN_OLD, TOKEN_NEW)


@pytest.mark.parametrize("words", ["short-secret-token", f"{TOKEN_OLD} short-secret-token", TOKEN_OLD[:31]])
def test_a_token_that_can_be_guessed_is_a_fault_that_does_not_repeat_it(words: str) -> None:
    for name in ("HOMEPORT_OPERATE_TOKENS", "HOMEPORT_READ_TOKENS", "HOMEPORT_PUSH_SECRETS"):
        (fault,) = faults(**{name: words})
        assert fault[0] == name
    assert "secret-token" not in repr(fault)


@pytest.mark.parametrize("words", ["short-secret-home", f"{HOME_OLD} short-secret-home", HOME_OLD[:31]])
def test_a_home_secret_that_can_be_guessed_is_a_fault_that_does_not_repeat_it(words: str) -> None:
    (fault,) = faults(HOMEPORT_HOME_SECRETS=words)
    assert fault[0] == "HOMEPORT_HOME_SECRETS"
    assert "32" in fault[1]
    assert "secret-home" not in repr(fault)


@pytest.mark.parametrize(
    ("name", "default", "least", "most"),
    [
        ("HOMEPORT_SUBREQUESTS", 900, 40, 9_000),
        ("HOMEPORT_WALL_MS", 28_000, 1_000, 28_000),
        ("HOMEPORT_MOST_TRIES", 0, 0, 100_000),
        ("HOMEPORT_DEAD_LETTER_DAYS", 30, 1, 3_650),
    ],
)
def test_what_bounds_a_drain_has_a_default_and_a_span(name: str, default: int, least: int, most: int) -> None:
    field = name.removeprefix("HOMEPORT_").lower()
    assert getattr(good(), field) == default
    for value in (least, most):
        assert getattr(good(**{name: str(value)}), field) == value
    for wrong in (str(least - 1), str(most + 1), "", "1.5", "many"):
        assert names(**{name: wrong}) == [name]
