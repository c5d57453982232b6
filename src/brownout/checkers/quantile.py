"""A waiting time below which a given share of users stays: what latency and first_token have in common."""

from __future__ import annotations

from brownout.checkers import evidence
from brownout.checkers.case import Case, count
from brownout.config.units import in_words
from brownout.verdict import Verdict


def verdict_on(
    case: Case, limits: dict[str, float], min_samples: int, waited: str, what: str, of: str, next_step: str
) -> Verdict:
    """The verdict on the one quantile in ``limits`` of the SQL expression ``waited``, over questions where ``of``.

    The quantile is one of the waits (nearest rank), never a value between two.
    """
    (name, limit), *_ = limits.items()
    condition = f"asks AND {of} AND {case.where}"
    row = case.record.rows(
        f"SELECT count(*) AS n, quantile_disc({waited}, {int(name[1:]) / 100}) AS value, max({waited}) AS worst, "
        f"count(*) FILTER (outcome <> 'ok') AS unanswered FROM journey WHERE {condition}",
        case.parameters,
    )[0]
    if row["n"] < min_samples:
        return case.too_few(row["n"], min_samples, "question")
    measured = f"{name} {in_words(row['value'])} over {count(row['n'], 'question')}"
    finding = (
        f"{name[1:]}% of users waited {in_words(row['value'])} or less for {what}, "
        f"the unluckiest {in_words(row['worst'])}; "
        f"{row['unanswered']:,} of {row['n']:,} got no whole answer and count with the time until they knew."
    )
    if row["value"] <= limit:
        return case.held(measured, finding, samples=row["n"])
    return case.broken(
        measured,
        finding,
        samples=row["n"],
        evidence=evidence.journeys(
            case.record, f"{waited} > {limit!r} AND {condition}", case.parameters, f"{waited} DESC, t"
        ),
        next_step=next_step,
    )
