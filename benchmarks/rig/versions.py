"""Which versions of what were measured."""

from __future__ import annotations

import json
from importlib.metadata import version as of_package

from benchmarks.peers.proxies import version
from local.stack.process import ROOT

_NPM = ("workerd", "pyodide", "hono")


def versions() -> dict[str, str]:
    """By name; what is not on this machine is left out."""
    found = {name: _npm(name) for name in _NPM}
    found["workers-runtime-sdk"] = of_package("workers-runtime-sdk")
    found |= {
        "nginx": version("nginx", "-v"),
        "varnish": version("varnishd", "-V"),
        "wrk": version("wrk", "-v"),
    }
    return {name: said for name, said in found.items() if said}


def _npm(name: str) -> str:
    said: str = json.loads((ROOT / "node_modules" / name / "package.json").read_text())["version"]
    return said
