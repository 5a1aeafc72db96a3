"""Each clause of the protocol has a play that fails without it, and not with it."""

from __future__ import annotations

import pytest

from tests.homeport import (
    machine_mutations,
    machine_mutations_of_routes,
    machine_scripts,
    machine_scripts_of_routes,
)

MUTATIONS = {**machine_mutations.MUTATIONS, **machine_mutations_of_routes.MUTATIONS}
SCRIPTS = {**machine_scripts.SCRIPTS, **machine_scripts_of_routes.SCRIPTS}


def test_every_mutation_has_a_play() -> None:
    assert SCRIPTS.keys() == MUTATIONS.keys()


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_protocol_withstands_the_play(name: str) -> None:
    assert SCRIPTS[name].failure() == ""


@pytest.mark.parametrize("name", SCRIPTS)
def test_with_its_clause_switched_off_it_does_not(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTATIONS[name](monkeypatch)
    assert SCRIPTS[name].failure() != ""
