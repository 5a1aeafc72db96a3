"""Half of the package waits until it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import momento_http_shim
from momento_http_shim.later import Later

WAITING = {
    *("arguments", "calls", "conditions", "control", "control_client", "families", "grpc_web", "scalar"),
    *("sorted_sets", "statuses", "tokens", "topics", "webhooks", "wire"),
}
PROGRAM = """
import sys
import momento_http_shim
print(*sorted(name.partition(".")[2] for name in sys.modules if name.startswith("momento_http_shim.")))
print(*[name for name in ("dataclasses", "urllib.parse", "json", "asyncio") if name in sys.modules])
momento_http_shim.Absent, momento_http_shim.Position
print(*sorted(name.partition(".")[2] for name in sys.modules if name.startswith("momento_http_shim.")))
"""


def test_what_plain_items_do_not_need_is_not_imported() -> None:
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, env={"PYTHONPATH": "src"}
    )
    at_first, foreign, then = (set(line.split()) for line in run.stdout.splitlines())
    assert at_first & WAITING == set()
    assert foreign == set()
    assert then - at_first == {"conditions", "topics"}


def test_every_public_name_is_there() -> None:
    for name in momento_http_shim.__all__:
        assert getattr(momento_http_shim, name).__name__ == name, name


def test_a_name_that_is_nowhere_is_told_with_its_module() -> None:
    with pytest.raises(AttributeError, match="no attribute 'Mist'"):
        _ = momento_http_shim.Mist
    with pytest.raises(AttributeError, match="Mist"):
        _ = Later("scalar").Mist


def test_a_name_is_looked_up_once() -> None:
    later = Later("outcomes")
    assert later.Miss is momento_http_shim.Miss
    assert vars(later)["Miss"] is momento_http_shim.Miss
