"""A platform's errors as a table."""

from __future__ import annotations

import pytest

from brownout.dialects.error_table import Error, ErrorTable, as_asked, as_coded
from brownout.exchange import Failure, FailureKind

BUSY = Error(503, "busy", "busy")
BROKEN = Error(500, "broken", "broken")
TABLE = ErrorTable(
    {FailureKind.OVERLOADED: BUSY, FailureKind.SERVER_ERROR: BROKEN}, {FailureKind.SERVER_ERROR: {503: BUSY}}
)


@pytest.mark.parametrize(
    ("kind", "status", "error"),
    [
        (FailureKind.SERVER_ERROR, None, BROKEN),
        (FailureKind.SERVER_ERROR, 503, BUSY),
        (FailureKind.SERVER_ERROR, 502, Error(502, "broken", "broken")),
        (FailureKind.OVERLOADED, None, BUSY),
        (FailureKind.OVERLOADED, 500, Error(500, "busy", "busy")),
    ],
)
def test_a_status_that_is_set_keeps_the_kinds_text_unless_it_has_one_of_its_own(
    kind: FailureKind, status: int | None, error: Error
) -> None:
    failure = Failure(kind, status=status)

    assert as_asked(TABLE.of(failure), failure) == error


def test_the_error_of_a_kind_can_be_looked_up() -> None:
    assert TABLE[FailureKind.OVERLOADED] is BUSY


def test_a_text_that_is_set_replaces_the_platforms_own_even_where_it_is_empty() -> None:
    assert as_asked(BUSY, Failure(FailureKind.OVERLOADED, message="")) == Error(503, "", "busy")


def test_a_code_that_is_set_is_taken_only_where_a_kind_has_several() -> None:
    failure = Failure(FailureKind.OVERLOADED, code="other")

    assert (as_asked(BUSY, failure).code, as_coded(BUSY, failure).code) == ("busy", "other")
