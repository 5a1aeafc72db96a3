from __future__ import annotations

from pathlib import Path

import pytest

from tools.routes_check import main

IMPORTS = "from homeport.routing import Route, Routes\n"


def routes(folder: Path, text: str) -> list[str]:
    file = folder / "some_routes.py"
    file.write_text(f"{IMPORTS}ROUTES = Routes({text})\n")
    return [str(file)]


def test_every_route_is_printed_and_those_that_are_exposed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = 'Route("/a"), Route("/b", write_behind=("PUT",)), Route("/c", write_behind=("PUT",), deduplicates=True)'
    assert main(routes(tmp_path, text)) == 0
    assert capsys.readouterr().out.splitlines() == [
        "/a  written straight to the origin",
        "/b  written behind: PUT",
        "/c  written behind: PUT (deduplicates)",
        "exposed: /b: PUT: one that arrives late overtakes those after it",
        "Where the origin honours Idempotency-Key say deduplicates=True, where If-Match honours_if_match=True.",
    ]


def test_faults_are_printed_instead(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(routes(tmp_path, 'Route("/a", conflict="theirs"), Route("/b", deduplicates=1)')) == 2
    assert capsys.readouterr().out.splitlines() == [
        "/a: conflict='theirs': one of origin, ours, park",
        "/b: deduplicates=1: True or False",
    ]


def test_the_projects_own_routes_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "/api/items/{id}  written behind: PUT, DELETE (deduplicates)\n" in capsys.readouterr().out
