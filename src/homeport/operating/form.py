"""Whether a form comes from a page of ours, in the browser of the operator to whom it was shown. Pure.

A browser sends cookies by itself, whichever site asked it to. So whatever acts and was admitted by one carries what
only our own page knew, and comes from our own address.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping

from homeport.errors import problem
from homeport.messages import Headers, Request, Response

from .operator import Operator


def foreign(headers: Headers, *, local: bool) -> Response | None:
    """403 where a browser does not say that a page of this very address asked for this; `local`: http will do.

    By Sec-Fetch-Site (Fetch Metadata section 2.3) and Origin (Fetch Standard section 3.2): one, and all there are.
    """
    site, origin, host = (headers.get(name) for name in ("sec-fetch-site", "origin", "host"))
    ours = {f"https://{host}", f"http://{host}"} if local else {f"https://{host}"}
    if (site or origin) and site in (None, "same-origin") and (origin is None or origin in ours):
        return None
    return problem(403, "Form of another site", "Open the console yourself, and send its own form.")


def of_a_browser(headers: Headers) -> bool:
    """Whether a browser may have sent this by itself: each names the site that asks, or brings cookies along."""
    return any(name in headers for name in ("cookie", "origin", "sec-fetch-site"))


def unasked(request: Request, operator: Operator) -> Response | None:
    """403 where what acts lacks the field that this operator's forms carry."""
    if not operator.csrf or request.method in ("GET", "HEAD"):
        return None
    if hmac.compare_digest(fields(request).get("csrf", "").encode(), operator.csrf.encode()):
        return None
    detail = "The form is of another session. Open the console again; programs send a token or a service token instead."
    return problem(403, "Form out of date", detail)


def fields(request: Request) -> Mapping[str, str]:
    """The fields of a form (URL Standard, application/x-www-form-urlencoded); none of a body that is something else."""
    from urllib.parse import parse_qsl  # dear at a worker's start, and needed by few

    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind != "application/x-www-form-urlencoded":
        return {}
    try:
        return dict(parse_qsl(bytes(request.body).decode("ascii"), keep_blank_values=True, max_num_fields=20))
    except ValueError:
        return {}
