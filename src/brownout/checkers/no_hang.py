"""Does everybody get an end in time, whatever it is?"""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.checkers.causes import WAIT_LESS, Cause, causes
from brownout.checkers.channels import DELIVERIES, ended_at
from brownout.checkers.contrast import longer, shorter, wait_asked
from brownout.checkers.joins import ADVICE
from brownout.config.units import in_words
from brownout.expect import AnyExpect, NoHang
from brownout.verdict import Verdict

_EXACT = 1e-6
"""Seconds: who waited exactly as long as is allowed has not waited longer, whatever the last bit says."""
_ADVICE: dict[Cause, str] = {
    "fault": "Give every call to the platform a timeout (connect, first byte, between bytes, whole) so short that all "
    "attempts together stay well below this limit: SDKs repeat what timed out, and wait as long again, unless their "
    "own retries (max_retries) are off. End the user's request with an honest message when it strikes.",
    "wait": WAIT_LESS,
    "nothing": "Most of these met no fault, so a timeout on calls to the platform is not what they lack: look for what "
    "else holds requests up (a full pool of workers or connections, a lock, a blocked event loop), and bound the whole "
    "request.",
    "untold": ADVICE,
}

# A message that the channel lost or held back is waited for from when it came to the application; never, if it did not.
# Where the channel ends meanwhile, nobody can answer any more: it is waited for until then. Who sends again because
# nothing came back waits on; who was told, and sends again, begins to wait anew. ``silent``: gave up too early to tell.
_STEPS = f"""
SELECT *, coalesce(wait > {{limit!r}} + {_EXACT} OR (gave_up AND wait >= {{limit!r}} - {_EXACT}), FALSE) AS held,
       gave_up AND NOT held AS silent
FROM (SELECT step.rowid AS r, step.*, delayed, coalesce(ended <= step.t + step.duration, FALSE) AS cut,
             CASE WHEN cut THEN greatest(ended, step.t) ELSE step.t + step.duration END AS until,
             CASE WHEN delayed IS TRUE THEN CASE WHEN came < until THEN until - came END
                  WHEN cut THEN until - step.t ELSE duration - coalesce(waits, 0) END AS wait,
             outcome = 'hung' AND delayed IS NOT TRUE AND NOT cut AS gave_up
      FROM (SELECT rowid, *, {{ended}} AS ended FROM journey WHERE again IS NOT TRUE OR outcome <> 'hung') AS step
      LEFT JOIN ({DELIVERIES}) AS delivery ON delivery.canary = step.canary)
"""


class NoHangChecker:
    """Steps of any kind that lasted longer than allowed, or whose user gave up: bystanders count too."""

    name = "no_hang"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one such step; UNKNOWN without any step, or where users gave up before the time was over."""
        assert isinstance(expectation, NoHang)
        limit = expectation.within
        case = Case(record, expectation, f"no user waits longer than {wait_asked(limit)} for an end")
        if (unreached := case.unreached()) is not None:
            return unreached
        steps = _STEPS.format(limit=limit, ended=ended_at(record))
        row = record.rows(
            'SELECT count(wait) AS n, max(wait) AS longest, count(*) FILTER (held) AS held, count(DISTINCT "user") '
            "FILTER (held) AS users, count(*) FILTER (held AND NOT asks AND again IS NOT TRUE) AS bystanders, count(*) "
            "FILTER (outcome = 'hung' AND NOT gave_up AND NOT held) AS spared, count(*) FILTER (silent) AS silent, "
            f"max(wait) FILTER (silent) AS patience FROM ({steps}) WHERE {case.steps}",
            case.parameters,
        )[0]
        if not row["n"]:
            return case.too_few(0, 1, "step")
        if row["held"]:
            return _broken(case, steps, row, limit)
        measured = f"longest wait {in_words(row['longest'])} over {count(row['n'], 'step')}"
        spared = _spared(row["spared"])
        if row["silent"]:
            return _gave_up(case, row, measured, limit, spared)
        finding = f"Nobody waited longer than {in_words(row['longest'])}.{spared}"
        return case.held(measured, finding, samples=row["n"])


def _broken(case: Case, steps: str, row: dict[str, Any], limit: float) -> Verdict:
    condition = f"rowid IN (SELECT r FROM ({steps}) WHERE held AND {case.steps})"
    why = causes(case.record, condition, case.parameters)
    if row["longest"] > limit + _EXACT:
        longest = longer(row["longest"], limit)
        measured, waited = f"longest wait {longest} over {count(row['n'], 'step')}", f"the longest wait was {longest}"
    else:
        measured = f"no end within {wait_asked(limit)} for {row['held']:,} of {count(row['n'], 'step')}"
        waited = f"that long their users waited, and no end came within {wait_asked(limit)}"
    return case.broken(
        measured,
        f"{count(row['users'], 'user')} waited too long or gave up, {count(row['held'], 'time')}; {waited}. "
        f"{why.words}{_bystanders(row['bystanders'])}{_spared(row['spared'])}",
        samples=row["n"],
        evidence=evidence.journeys(case.record, condition, case.parameters, "duration DESC, t", "asks"),
        next_step=_ADVICE[why.main],
    )


def _gave_up(case: Case, row: dict[str, Any], measured: str, limit: float, spared: str) -> Verdict:
    """UNKNOWN: users left without an end, and before the time was over that they may have to wait for one."""
    asked, patience = wait_asked(limit), shorter(row["patience"], limit)
    return case.unknown(
        f"{measured}; {row['silent']:,} without an end when their users gave up",
        f"{count(row['silent'], 'time')} a user gave up without an end, after {patience} at most: nobody knows whether "
        f"it would have come within {asked}.{spared}",
        samples=row["n"],
        next_step=f"Let users wait as long as that (patience: {asked} in the journey), or ask for an end within "
        f"{patience.removeprefix('just under ')} or less.",
    )


def _spared(messages: int) -> str:
    if not messages:
        return ""
    return (
        f" {count(messages, 'message')} that users gave up on had been lost or held back by the channel, or it ended: "
        "that is not the application's doing."
    )


def _bystanders(steps: int) -> str:
    if not steps:
        return ""
    return f" {count(steps, 'step')} of these did not even call the platform: its failure blocks other users' requests."
