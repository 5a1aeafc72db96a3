"""`wrangler deploy --dry-run` of both workers as they would be deployed, and a look at what would go up."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from local.stack.node import on_path, wrangler

ROOT = Path(__file__).parents[1]
LARGEST_KB = {"wrangler.toml": 250, "wrangler.sync.toml": 280}
"""Of our own code, as it goes up (docs/adr/0018-what-is-shipped.md). No visitor waits for the sync worker's start."""

OURS = {"routes.py", "homeport/__init__.py", "homeport/modules.bin", "homeport/runtime/crossing.js"}
"""What goes up beside the entry point: the user's module, what loads Homeport's, these, compiled, and JavaScript."""

LOCAL_FLAGS = {"experimental", "python_workers_development"}


def faults(configuration: str, directory: Path) -> list[str]:
    """What is wrong with a worker's production configuration and bundle."""
    flags = set(tomllib.loads((ROOT / configuration).read_text())["compatibility_flags"])
    found = [f"{configuration}: {flag} is for [env.local] only" for flag in sorted(flags & LOCAL_FLAGS)]
    command = [*wrangler(), "deploy", "--dry-run", "--env=", "-c", configuration, "--outdir", str(directory)]
    environment = {**os.environ, **on_path(), "WRANGLER_SEND_METRICS": "false", "NO_COLOR": "1", "CI": "1"}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        return [*found, f"{configuration}: wrangler deploy --dry-run failed\n{done.stdout}{done.stderr}"]
    return [*found, *_bundle_faults(configuration, directory)]


def _bundle_faults(configuration: str, directory: Path) -> list[str]:
    sizes = {
        path.relative_to(directory).as_posix(): path.stat().st_size
        for path in directory.rglob("*")
        if path.is_file()
        and "python_modules" not in path.parts
        and path.name != "README.md"  # wrangler's own
    }
    size = sum(sizes.values())
    print(f"{configuration}: {size / 1000:.0f} KB of our own: {', '.join(sorted(sizes))}")
    found = []
    if missing := OURS - sizes.keys():
        found.append(f"{configuration}: files are missing from the bundle: {sorted(missing)}")
    largest = LARGEST_KB[configuration]
    if size > largest * 1000:
        found.append(f"{configuration}: our own code is larger than {largest} KB")
    if not any("workers" in path.parts for path in directory.rglob("*.py")):
        found.append(f"{configuration}: the Workers SDK is missing: run `make vendor`")
    return found


def main() -> int:
    """Check both workers."""
    found: list[str] = []
    for configuration in LARGEST_KB:
        with tempfile.TemporaryDirectory() as directory:
            found += faults(configuration, Path(directory))
    for line in found:
        print(line)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
