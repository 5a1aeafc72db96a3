"""What a writer would like to be answered: Prefer and Preference-Applied (RFC 7240). Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass

from homeport.messages import Headers

LONGEST_WAIT = 20
"""Seconds that an answer waits for the origin's at most, whatever its author allows."""

_TCHARS = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
_PAIR = rf'({_TCHARS})(?:[ \t]*=[ \t]*({_TCHARS}|"(?:[^"\\]|\\.)*"))?'
_PREFERENCE = re.compile(rf"{_PAIR}(?:[ \t]*;(?:[ \t]*{_PAIR})?)*")
_MEMBER = re.compile(r'(?:[^",]|"(?:[^"\\]|\\.?)*(?:"|$))+')
"""A member of the list: commas within quotes do not end it, and a quote that is never closed swallows the rest."""

_OURS = ("respond-async", "wait")
"""They say when to answer, and Homeport does: an origin that heeded them would say 202 to a replay, and all be well."""


@dataclass(frozen=True, slots=True)
class Preferences:
    """Those that an accepted write heeds. `wait` is in seconds, as it was written; all others are ignored."""

    returns: str = ""
    """`representation`, `minimal` or nothing (section 4.2)."""
    respond_async: bool = False
    wait: str = ""

    @property
    def seconds(self) -> float:
        """How long the answer may wait for the origin's, counted from the request's receipt (section 4.3)."""
        return min(float(self.wait or 0), LONGEST_WAIT)


NOTHING = Preferences()


def read(headers: Headers) -> Preferences:
    """The preferences of a request. Values are case-sensitive; one that is not defined makes its preference unknown."""
    if "prefer" not in headers:
        return NOTHING
    said = _said(headers)
    returns, wait = (said[name][0] if name in said else "" for name in ("return", "wait"))
    return Preferences(
        returns=returns if returns in ("representation", "minimal") else "",
        respond_async="respond-async" in said and not said["respond-async"][0],
        wait=wait if re.fullmatch("[0-9]+", wait) else "",
    )


def replayed(headers: Headers) -> Headers:
    """A request's fields with only those preferences that are the origin's: all but `respond-async` and `wait`.

    `return` goes along: by it the origin may show the representation that the regions then need not ask for.
    """
    if "prefer" not in headers:
        return headers
    kept = ", ".join(member for name, (_, member) in _said(headers).items() if name not in _OURS)
    return headers.without("prefer").plus(*((("prefer", kept),) if kept else ()))


def _said(headers: Headers) -> dict[str, tuple[str, str]]:
    """By name, in lower case: the value, and the member as it was written (section 2).

    Of several of a name the first counts, over all Prefer fields. What does not follow the grammar says nothing.
    """
    said: dict[str, tuple[str, str]] = {}
    for member in _MEMBER.findall(headers.get("prefer") or ""):
        if found := _PREFERENCE.fullmatch(member.strip(" \t")):
            value = found[2] or ""
            if value.startswith('"'):
                value = re.sub(r"\\(.)", r"\1", value[1:-1])
            said.setdefault(found[1].lower(), (value, found[0]))
    return said
