"""BROKEN beats UNKNOWN beats HELD, and SKIPPED counts for nothing, in whatever order and however grouped."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.terms import Outcome
from brownout.verdict import OUTCOMES, ExitCode, Status, exit_code, merge

STATUSES = st.lists(st.sampled_from(Status))


@given(STATUSES, st.randoms())
def test_the_order_does_not_matter(statuses: list[Status], luck: object) -> None:
    shuffled = sorted(statuses, key=lambda _: luck.random())  # type: ignore[attr-defined]

    assert merge(shuffled) is merge(statuses)


@given(STATUSES.filter(bool), STATUSES.filter(bool), STATUSES.filter(bool))
def test_the_grouping_does_not_matter(a: list[Status], b: list[Status], c: list[Status]) -> None:
    assert merge([merge([*a, *b]), merge(c)]) is merge([merge(a), merge([*b, *c])]) is merge([*a, *b, *c])


@given(STATUSES)
def test_saying_it_twice_changes_nothing(statuses: list[Status]) -> None:
    assert merge([*statuses, *statuses]) is merge(statuses)


@given(STATUSES)
def test_the_worst_decides(statuses: list[Status]) -> None:
    if Status.BROKEN in statuses:
        expected = Status.BROKEN
    elif Status.UNKNOWN in statuses or not statuses:
        expected = Status.UNKNOWN
    else:
        expected = Status.HELD if Status.HELD in statuses else Status.SKIPPED

    assert merge(statuses) is expected


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (Status.HELD, ExitCode.HELD),
        (Status.BROKEN, ExitCode.BROKEN),
        (Status.UNKNOWN, ExitCode.UNKNOWN),
        (Status.SKIPPED, ExitCode.UNKNOWN),
    ],
)
def test_every_status_has_its_exit_code(status: Status, code: int) -> None:
    assert exit_code(status) == code


def test_exit_codes_are_those_the_documentation_promises() -> None:
    codes = ExitCode.HELD, ExitCode.BROKEN, ExitCode.BAD_INPUT, ExitCode.UNKNOWN, ExitCode.HARNESS, ExitCode.INTERRUPTED

    assert codes == (0, 1, 2, 3, 4, 130)


def test_every_outcome_of_a_step_has_words() -> None:
    assert set(OUTCOMES) == set(get_args(Outcome))
