"""Does everybody get an end in time, whatever it is?"""

from __future__ import annotations

from brownout.checkers import evidence
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.checkers.causes import WAIT_LESS, Cause, causes
from brownout.checkers.channels import DELIVERIES, ended_at
from brownout.config.units import in_words
from brownout.expect import AnyExpect, NoHang
from brownout.verdict import Verdict

_ADVICE: dict[Cause, str] = {
    "fault": "Give every call to the platform a timeout (connect, first byte, between bytes, whole) well below this "
    "limit, and end the user's request with an honest message when it strikes.",
    "wait": WAIT_LESS,
    "nothing": "Most of these met no fault, so a timeout on calls to the platform is not what they lack: look for what "
    "else holds requests up (a full pool of workers or connections, a lock, a blocked event loop), and bound the whole "
    "request.",
}

# A message that the channel lost or held back is waited for from when it came to the application; never, if it did not.
# Where the channel ends meanwhile, nobody can answer any more: it is waited for until then.
_STEPS = f"""
SELECT *, CASE WHEN delayed IS TRUE OR cut THEN coalesce(wait > {{limit!r}}, FALSE)
               ELSE outcome = 'hung' OR duration > {{limit!r}} END AS held
FROM (SELECT step.rowid AS r, step.*, delayed, coalesce(ended <= step.t + step.duration, FALSE) AS cut,
             CASE WHEN cut THEN greatest(ended, step.t) ELSE step.t + step.duration END AS until,
             CASE WHEN delayed IS NOT TRUE THEN until - step.t WHEN came < until THEN until - came END AS wait
      FROM (SELECT rowid, *, {{ended}} AS ended FROM journey) AS step
      LEFT JOIN ({DELIVERIES}) AS delivery ON delivery.canary = step.canary)
"""


class NoHangChecker:
    """Steps of any kind that lasted longer than allowed, or whose user gave up: bystanders count too."""

    name = "no_hang"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN by one such step; UNKNOWN without any step."""
        assert isinstance(expectation, NoHang)
        limit = expectation.within
        case = Case(record, expectation, f"no user waits longer than {in_words(limit)} for an end")
        if (unreached := case.unreached()) is not None:
            return unreached
        steps = _STEPS.format(limit=limit, ended=ended_at(record))
        row = record.rows(
            'SELECT count(wait) AS n, max(wait) AS longest, count(*) FILTER (held) AS held, count(DISTINCT "user") '
            "FILTER (held) AS users, count(*) FILTER (held AND NOT asks) AS bystanders, count(*) FILTER "
            f"(outcome = 'hung' AND NOT held) AS spared FROM ({steps}) WHERE {case.steps}",
            case.parameters,
        )[0]
        spared = _spared(row["spared"])
        if not row["n"]:
            return case.too_few(0, 1, "step")
        measured = f"longest wait {in_words(row['longest'])} over {count(row['n'], 'step')}"
        if not row["held"]:
            finding = f"Nobody waited longer than {in_words(row['longest'])}.{spared}"
            return case.held(measured, finding, samples=row["n"])
        condition = f"rowid IN (SELECT r FROM ({steps}) WHERE held AND {case.steps})"
        why = causes(record, condition, case.parameters)
        return case.broken(
            measured,
            f"{count(row['users'], 'user')} waited too long or gave up, {count(row['held'], 'time')}; "
            f"the longest wait was {in_words(row['longest'])}. "
            f"{why.words}{_bystanders(row['bystanders'])}{spared}",
            samples=row["n"],
            evidence=evidence.journeys(record, condition, case.parameters, "duration DESC, t", "asks"),
            next_step=_ADVICE[why.main],
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
