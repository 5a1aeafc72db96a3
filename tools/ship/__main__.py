"""`python3 -m tools.ship entry`: make `build/entry/` from `src/`. Wrangler runs it, by `[build]` of wrangler.toml."""

import sys
from pathlib import Path

from .build import shipped, write
from .compiled import ShipError, compiled

if __name__ == "__main__":
    (entry,) = sys.argv[1:]
    try:
        write(compiled(shipped(Path("src"), entry)), Path("build") / entry)
    except ShipError as error:
        sys.exit(f"tools.ship: {error}")
