from __future__ import annotations

import hmac
import json

import pytest

from homeport.draining.signal import WINDOW_MS, Forged, Signal, verify
from tests.homeport.homeport_world import NOON

SECRET = "secret-of-the-webhook"


def event(**changes: object) -> bytes:
    members = {
        "cache": "homeport-ap-northeast-1",
        "topic": "cache_sync",
        "event_timestamp": NOON - 1,
        "publish_timestamp": NOON,
        "topic_sequence_number": 1,
        "token_id": "",
        "text": '{"lane":3}',
    }
    return json.dumps(members | changes, separators=(",", ":")).encode()


def sign(raw: bytes, secret: str = SECRET) -> str:
    return hmac.new(secret.encode(), raw, "sha3_256").hexdigest()


def verified(raw: bytes, now: int = NOON) -> Signal | Forged:
    return verify(raw, sign(raw), [SECRET], now)


def test_momentos_own_vector_is_signed() -> None:
    """From Momento's SDK tests: it gets as far as the body, which is no event."""
    raw = b'{"text":"some text", "another_field": "another field" }'
    signature = "b43f72787eb66410ff110295b036ef828e5686af21b414ce092f02c05deea3da"
    assert verify(raw, signature, ["1234567890"], NOON) == Forged("the body is not a topic's event")
    assert verify(raw[:-1], signature, ["1234567890"], NOON) == Forged(
        "the signature is not of this body under a secret of ours"
    )


def test_a_signed_event_names_its_cache_and_lane() -> None:
    assert verified(event()) == Signal("homeport-ap-northeast-1", 3)


@pytest.mark.parametrize("signature", [None, ""])
def test_an_unsigned_event_is_refused(signature: str | None) -> None:
    assert verify(event(), signature, [SECRET], NOON) == Forged("the header momento-signature is missing")


@pytest.mark.parametrize(
    "signature", ["x", "é", sign(event())[:-1], sign(event(), "other"), sign(event(text="x"))]
)
def test_another_signature_is_refused(signature: str) -> None:
    outcome = verify(event(), signature, [SECRET], NOON)
    assert isinstance(outcome, Forged)
    assert sign(event()) not in outcome.reason


def test_without_a_secret_nothing_is_trusted() -> None:
    assert isinstance(verify(event(), sign(event(), ""), [], NOON), Forged)


@pytest.mark.parametrize("secret", ["old", "new"])
def test_during_a_rotation_either_secret_will_do(secret: str) -> None:
    raw = event()
    assert isinstance(verify(raw, sign(raw, secret), ["old", "new"], NOON), Signal)
    assert isinstance(verify(raw, sign(raw, "third"), ["old", "new"], NOON), Forged)


@pytest.mark.parametrize("direction", [-1, 1])
def test_the_window_is_sixty_seconds_both_ways(direction: int) -> None:
    assert WINDOW_MS == 60_000
    assert isinstance(verified(event(), NOON + direction * WINDOW_MS), Signal)
    assert verified(event(), NOON + direction * (WINDOW_MS + 1)) == Forged(
        "the event is not of the last 60 seconds"
    )


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"\xff",
        b"null",
        b"[]",
        b'"text"',
        b"5",
        b'{"publish_timestamp":1700000000000}',
        b'{"cache":"c"}',
        b'{"cache":"c","publish_timestamp":null}',
        b'{"cache":"c","publish_timestamp":"soon"}',
        b'{"cache":"c","publish_timestamp":Infinity}',
        b'{"cache":"c","publish_timestamp":NaN}',
        b"[" * 100_000,
    ],
)
def test_a_signed_body_that_is_no_event_is_refused(raw: bytes) -> None:
    assert verified(raw) == Forged("the body is not a topic's event")


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        "3",
        "null",
        "[]",
        '{"lane":4}',
        '{"lane":-1}',
        '{"lane":"1"}',
        '{"lane":1.5}',
        {"lane": 1},
        "[" * 100_000,
    ],
)
def test_an_event_without_a_usable_lane_stands_for_all_lanes(text: object) -> None:
    assert verified(event(text=text)) == Signal("homeport-ap-northeast-1", None)


def test_a_reason_never_shows_secret_or_right_signature() -> None:
    for raw, signature in ((event(), "x"), (event(), None), (b"5", sign(b"5"))):
        outcome = verify(raw, signature, [SECRET], NOON)
        assert isinstance(outcome, Forged)
        assert SECRET not in outcome.reason
        assert sign(raw) not in outcome.reason
