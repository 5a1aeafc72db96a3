"""What an action came to, as a word in the address that its page says in full. Pure.

Only these sentences are shown: whoever sends an operator a link cannot put words into the console's mouth.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from .markup import Html, el
from .tables import ROOT

WELL = {
    "retried": "Sent again, as a new write.",
    "dropped": "Dropped for good.",
    "woken": "All lanes are woken.",
}
ILL = {
    "not-woken": "Some lanes could not be woken. Cron does it within a minute.",
    "retry-not-taken": "Not taken. The letter stays; a try whose outcome is unknown may have been taken.",
    "retry-not-possible": "It cannot be applied to the resource's current state. The letter stays.",
    "letter-of-a-newer-release": "A newer release of Homeport wrote this letter: use that release.",
    "letter-damaged": "The letter is damaged. The next renewal, within half a day, drops it and says so.",
    "a-region-does-not-answer": "The region does not answer. Nothing is known to have happened: try again.",
    "not-found": "No region has a dead letter of this id: somebody was faster.",
    "failed": "It was refused.",
}


def sentence(told: Mapping[str, str], regions: Collection[str]) -> Html | None:
    """What is said above the page; nothing where nothing was done."""
    word, region, name = told.get("told", ""), told.get("region", ""), told.get("id", "")
    where = f"{region}: " if region in regions else ""
    if word in ILL:
        return el("p", where, ILL[word], class_="told ill", role="alert")
    if word not in WELL:
        return None
    link = None
    if word == "retried" and where and name.isalnum() and name.isascii():
        link = el("a", "Its receipt", href=f"{ROOT}/receipt/{name}?region={region}")
    return el("p", where, WELL[word], " ", link, class_="told well", role="status")
