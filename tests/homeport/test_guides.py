"""What the guides to failures and to upgrades name is there: tests, events, metrics, settings, headings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from homeport.operating.shown import METRICS
from homeport.settings import NAMES

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "docs" / "guides"
MODES, UPGRADE = GUIDES / "failure-modes.md", GUIDES / "upgrade.md"
DEFINED = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^ *(?:async )?def (test_\w+)\(", path.read_text(), re.MULTILINE)
}
EVENTS = dict(
    re.findall(r"^\| `([a-z_]+)`( !)? \|", (ROOT / "docs/operating-events.md").read_text(), re.MULTILINE)
)
BESIDE = ("Visitors", "Operators", "Do", "Tried")


def code_of(text: str) -> set[str]:
    return set(re.findall(r"`([^`\n]+)`", text))


def sections(text: str) -> dict[str, str]:
    """Every failure of the guide, by its heading."""
    failures = text.partition("\n## Alarms")[0]
    parts = re.split(r"^### (.+)$", failures, flags=re.MULTILINE)[1:]
    return {f"{n}: {head}": body for n, (head, body) in enumerate(zip(parts[::2], parts[1::2], strict=True))}


FAILURES = sections(MODES.read_text())


@pytest.mark.parametrize("guide", [MODES, UPGRADE], ids=lambda path: path.stem)
def test_every_test_that_a_guide_names_exists(guide: Path) -> None:
    named = {each for each in code_of(guide.read_text()) if re.fullmatch(r"test_\w+", each)}
    assert len(named) > 10
    assert named - DEFINED == set()
    modules = {Path(each).stem for each in code_of(guide.read_text()) if each.endswith(".py")}
    assert all(list((ROOT / "tests").rglob(f"{each}.py")) for each in modules)


@pytest.mark.parametrize("failure", FAILURES)
def test_every_failure_says_what_is_seen_what_to_do_and_which_test_tries_it(failure: str) -> None:
    body = FAILURES[failure]
    assert all(f"**{word}" in body for word in BESIDE), body
    tried = body.partition("**Tried:**")[2]
    assert code_of(tried) & DEFINED


def test_there_are_as_many_failures_as_were_thought_of() -> None:
    assert len(FAILURES) >= 28


def test_every_alarm_has_a_row_and_every_row_is_of_a_documented_event() -> None:
    table = MODES.read_text().partition("\n## Alarms")[2].partition("```")[0]
    rows = re.findall(r"^\| (`.+?) \|", table, re.MULTILINE)
    named = {name for row in rows for name in code_of(row)}
    assert named == {name for name, alarm in EVENTS.items() if alarm}
    assert {"queue_deep", "lease_contended", "region_down"} <= named


def test_the_rules_for_prometheus_ask_for_metrics_that_there_are() -> None:
    rules = MODES.read_text().partition("```yaml\n")[2].partition("```")[0]
    known = {name for name, _ in METRICS}
    expressions = re.findall(r"^ +expr: (.+)$", rules, re.MULTILINE)
    asked = [set(re.findall(r"homeport_\w+", each)) for each in expressions]
    assert all(each and each <= known for each in asked)
    assert len(expressions) == rules.count("- alert:") >= 6


@pytest.mark.parametrize("guide", [MODES, UPGRADE], ids=lambda path: path.stem)
def test_settings_and_metrics_that_a_guide_names_exist(guide: Path) -> None:
    text = guide.read_text()
    assert set(re.findall(r"HOMEPORT_[A-Z_]+|MOMENTO_[A-Z_]+", text)) <= {*NAMES}
    assert set(re.findall(r"\bhomeport_(?!next)[a-z_]+\b", text)) <= {name for name, _ in METRICS}


def anchors(path: Path) -> set[str]:
    """As GitHub makes them of headings: the second of the same name ends in -1."""
    found: list[str] = []
    for heading in re.findall(r"^#+ (.+)$", path.read_text(), re.MULTILINE):
        name = re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
        found.append(f"{name}-{found.count(name)}" if name in found else name)
    return {*found}


@pytest.mark.parametrize("guide", [MODES, UPGRADE], ids=lambda path: path.stem)
def test_every_link_leads_to_a_heading_that_there_is(guide: Path) -> None:
    links = re.findall(r"\]\(([^)]*)\)", guide.read_text())
    for link in links:
        path, _, anchor = link.partition("#")
        target = (guide.parent / path).resolve() if path else guide
        assert target.is_file(), link
        assert not anchor or anchor in anchors(target), link
    assert links
