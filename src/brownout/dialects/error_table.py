"""A platform's errors as a table: status, text and code of each kind of failure, and what a status changes. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TypeVar

from brownout.exchange import Failure, FailureKind

STATUSES = {
    FailureKind.ACCOUNT_FLAGGED: 403,
    FailureKind.AUTH_EXPIRED: 401,
    FailureKind.AUTH_REVOKED: 401,
    FailureKind.CONFLICT: 409,
    FailureKind.CONTENT_REFUSED: 400,
    FailureKind.CONTEXT_TOO_LONG: 400,
    FailureKind.HISTORY_MISSING: 404,
    FailureKind.INVALID_REQUEST: 400,
    FailureKind.MODEL_RETIRED: 404,
    FailureKind.NOT_FOUND: 404,
    FailureKind.OVERLOADED: 503,
    FailureKind.PERMISSION_DENIED: 403,
    FailureKind.PREFILL_REFUSED: 400,
    FailureKind.QUOTA_EXHAUSTED: 429,
    FailureKind.RATE_LIMIT_REQUESTS: 429,
    FailureKind.RATE_LIMIT_TOKENS: 429,
    FailureKind.REGION_BLOCKED: 403,
    FailureKind.SERVER_ERROR: 500,
    FailureKind.TIMEOUT: 504,
    FailureKind.TOO_LARGE: 413,
}
"""The status that HTTP has for each kind of failure: what a platform sends that says nothing else."""


@dataclass(frozen=True)
class Error:
    """One error before it becomes bytes. ``code`` is the platform's own name for it, where it has names."""

    status: int
    message: str
    code: str = ""


class ErrorTable:
    """A platform's errors by kind of failure.

    ``statuses`` says, of kinds that are general, which statuses have an error of their own: a caller who sets 503 on a
    server error gets the platform's text for 503. Any other status that is set keeps the kind's text.
    """

    def __init__(self, kinds: Mapping[FailureKind, Error], statuses: Mapping[FailureKind, Mapping[int, Error]]) -> None:
        self._kinds = kinds
        self._statuses = statuses

    def __getitem__(self, kind: FailureKind) -> Error:
        return self._kinds[kind]

    def of(self, failure: Failure) -> Error:
        """The error of a failure, as the platform has it."""
        own = self._statuses.get(failure.kind, {}).get(failure.status or 0)
        return self._kinds[failure.kind] if own is None else own


E = TypeVar("E", bound=Error)


def as_asked(error: E, failure: Failure) -> E:
    """The error with the status and the text that the failure asks for instead of the platform's own."""
    text = error.message if failure.message is None else failure.message
    return replace(error, status=failure.status or error.status, message=text)


def as_coded(error: E, failure: Failure) -> E:
    """The error as ``as_asked`` has it, with the failure's code: for platforms where a kind has several."""
    return replace(as_asked(error, failure), code=failure.code or error.code)
