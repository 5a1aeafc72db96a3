"""Keys in the header or in the query, in every shape."""

from __future__ import annotations

import base64
import json

import pytest

from local.momento_local.credentials import KeyRing, unwrapped
from local.momento_local.refusals import Refusal, Status

WRAPPED = base64.b64encode(json.dumps({"endpoint": "cell", "api_key": "inner"}).encode()).decode()


@pytest.mark.parametrize("key", ["inner", WRAPPED])
def test_inner_and_wrapped_forms_of_a_key_are_accepted(key: str) -> None:
    KeyRing(["inner"]).check(key)
    KeyRing([WRAPPED]).check(None, key)
    assert unwrapped(key) == "inner"


def test_any_key_will_do_when_none_is_configured_but_not_none() -> None:
    KeyRing().check("whatever")
    for missing in (None, ""):
        with pytest.raises(Refusal) as refused:
            KeyRing().check(missing)
        assert refused.value.status is Status.UNAUTHENTICATED


def test_header_and_token_at_once_are_a_bad_request() -> None:
    with pytest.raises(Refusal, match="only one value must be set") as refused:
        KeyRing().check("k", "k")
    assert refused.value.http_status == 400


def test_a_wrong_key_and_a_bearer_are_refused_without_being_repeated() -> None:
    for key in ("wrong-one", "Bearer inner"):
        with pytest.raises(Refusal) as refused:
            KeyRing(["inner"]).check(key)
        assert refused.value.http_status == 401
        assert "wrong-one" not in str(refused.value)
        assert "inner" not in str(refused.value)
