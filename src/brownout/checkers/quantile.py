"""A waiting time below which a given share of users stays: what latency and first_token have in common."""

from __future__ import annotations

from typing import Any

from brownout.checkers import evidence, samples
from brownout.checkers.case import Case, count, percent
from brownout.checkers.causes import WAIT_LESS, causes
from brownout.checkers.contrast import longer
from brownout.checkers.joins import ADVICE
from brownout.checkers.observed import Observed
from brownout.checkers.sampling import Ruling, Sampling
from brownout.config.units import in_words
from brownout.verdict import Figure, Status, Verdict

_UNEXPLAINED = (
    "Most of those who waited too long met no fault: look for what makes them wait in the application itself (a full "
    "pool of workers or connections, a lock, retries of others that take its time)."
)


def verdict_on(
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
    ruled = samples.ruling(case, int(name[1:]) / 100, f"{waited} <= {limit!r}", f"asks AND {of}")
    figure = _figure(case, ruled, row, name, waited, condition)
    broken = ruled.status is Status.BROKEN
    value = longer(row["value"], limit) if broken else in_words(row["value"])
    measured = f"{name} {value} over {count(row['n'], 'question')}; {_between(case, figure)}"
    finding = (
        f"{name[1:]}% of users waited {value}{'' if value.startswith('just') else ' or less'} for {what}, "
        f"the unluckiest {in_words(row['worst'])}; "
        f"{row['unanswered']:,} of {row['n']:,} got no whole answer and count with the time until they knew."
    )
    if ruled.status is Status.HELD:
        return case.held(measured, finding, samples=row["n"], figure=figure)
    if ruled.status is Status.UNKNOWN:
        within = f"{percent(ruled.share)} waited no longer than {in_words(limit)}."
        return samples.open_still(case, ruled, measured, f"{finding} {within}", row["n"], figure)
    beyond = f"{waited} > {limit!r} AND {condition}"
    why = causes(case.record, beyond, case.parameters)
    return case.broken(
        measured,
        f"{finding} Of those who waited longer: {why.words}",
        samples=row["n"],
        figure=figure,
        evidence=evidence.journeys(case.record, beyond, case.parameters, f"{waited} DESC, t"),
        next_step={"fault": next_step, "wait": WAIT_LESS, "nothing": _UNEXPLAINED, "untold": ADVICE}[why.main],
    )


def observed(case: Case, limits: dict[str, float], waited: str, of: str) -> Observed:
    """The waits themselves, of which ``verdict_on`` judges a quantile."""
    (name, *_) = limits
    return samples.observed(case, waited, f"asks AND {of}", "seconds", "lower", int(name[1:]) / 100)


def rule(observed: Observed, limits: dict[str, float], sampling: Sampling) -> Status:
    """What waits say of the one quantile in ``limits``: whether so large a share of them is within it."""
    (name, limit), *_ = limits.items()
    return observed.rule(sampling, int(name[1:]) / 100, limit).status


def _figure(case: Case, ruled: Ruling, row: dict[str, Any], name: str, waited: str, condition: str) -> Figure:
    """The quantile, and where the true one is: the waits at the ends of the interval that its own share has."""
    sampling = samples.sampling_of(case)
    share = sampling.interval(int(name[1:]) / 100, row["n"], ruled.effect, ruled.clusters)
    ends = f"quantile_disc({waited}, [{share.low!r}, {share.high!r}])"
    low, high = case.record.value(f"SELECT {ends} FROM journey WHERE {condition}", case.parameters)
    return Figure(row["value"], low, high, "seconds", "lower")


def _between(case: Case, figure: Figure) -> str:
    return f"{in_words(figure.low)} to {in_words(figure.high)} {samples.sure(case)}"
