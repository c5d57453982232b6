"""Calls that were joined to a question by the moment alone can hold, and cannot break.

A verdict that is BROKEN is asked for once more without them. What is BROKEN then stays so; what is not is UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from brownout.checkers.base import Record
from brownout.checkers.case import count
from brownout.checkers.joins import ADVICE
from brownout.verdict import Status, Verdict

_GUESSED = "SELECT count(*) FROM exchange WHERE joined = 'window'"


def reconsider(record: Record, verdict: Verdict, again: Callable[[], Verdict]) -> Verdict:
    """The verdict, where it is BROKEN without guesses as well; else UNKNOWN, and why."""
    if verdict.status is not Status.BROKEN or not (guessed := record.value(_GUESSED)):
        return verdict
    second = _without_guesses(record, again)
    if second.status is Status.BROKEN:
        return verdict if second.measured == verdict.measured else second
    return replace(
        verdict,
        status=Status.UNKNOWN,
        void=True,
        finding=f"{count(guessed, 'call')} without a canary may be of the one question that was open then, or of "
        f"nobody; without them there is no proof. As it looks: {verdict.finding}",
        next_step=ADVICE,
    )


def _without_guesses(record: Record, again: Callable[[], Verdict]) -> Verdict:
    with record.tentatively():
        record.db.execute("UPDATE exchange SET canary = NULL, joined = NULL, tied = FALSE WHERE joined = 'window'")
        return again()
