"""A waiting time below which a given share of users stays: what latency and first_token have in common."""

from __future__ import annotations

from brownout.checkers import evidence, samples
from brownout.checkers.case import Case, count
from brownout.checkers.causes import WAIT_LESS, causes
from brownout.config.units import in_words
from brownout.verdict import Verdict

_UNEXPLAINED = (
    "Most of those who waited too long met no fault: look for what makes them wait in the application itself (a full "
    "pool of workers or connections, a lock, retries of others that take its time)."
)


def judge(
    case: Case, limits: dict[str, float], min_samples: int, waited: str, what: str, of: str, next_step: str
) -> Verdict:
    """The verdict on the one quantile in ``limits`` of the SQL expression ``waited``, over questions where ``of``.

    The quantile is one of the waits (nearest rank), never a value between two.
    """
    (name, limit), *_ = limits.items()
    condition = f"asks AND {of} AND {case.steps}"
    row = case.record.rows(
        f"SELECT count(*) AS n, quantile_disc({waited}, {int(name[1:]) / 100}) AS value, max({waited}) AS worst, "
        f"count(*) FILTER (outcome <> 'ok') AS unanswered FROM journey WHERE {condition}",
        case.parameters,
    )[0]
    if (doubt := samples.doubt(case, row["n"], min_samples, "question")) is not None:
        return doubt
    measured = f"{name} {in_words(row['value'])} over {count(row['n'], 'question')}"
    finding = (
        f"{name[1:]}% of users waited {in_words(row['value'])} or less for {what}, "
        f"the unluckiest {in_words(row['worst'])}; "
        f"{row['unanswered']:,} of {row['n']:,} got no whole answer and count with the time until they knew."
    )
    if row["value"] <= limit:
        return case.held(measured, finding, samples=row["n"])
    beyond = f"{waited} > {limit!r} AND {condition}"
    why = causes(case.record, beyond, case.parameters)
    return case.broken(
        measured,
        f"{finding} Of those who waited longer: {why.words}",
        samples=row["n"],
        evidence=evidence.journeys(case.record, beyond, case.parameters, f"{waited} DESC, t"),
        next_step={"fault": next_step, "wait": WAIT_LESS, "nothing": _UNEXPLAINED}[why.main],
    )
