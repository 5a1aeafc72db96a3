"""Who may operate: tokens, roles, and how often a wrong one may be tried."""

from __future__ import annotations

import pytest

from homeport.access import MOST_FAILURES, MOST_SENDERS, WINDOW_MS, Access, Attempts, Role
from homeport.messages import Headers, Request, Response
from tests.homeport.homeport_world import NOON

TOKEN, OTHER, READER = "t" * 32, "ü" * 40, "r" * 32
WRONG = "w" * 32


def request(token: str, sender: str = "192.0.2.1") -> Request:
    return Request("POST", "/", Headers([("authorization", f"Bearer {token}"), ("cf-connecting-ip", sender)]))


def asked(*fields: tuple[str, str], needs: Role = "operate") -> Response | None:
    admitted = Access((READER,), (OTHER, TOKEN)).admit(Request("POST", "/", Headers(fields)), needs, NOON)
    return admitted if isinstance(admitted, Response) else None


def guess(access: Access, token: str = WRONG, at: int = NOON, sender: str = "192.0.2.1") -> int | None:
    """The status of the refusal."""
    refused = access.admit(request(token, sender), "operate", at)
    return refused.status if isinstance(refused, Response) else None


@pytest.mark.parametrize(
    "said", [f"Bearer {TOKEN}", f"bearer  {TOKEN}", f"BEARER {TOKEN}", f"Bearer {OTHER}"]
)
@pytest.mark.parametrize("needs", ["read", "operate"])
def test_any_of_the_operating_tokens_opens_everything(said: str, needs: Role) -> None:
    assert asked(("authorization", said), needs=needs) is None


@pytest.mark.parametrize(
    ("fields", "challenge"),
    [
        ([], 'Bearer realm="Homeport"'),
        ([("authorization", f"Basic {TOKEN}")], 'Bearer realm="Homeport"'),
        ([("authorization", TOKEN)], 'Bearer realm="Homeport"'),
        ([("authorization", f"Bearer {TOKEN[:-1]}")], 'Bearer realm="Homeport", error="invalid_token"'),
        ([("authorization", f"Bearer {TOKEN}t")], 'Bearer realm="Homeport", error="invalid_token"'),
        ([("authorization", f"Bearer {TOKEN}"), ("authorization", "x")], 'Bearer realm="Homeport"'),
    ],
)
def test_without_one_it_is_401_with_the_challenge(fields: list[tuple[str, str]], challenge: str) -> None:
    answer = asked(*fields)
    assert answer is not None
    assert (answer.status, answer.headers.get("www-authenticate")) == (401, challenge)
    assert TOKEN not in bytes(answer.body).decode()


def test_a_reading_token_reads_and_is_403_where_one_operates() -> None:
    said = ("authorization", f"Bearer {READER}")
    assert asked(said, needs="read") is None
    answer = asked(said)
    assert answer is not None
    assert answer.status == 403
    assert 'error="insufficient_scope"' in (answer.headers.get("www-authenticate") or "")


def test_nothing_opens_without_a_token_configured() -> None:
    for needs, read, operate in (("read", (), ()), ("operate", (), ()), ("operate", (READER,), ())):
        assert not Access(read, operate).opens(needs)  # type: ignore[arg-type]
    assert Access((READER,), ()).opens("read")
    assert Access((), (TOKEN,)).opens("read")
    assert guess(Access((), ()), "") == 401


def test_after_ten_wrong_tokens_in_a_minute_nobody_listens_not_even_to_the_right_one() -> None:
    access = Access((), (TOKEN,))
    assert [guess(access, at=NOON + n * 1000) for n in range(MOST_FAILURES)] == [401] * MOST_FAILURES
    refused = access.admit(request(TOKEN), "operate", NOON + 20_001)
    assert isinstance(refused, Response)
    assert (refused.status, refused.headers.get("retry-after")) == (429, "40")
    assert guess(access, TOKEN, NOON + WINDOW_MS - 1) == 429
    assert guess(access, TOKEN, NOON + WINDOW_MS) is None


def test_what_is_not_listened_to_does_not_prolong_it() -> None:
    access = Access((), (TOKEN,))
    for _ in range(3 * MOST_FAILURES):
        guess(access)
    assert guess(access, at=NOON + WINDOW_MS) == 401


def test_a_request_without_token_is_no_guess() -> None:
    access = Access((), (TOKEN,))
    for _ in range(2 * MOST_FAILURES):
        refused = access.admit(Request("GET", "/"), "read", NOON)
        assert isinstance(refused, Response)
        assert refused.status == 401
    assert guess(access, TOKEN) is None


def test_a_strangers_guesses_do_not_lock_an_operator_out() -> None:
    access = Access((), (TOKEN,))
    for _ in range(MOST_FAILURES):
        guess(access, sender="198.51.100.7")
    assert guess(access, TOKEN, sender="198.51.100.7") == 429
    assert guess(access, TOKEN) is None


def test_addresses_of_one_ipv6_network_are_one_sender() -> None:
    access = Access((), (TOKEN,))
    for n in range(MOST_FAILURES):
        guess(access, sender=f"2001:db8:1:2:3:4:5:{n}")
    assert guess(access, TOKEN, sender="2001:db8:1:2:9:9:9:9") == 429
    assert guess(access, TOKEN, sender="2001:db8:1:3:9:9:9:9") is None


def test_the_count_is_of_the_isolate_and_bounded() -> None:
    attempts = Attempts()
    for _ in range(MOST_FAILURES):
        guess(Access((), (TOKEN,), attempts))
    assert guess(Access((), (TOKEN,), attempts), TOKEN) == 429
    for n in range(MOST_SENDERS):
        attempts.failed(f"sender {n}", NOON)
    assert guess(Access((), (TOKEN,), attempts), TOKEN) is None


def test_a_clock_that_was_set_back_locks_nobody_out() -> None:
    access = Access((), (TOKEN,))
    for _ in range(MOST_FAILURES):
        guess(access)
    assert guess(access, TOKEN, NOON - 1) is None
