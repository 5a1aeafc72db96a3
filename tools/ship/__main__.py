"""`python3 -m tools.ship entry`: make `build/entry/` from `src/`. Wrangler runs it, by `[build]` of wrangler.toml."""

import sys
from pathlib import Path

from .build import shipped, write

if __name__ == "__main__":
    (entry,) = sys.argv[1:]
    write(shipped(Path("src"), entry), Path("build") / entry)
