"""Where settings and routes come from: the workers' own, as wrangler has them."""

from __future__ import annotations

import os
import runpy
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from homeport import settings as setting
from homeport.routing import RouteError, Routes
from homeport.settings import Faults

from .stop import USAGE, Stop

CONFIGURATIONS = ("wrangler.toml", "wrangler.sync.toml")
"""The edge worker's, then the sync worker's, whose variables win."""

ROUTES = ("src/routes.py", "routes.py")


def variables(env_file: Path | None, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Every variable: of wrangler's configurations in this folder, the environment, and the file; the later wins."""
    known = os.environ if environ is None else environ
    found: dict[str, str] = {}
    for name in CONFIGURATIONS:
        found |= declared(Path(name)) or {}
    found |= {name: value for name, value in known.items() if ours(name)}
    if env_file is not None:
        try:
            found |= parsed(env_file.read_text())
        except (OSError, UnicodeDecodeError) as error:
            raise Stop(USAGE, f"--env-file {env_file}: {type(error).__name__}: it cannot be read") from None
    return found


def ours(name: str) -> bool:
    """Whether a variable is one of Homeport's, known or mistyped."""
    return name in setting.NAMES or (name.startswith("HOMEPORT_") and name not in OWN)


OWN = ("HOMEPORT_ENV_FILE", "HOMEPORT_ROUTES", "HOMEPORT_TORTURE")
"""Of the tools, and no worker's."""


def declared(configuration: Path) -> dict[str, str] | None:
    """The `[vars]` of one of wrangler's configurations; None where there is none."""
    try:
        found: dict[str, Any] = tomllib.loads(configuration.read_text())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise Stop(USAGE, f"{configuration}: it cannot be read: {type(error).__name__}") from None
    return {name: str(value) for name, value in found.get("vars", {}).items()}


def parsed(text: str) -> dict[str, str]:
    """The variables of a .dev.vars file: `NAME=value`, in quotation marks or none, a line each. Pure."""
    found = {}
    for line in text.splitlines():
        name, equals, value = line.strip().removeprefix("export ").partition("=")
        if equals and not name.startswith("#"):
            found[name.strip()] = _unquoted(value.strip())
    return found


def _unquoted(value: str) -> str:
    if value[:1] in ('"', "'"):
        return value[1:].partition(value[0])[0]
    return value.partition(" #")[0].rstrip()


def routes(file: Path | None) -> Routes | Faults:
    """The routes of a file, by default of the one that the workers import; or what is wrong with them."""
    path = file or next((Path(each) for each in ROUTES if Path(each).exists()), None)
    if path is None:
        return Faults((("routes", "there is no src/routes.py here: name the file by --routes"),))
    sys.path.insert(
        0, str(path.resolve().parent)
    )  # a routes file may import its neighbours, as on the workers
    try:
        found = runpy.run_path(str(path)).get("ROUTES")
    except RouteError as error:
        return Faults(tuple((f"{path} {where}", fault) for where, fault in error.faults))
    except Exception as error:  # noqa: BLE001 - it is the user's file: anything can be wrong with it
        return Faults(((str(path), f"it cannot be imported: {type(error).__name__}: {error}"),))
    finally:
        sys.path.pop(0)
    if not isinstance(found, Routes):
        return Faults(((str(path), "it has no ROUTES = Routes(…)"),))
    return found
