"""Times, counts and states in words. Pure."""

from __future__ import annotations

from .markup import Html, el

SYMBOLS = {
    "calm": "●",
    "busy": "◆",
    "trouble": "▲",
    "silent": "✕",
    "applied": "●",
    "superseded": "◆",
    "dead": "▲",
    "lost": "✕",
}
"""Of the states of regions and of writes: no state is told by its colour alone."""

LOOKS = {"applied": "calm", "superseded": "busy", "dead": "trouble", "lost": "silent"}
"""As what state of a region a write's looks."""


def count(number: int | None) -> str:
    """A count, its thousands apart; a question mark for what nobody could tell."""
    return "?" if number is None else f"{number:,}".replace(",", "\u202f")


def counted(number: int, one: str, many: str) -> str:
    """A count with what is counted."""
    return f"{count(number)} {one if number == 1 else many}"


def octets(number: int | None) -> str:
    """A size."""
    if number is None:
        return ""
    for unit, size in (("MB", 1 << 20), ("kB", 1 << 10)):
        if number >= size:
            return f"{number / size:.1f} {unit}"
    return f"{number} B"


def duration(seconds: float | None) -> str:
    """How long something takes, as far as a person wants to know."""
    if seconds is None:
        return ""
    whole = int(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3_600:
        return f"{whole // 60} min"
    if whole < 86_400:
        minutes = whole // 60 % 60
        return f"{whole // 3_600} h" + (f" {minutes} min" if minutes else "")
    return f"{whole // 86_400} d"


def moment(at: int) -> str:
    """A moment in ms since 1970, as a date of HTTP's (RFC 9110 section 5.6.7)."""
    from email.utils import formatdate  # as in reading.freshness, not at start-up

    return formatdate(at / 1000, usegmt=True)


def clock(at: int) -> str:
    """Its time of day in UTC."""
    return f"{at // 3_600_000 % 24:02}:{at // 60_000 % 60:02}"


def ago(at: int | None, now: int) -> Html | None:
    """How long ago a moment was, with the moment itself at hand."""
    if at is None:
        return None
    return el("span", f"{duration(max(now - at, 0) / 1000)} ago", title=moment(at))


def badge(state: str, text: str) -> Html:
    """A state, by colour, sign and word."""
    return el(
        "span",
        el("span", SYMBOLS[state], aria_hidden="true"),
        " ",
        text,
        class_=f"badge {LOOKS.get(state, state)}",
    )
