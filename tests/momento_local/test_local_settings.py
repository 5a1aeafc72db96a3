"""The command line."""

from __future__ import annotations

import pytest

from local.momento_local.faults import FaultKind
from local.momento_local.settings import WebhookSpec, parse


def test_the_least_command_line_has_the_documented_defaults() -> None:
    settings = parse(["--regions", "a,b"])
    assert settings.regions == ("a", "b")
    assert settings.port == 0
    assert settings.cors
    assert not settings.manual_clock
    assert settings.limits.max_ttl_ms == 24 * 3_600_000
    assert settings.limits.operations_per_second is None


def test_everything_can_be_said() -> None:
    settings = parse(
        [
            *("--regions", "a", "--caches", "x,homeport-{region},x", "--port", "7"),
            *("--webhook", "*:cache_sync=http://127.0.0.1:1/?a=b", "--webhook-secret", "S"),
            *("--api-key", "one", "--api-key", "two", "--no-cors", "--exit-with-stdin", "--manual-clock"),
            *("--strict-families", "--max-ttl-seconds", "60", "--operations-per-second", "100"),
            *("--fault", '{"kind":"latency","ms":5}', "--hold-ms", "10", "--seed", "3"),
        ]
    )
    assert settings.caches == ("x", "homeport-{region}")
    assert settings.webhooks == (WebhookSpec("*", "cache_sync", "http://127.0.0.1:1/?a=b"),)
    assert settings.api_keys == ("one", "two")
    assert (settings.cors, settings.exit_with_stdin, settings.strict_families) == (False, True, True)
    assert settings.limits.max_ttl_ms == 60_000
    assert settings.faults[0].kind is FaultKind.LATENCY
    assert "two" not in repr(settings)


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--regions", ""],
        ["--regions", "admin"],
        ["--regions", "a/b"],
        ["--regions", "a", "--webhook", "cache_sync=http://x"],
        ["--regions", "a", "--fault", "{"],
        ["--regions", "a", "--fault", '{"kind":"flood"}'],
    ],
)
def test_a_command_line_that_cannot_be_meant_ends_with_status_2(
    wrong: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(wrong)
    assert ended.value.code == 2
    assert "usage" in capsys.readouterr().err
