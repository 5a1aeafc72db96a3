"""The file of a whole run, `benchmarks/results.json`. Pure but for reading and writing it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from .part import Part
from .promises import missing

FILE = Path(__file__).with_name("results.json")


class IncompleteError(ValueError):
    """A run is not a whole one; the message names what it lacks."""


def document(parts: Sequence[Part], taken: str, machine: Mapping[str, str | int | float]) -> dict[str, Any]:
    """What the file holds; `taken` in ISO 8601. Raises `IncompleteError` where a ratio that must be there is not."""
    ratios = {name: ratio for part in parts for name, ratio in part.ratios.items()}
    if lacking := missing(ratios):
        raise IncompleteError(f"these ratios are missing: {', '.join(lacking)}")
    return {
        "taken": taken,
        "machine": dict(machine),
        "versions": {name: said for part in parts for name, said in part.versions.items()},
        "parts": {part.name: [dict(row) for row in part.rows] for part in parts},
        "ratios": ratios,
    }


def text(document: Mapping[str, Any]) -> str:
    """The document as JSON, each row on a line of its own, so that a difference between two runs can be read."""
    parts = [
        f"  {json.dumps(name)}: [\n   " + ",\n   ".join(map(json.dumps, rows)) + "\n  ]"
        for name, rows in document["parts"].items()
    ]
    members = [
        f" {json.dumps(name)}: "
        + ("{\n" + ",\n".join(parts) + "\n }" if name == "parts" else _indented(value))
        for name, value in document.items()
    ]
    return "{\n" + ",\n".join(members) + "\n}\n"


def _indented(value: Any) -> str:
    return json.dumps(value, indent=1).replace("\n", "\n ")
