"""Errors by whose fault they are.

    ShimError
      InvalidArgument        the caller's: raised before anything is sent
      MalformedAnswer        Momento's, or a proxy's: used inside; a caller sees it as `Failed(Unavailable)`
      MomentoError           a call failed: returned inside `outcomes.Failed`
        Refused              the caller's or the account's: Momento refused, nothing happened
          LimitExceeded      too much or too often; `limit` names which
        Unavailable          nobody's or Momento's: no definite answer, the effect may have happened

Codes are Momento's own (https://docs.momentohq.com, "Error handling"). No error text ever holds a credential.
"""

from __future__ import annotations


class ShimError(Exception):
    """Base of everything this package raises or returns as an error."""


class InvalidArgument(ShimError, ValueError):  # noqa: N818 - Momento calls it so
    """The call cannot be meant: a TTL out of range, an item too large, a key written by both families."""


class MalformedAnswer(ShimError):  # noqa: N818 - it is the answer that is wrong
    """Momento's answer is truncated, or is not what its protocol allows; a call returns it as `Failed`."""


class MomentoError(ShimError):
    """A call to Momento failed.

    `code` is Momento's error code, for example `TIMEOUT_ERROR`; `retryable` says whether Momento's own policy
    would send it again; `may_have_happened` whether its effect may stand although no success was seen.
    """

    may_have_happened = False

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.retryable = retryable


class Refused(MomentoError):  # noqa: N818 - named by what happened
    """Momento answered that it will not do this: fix the key, the cache's name or the request."""


class LimitExceeded(Refused):
    """A limit was hit; `limit` is Momento's own word for it, for example `operations_rate_limit_exceeded`.

    `limit` is empty when Momento did not say which.
    """

    def __init__(self, code: str, message: str, *, limit: str) -> None:
        super().__init__(code, message)
        self.limit = limit


class Unavailable(MomentoError):  # noqa: N818 - named by what happened
    """No definite answer: a time-out, a broken connection, a failure inside Momento."""

    may_have_happened = True

    def __init__(
        self, code: str, message: str, *, retryable: bool = False, may_have_happened: bool = True
    ) -> None:
        super().__init__(code, message, retryable=retryable)
        # False only where the request provably never left, for example a refused connection.
        self.may_have_happened = may_have_happened
