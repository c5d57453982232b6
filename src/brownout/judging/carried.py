"""What an application carried over from earlier drills into this one, and which damage that explains.

An application that keeps its database beside its module begins a drill with what the last one left there. The same seed
gives the same canaries, so that what was said once is there twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from brownout.calls.canary import is_stranger
from brownout.checkers.base import Record
from brownout.checkers.case import count
from brownout.verdict import Status, Verdict

LOOK = 2.0
"""Seconds that a look may take; what is said meanwhile may be in it."""
_ADVICE = (
    "Begin each drill with an empty store: keep it in the drill's own folder, with {scratch} in start.env or "
    "start.command, or empty it before the drill."
)


@dataclass(frozen=True)
class Carried:
    """What was there before this drill: messages or effects that users saw before they said anything, and canaries.

    ``marks`` are canaries that users were shown, and that nobody in this drill had said by then.
    """

    shown: int = 0
    what: str = "message"
    marks: frozenset[str] = frozenset()

    @property
    def why(self) -> str:
        """What was carried into this drill, in words; empty for nothing."""
        if self.shown:
            what = f"a user who had said nothing yet was shown {count(self.shown, self.what)}"
        elif self.marks:
            what = f"users were shown {count(len(self.marks), 'message')} that nobody in this drill had said by then"
        else:
            return ""
        return f"The application carries earlier drills into this one: {what}."


def carried_into(record: Record) -> Carried:
    """What the application had of earlier drills when this one began."""
    before = record.rows(
        "SELECT shown, if(what = 'effects', 'effect', 'message') AS what FROM before WHERE shown > 0 "
        "AND t < coalesce((SELECT min(t) FROM journey), 'infinity'::DOUBLE) ORDER BY shown DESC, what DESC LIMIT 1"
    )
    whole = record.end is not None and record.end["outcome"] == "completed"  # else steps may be missing
    return Carried(**(before[0] if before else {}), marks=frozenset(_unsaid(record)) if whole else frozenset())


def _unsaid(record: Record) -> set[str]:
    seen = record.rows(
        f'SELECT mark, max(t) AS t FROM (SELECT t + {LOOK} AS t, unnest("foreign") AS mark FROM history UNION ALL '
        f'SELECT t + {LOOK}, unnest("foreign") FROM export UNION ALL '
        'SELECT t + duration, unnest("foreign") FROM journey) GROUP BY mark'
    )
    spoken = {
        row["canary"]: row["t"]
        for row in record.rows("SELECT canary, min(t) AS t FROM journey WHERE canary IS NOT NULL GROUP BY canary")
    }
    return {
        row["mark"]
        for row in seen
        if not is_stranger(row["mark"]) and (row["mark"] not in spoken or spoken[row["mark"]] > row["t"])
    }


def excused(record: Record, carried: Carried, verdict: Verdict) -> Verdict:
    """The verdict, which is UNKNOWN where what broke it may all be of earlier drills."""
    explains = _EXPLAINED.get(verdict.check)
    if not carried.why or verdict.status is not Status.BROKEN or explains is None or not explains(record, carried):
        return verdict
    finding = f"{carried.why} That may be all that this shows: {verdict.finding}"
    return replace(verdict, status=Status.UNKNOWN, void=True, finding=finding, next_step=_ADVICE)


def _looks(table: str) -> Callable[[Record, Carried], bool]:
    """Whether nothing is missing in any look, and nobody's words are there that this drill knows."""

    def explained(record: Record, carried: Carried) -> bool:
        row = record.rows(
            f"SELECT bool_and(readable AND coalesce(len(missing), 0) = 0) AS whole, "
            f'flatten(list(coalesce("foreign", []))) AS marks FROM "{table}"'
        )[0]
        return bool(row["whole"]) and set(row["marks"] or ()) <= carried.marks

    return explained


def _knew(record: Record, carried: Carried) -> bool:
    forgot = record.value("SELECT count(*) FROM journey WHERE coalesce(len(forgotten), 0) > 0")
    marks = record.value('SELECT flatten(list(coalesce("foreign", []))) FROM journey')
    return not forgot and set(marks or ()) <= carried.marks


def _nothing_shown(condition: str) -> Callable[[Record, Carried], bool]:
    """Whether it was only stored: what users were shown in this drill is in order."""
    return lambda record, carried: not record.value(f"SELECT count(*) FROM journey WHERE {condition}")


_EXPLAINED: dict[str, Callable[[Record, Carried], bool]] = {
    "context_kept": _knew,
    "export_complete": _looks("export"),
    "history_kept": _looks("history"),
    "no_duplicate_effects": lambda record, carried: True,
    "no_leaks": _nothing_shown("coalesce(len(leaks), 0) > 0"),
    "whole_answers": _nothing_shown("outcome = 'half'"),
}
