"""The platform answers with a status of your choice."""

from __future__ import annotations

from pydantic import Field

from brownout.config.model import Seconds
from brownout.effects import End, Head, Program
from brownout.exchange import Failure, FailureKind
from brownout.faults.base import Strike
from brownout.faults.refused import Refused
from brownout.faults.waits import Waits

_NEAREST = {
    401: FailureKind.AUTH_REVOKED,
    402: FailureKind.QUOTA_EXHAUSTED,
    403: FailureKind.PERMISSION_DENIED,
    404: FailureKind.NOT_FOUND,
    408: FailureKind.TIMEOUT,
    409: FailureKind.CONFLICT,
    413: FailureKind.TOO_LARGE,
    429: FailureKind.RATE_LIMIT_REQUESTS,
    503: FailureKind.OVERLOADED,
    504: FailureKind.TIMEOUT,
    529: FailureKind.OVERLOADED,
}
_NOT_MODIFIED = 304
_WAITED_FOR = (429, 503, 529)


class HttpStatus(Waits, Refused):
    """The platform answers with any status from 300 to 599, and the error body of its own that is nearest to it."""

    status: int = Field(default=500, ge=300, le=599)
    """HTTP status."""
    retry_after: Seconds | None = None
    """Wait named in Retry-After, in incident time; without it there is no such header."""

    @property
    def waits(self) -> bool:
        """Where ``retry_after`` is given, of a status that clients wait for."""
        return self.retry_after is not None and self.status in _WAITED_FOR

    def program(self, strike: Strike) -> Program:
        """The provider's nearest error under this status, instead of an answer."""
        usual = FailureKind.SERVER_ERROR if self.status >= 500 else FailureKind.INVALID_REQUEST
        kind = _NEAREST.get(self.status, usual)
        wait = self.wait(strike)
        head, *rest = self.refusal(strike, kind, Failure(kind, status=self.status, retry_after=wait))
        if self.status == _NOT_MODIFIED and isinstance(head, Head):  # has no body: RFC 9110, section 15.4.5
            others = tuple(header for header in head.headers if not header[0].startswith("content-"))
            return (Head(self.status, others), End())
        return (head, *rest)
