"""`python -m benchmarks.hit [--quick] [contender …]`: this part alone, of some contenders only, printed."""

from __future__ import annotations

import sys

from benchmarks.part import Effort

from . import measure

names = [word for word in sys.argv[1:] if word != "--quick"]
for row in (part := measure(Effort(quick="--quick" in sys.argv), names)).rows:
    sys.stdout.write("  ".join(f"{name}={value}" for name, value in row.items()) + "\n")
sys.stdout.write(f"{dict(part.ratios)}\n")
