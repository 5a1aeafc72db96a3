"""`python -m benchmarks.world`: simulate everything, write benchmarks/world.json; five minutes on two cores."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from .setting import measured
from .studies import everything

RECORD = Path(__file__).parents[1] / "world.json"


def main() -> None:
    """Write the record, one line for each country or row."""
    record = everything(measured(), visits=300_000, study_visits=120_000)
    text = json.dumps(record, indent=1)
    RECORD.write_text(_dense(text) + "\n")
    sys.stdout.write(f"{RECORD}: now `make generate`\n")


def _dense(text: str) -> str:
    """JSON with its innermost lists on one line each."""
    lines: list[str] = []
    for line in text.splitlines():
        if lines and lines[-1].endswith("[") and not line.strip().startswith(("{", "[")):
            lines[-1] += line.strip()
        elif lines and "[" in lines[-1] and not lines[-1].rstrip(",").endswith(("]", "[")):
            lines[-1] += (" " if not line.strip().startswith("]") else "") + line.strip()
        else:
            lines.append(line)
    return "\n".join(lines)


if __name__ == "__main__":
    main()
