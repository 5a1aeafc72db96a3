"""Who may push over HTTP: a signature over time and content. Pure.

`Homeport-Signature: t=1795300000,v1=3f…`: `t` is when it was signed, in seconds since 1970, `v1` the hexadecimal
HMAC-SHA256, under one of the shared secrets, of `{t}.{body}`; where the field Homeport-Push holds a page's members, and
the body is the page, of `{t}.{Homeport-Push}.{body}`. Several `v1` may stand there while the sender's secret changes.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Sequence

SIGNATURE, MEMBERS = "homeport-signature", "homeport-push"
WINDOW_SECONDS = 60
"""A delivery signed longer ago than this is refused, and so is one from further ahead."""

_SAID = re.compile(r" *t=([0-9]{1,12}) *((?:, *v1=[0-9a-f]{64} *){1,4})")
_V1 = re.compile(r"v1=([0-9a-f]{64})")


def sign(secret: str, seconds: int, body: bytes, members: str | None = None) -> str:
    """The value of Homeport-Signature; `members` is that of Homeport-Push where the body is a page itself."""
    return f"t={seconds},v1={_signed(secret, str(seconds), body, members)}"


def forged(
    said: str | None, secrets: Sequence[str], now: int, body: bytes, members: str | None
) -> str | None:
    """Why a delivery is not to be trusted, never what would be right; None where it is. `now` in ms since 1970.

    Everything is compared with everything: the time that takes tells nothing of the secrets.
    """
    found = _SAID.fullmatch(said or "")
    if not found:
        return f"the field {SIGNATURE} is missing, or is not of the form t=seconds,v1=hexadecimal"
    wanted = [_signed(secret, found[1], body, members) for secret in secrets]
    if not sum(hmac.compare_digest(each, v1) for each in wanted for v1 in _V1.findall(found[2])):
        return "the signature is not of this content under a secret of ours"
    if abs(now / 1000 - int(found[1])) > WINDOW_SECONDS:
        return f"the signature is not of the last {WINDOW_SECONDS} seconds"
    return None


def _signed(secret: str, seconds: str, body: bytes, members: str | None) -> str:
    head = seconds if members is None else f"{seconds}.{members}"
    return hmac.new(secret.encode(), f"{head}.".encode() + body, hashlib.sha256).hexdigest()
