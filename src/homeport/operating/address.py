"""The addresses at which operators look and act. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from homeport.access import Role

ROOT = "/.homeport/"
CONSOLE = "/.homeport/console"
LOGIN, LOGOUT = f"{CONSOLE}/login", f"{CONSOLE}/logout"

_READ = {"status", "metrics", "dead"}
_ID = re.compile(r"[0-9A-Za-z]{1,64}")
_KEY = re.compile(r"[0-9a-f-]{36}")


@dataclass(frozen=True, slots=True)
class Address:
    """What stands at a path: `id` names a dead letter, with `key` a write."""

    what: str
    needs: Role
    id: str = ""
    key: str = ""

    @property
    def methods(self) -> tuple[str, ...]:
        """The methods that it takes."""
        return ("GET", "HEAD") if self.needs == "read" and self.what != "logout" else ("POST",)


def find(path: str) -> Address | None:
    """The address at a path, None where there is none."""
    match path.removeprefix(ROOT).split("/") if path.startswith(ROOT) else []:
        case [what] if what in _READ:
            return Address(what, "read")
        case ["drain"]:
            return Address("drain", "operate")
        case ["dead", write_id] if _ID.fullmatch(write_id):
            return Address("letter", "read", write_id)
        case ["dead", write_id, ("retry" | "drop") as what] if _ID.fullmatch(write_id):
            return Address(what, "operate", write_id)
        case ["writes", key, write_id] if _KEY.fullmatch(key) and _ID.fullmatch(write_id):
            return Address("receipt", "read", write_id, key)
        case ["console", *rest]:
            return _of_console(rest)
        case _:
            return None


def _of_console(path: list[str]) -> Address | None:
    match path:
        case []:
            return Address("console", "read")
        case ["dead" | "receipt", write_id] if _ID.fullmatch(write_id):
            return Address("console", "read", write_id)
        case ["logout" as what]:
            return Address(what, "read")
        case ["drain"]:
            return Address("console", "operate")
        case ["dead", write_id, "retry" | "drop"] if _ID.fullmatch(write_id):
            return Address("console", "operate", write_id)
        case _:
            return None


def wishes(query: str) -> dict[str, str]:
    """The parameters of a query that begins with a question mark; the values in use need no decoding."""
    pairs = (part.partition("=") for part in query.removeprefix("?").split("&") if part)
    return {name: value for name, _, value in pairs}
