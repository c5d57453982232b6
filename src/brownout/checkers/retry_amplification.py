"""How many upstream calls does one question become when the platform fails?"""

from __future__ import annotations

import math
from typing import Any

from brownout.checkers import clauses, evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import EVIDENCE, Case, count
from brownout.checkers.contrast import figure_asked, larger
from brownout.checkers.joins import Joins, joins_of, open_by
from brownout.checkers.layers import layers
from brownout.checkers.means import MeanRuling, Value, rule_mean, rule_sample
from brownout.checkers.observed import Observed, grouped, nearest_rank
from brownout.checkers.sampling import Sampling
from brownout.expect import AnyExpect, RetryAmplification
from brownout.verdict import Evidence, Figure, Status, Verdict

# A canary is one question. Several calls behind a healthy one are fan-out, not retries: their median, by journey, is
# what a question costs, and a question that met a fault is counted in multiples of it. A messenger takes more calls
# than the web, so each channel has a median of its own. An agent that used a tool asked again with what came of it:
# that step is needed too, so turns with more steps are held against such turns. Webhooks are no calls. However often
# somebody looks what became of a job, each thing that is looked at is one call, and the longest row of looks in vain is
# as many more. What its user sent three times needs three times as many.
_CALLS = """
WITH question AS (SELECT canary, any_value(journey) AS journey, any_value(channel) AS channel,
                         any_value("user") AS "user", any_value(impact) AS impact, bool_or({where}) AS meant
                  FROM journey WHERE asks AND canary IS NOT NULL GROUP BY canary),
call AS (SELECT canary, path, t, step, coalesce(injected, false) AS struck, tied AND method = 'GET' AS looks,
                status IS NULL OR status NOT BETWEEN 200 AND 299 OR "end" <> 'complete' AS vain
         FROM exchange WHERE canary IS NOT NULL AND via <> 'inbound'),
stretch AS (SELECT canary, path, count(*) FILTER (vain) AS vain FROM (
                SELECT *, count(*) FILTER (NOT vain) OVER (PARTITION BY canary, path ORDER BY t) AS nth
                FROM call WHERE looks) GROUP BY canary, path, nth),
looked AS (SELECT canary, sum(needed)::BIGINT AS calls FROM (
               SELECT canary, 1 + max(vain) AS needed FROM stretch GROUP BY canary, path) GROUP BY canary),
cost AS (SELECT canary, min(t) AS t, count(*) FILTER (NOT looks) + coalesce(any_value(looked.calls), 0) AS calls,
                bool_or(struck) AS struck, greatest(1, count(DISTINCT step) FILTER (NOT looks)) AS steps
         FROM call LEFT JOIN looked USING (canary) GROUP BY canary),
known AS (SELECT cost.*, journey, "user", channel, impact, meant FROM cost LEFT JOIN question USING (canary)),
sent AS (SELECT canary, 1 + count(*) FILTER (again) AS times FROM journey WHERE canary IS NOT NULL GROUP BY canary),
healthy AS (SELECT known.* FROM known ANTI JOIN (SELECT canary FROM sent WHERE times > 1) AS twice USING (canary)
            WHERE NOT struck AND impact = 'operational'),
fan AS (SELECT journey, channel, quantile_disc(calls, 0.5) AS whole FROM healthy GROUP BY journey, channel),
stepped AS (SELECT journey, channel, steps, quantile_disc(calls, 0.5) AS alike FROM healthy
            GROUP BY journey, channel, steps),
needed AS (SELECT known.*, greatest(steps, coalesce(whole, 1), coalesce(alike, 1)) + {spare} AS usual,
                  whole IS NOT NULL AS sure
           FROM known LEFT JOIN fan USING (journey, channel) LEFT JOIN stepped USING (journey, channel, steps)),
met AS (SELECT canary, t, journey, "user", calls, usual, calls / (usual * coalesce(times, 1)) AS factor, sure
        FROM needed LEFT JOIN sent USING (canary) WHERE struck AND coalesce(meant, {all}))
"""


class RetryAmplificationChecker:
    """The mean number of upstream calls for one user request that met a fault, in multiples of a healthy one's."""

    name = "retry_amplification"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where the interval lies above ``at_most``; UNKNOWN where it is open, or calls cannot be told apart."""
        assert isinstance(expectation, RetryAmplification)
        at_most = expectation.at_most
        objective = f"at most {figure_asked(at_most)} upstream calls for one that is needed, on average"
        case = Case(record, expectation, objective)
        if (unreached := case.unreached()) is not None:
            return unreached
        met, joins = _met(case), joins_of(record)
        values = _values(met)
        if not values and not case.rules:
            return case.not_exercised(f"this scenario injects no fault{' then' if case.expectation.during else ''}")
        if len(values) < expectation.min_samples:
            return _few(case, joins, len(values), expectation.min_samples)
        row, ruled = _figures(met), rule_mean(samples.sampling_of(case), at_most, values)
        if ruled.status is Status.BROKEN and not _may_be_needed(case, joins, at_most):
            return _broken(case, met, row, ruled)
        if joins.weak:
            finding = _finding(row) if ruled.status is Status.BROKEN else ""
            return open_by(case, joins, _measured(case, row, ruled), finding, row["n"])
        if ruled.status is Status.UNKNOWN:
            return _open_still(case, row, ruled)
        return case.held(_measured(case, row, ruled), _finding(row), samples=row["n"], figure=_figure(ruled))

    def observe(self, record: Record, expectation: AnyExpect) -> Observed:
        """What its questions came to; nothing where it is a guess to which of them some calls belong."""
        joins = joins_of(record)
        values = [] if joins.weak or joins.guessed else _values(_met(Case(record, expectation, "")))
        return grouped(((each.user, each.second, each.value) for each in values), "calls", "lower")

    def rule(self, observed: Observed, expectation: AnyExpect, sampling: Sampling) -> Status:
        assert isinstance(expectation, RetryAmplification)
        return rule_sample(sampling, expectation.at_most, observed.mean()).status


def _few(case: Case, joins: Joins, number: int, wanted: int) -> Verdict:
    """UNKNOWN: so few questions are known to have met a fault."""
    if joins.weak:
        return open_by(case, joins, f"{count(number, 'question')} of the {wanted} needed", "", number)
    if not number:
        return case.unknown("no question met a fault", "No fault reached a call that belongs to a question.")
    return case.too_few(number, wanted, "question that met a fault")


def _may_be_needed(case: Case, joins: Joins, at_most: float) -> bool:
    """Whether calls that belong to nobody, if a healthy question needed them all, would make it less than too many."""
    if not joins.weak:
        return False
    values = _values(_met(case, _spare(case.record, joins)))
    return rule_mean(samples.sampling_of(case), at_most, values).status is not Status.BROKEN


def _met(case: Case, spare: int = 0) -> list[dict[str, Any]]:
    """The questions that met a fault; ``spare``: how many more calls a healthy one needs than is known."""
    everything = "FALSE" if case.parameters else "TRUE"
    query = _CALLS.format(where=case.steps, all=everything, spare=spare)
    return case.record.rows(f"{query} SELECT * FROM met ORDER BY canary", case.parameters)


def _values(met: list[dict[str, Any]]) -> list[Value]:
    """What each of them came to; a question of nobody's is a user of its own."""
    return [
        Value(
            float(row["factor"]),
            row["canary"] if row["user"] is None else (row["journey"], row["user"]),
            math.floor(row["t"]),
        )
        for row in met
    ]


def _broken(case: Case, met: list[dict[str, Any]], row: dict[str, Any], ruled: MeanRuling) -> Verdict:
    assert isinstance(case.expectation, RetryAmplification)
    at_most = case.expectation.at_most
    over = _over(met, at_most)
    made = layers(case.record, over, over[0])
    return case.broken(
        _measured(case, row, ruled, larger(ruled.mean, at_most)),
        f"{_finding(row)}{made.words}",
        samples=row["n"],
        figure=_figure(ruled),
        evidence=_proof(case, over[:EVIDENCE]),
        next_step=made.advice,
    )


def _open_still(case: Case, row: dict[str, Any], ruled: MeanRuling) -> Verdict:
    """UNKNOWN: what was measured fits the objective and its opposite; how many more questions would tell."""
    return case.unknown(
        _measured(case, row, ruled),
        f"{_finding(row)} What is asked for lies within what {count(row['n'], 'question')} of these users leave open.",
        samples=row["n"],
        figure=_figure(ruled),
        longer=samples.longer(row["n"], ruled.more),
        next_step=samples.settling(ruled.more, samples.sampling_of(case).margin),
    )


def _spare(record: Record, joins: Joins) -> int:
    """How many more calls a healthy question may need than are known to be its own."""
    asked = record.value("SELECT count(DISTINCT canary) FROM journey WHERE asks AND impact = 'operational'")
    return math.ceil(joins.calm / asked) if asked else 0


def _figures(met: list[dict[str, Any]]) -> dict[str, Any]:
    factors = sorted(row["factor"] for row in met)
    return {
        "n": len(met),
        "p95": nearest_rank(factors, 0.95),
        "worst": factors[-1],
        "calls": max(row["calls"] for row in met),
        "usual": max(row["usual"] for row in met),
        "sure": all(row["sure"] for row in met),
    }


def _figure(ruled: MeanRuling) -> Figure:
    return Figure(ruled.mean, ruled.interval.low, ruled.interval.high, "calls", "lower")


def _measured(case: Case, row: dict[str, Any], ruled: MeanRuling, mean: str = "") -> str:
    between = f"{clauses.in_words(ruled.interval)} {samples.sure(case)}"
    shown = mean or format(ruled.mean, ".3g")
    return (
        f"mean {shown} ({between}), p95 {row['p95']:.3g}, worst {row['worst']:.3g} calls for one "
        f"over {count(row['n'], 'question')} that met a fault"
    )


def _finding(row: dict[str, Any]) -> str:
    usual = "a healthy question needs 1" if row["usual"] == 1 else f"a healthy question needs up to {row['usual']}"
    doubt = "" if row["sure"] else " (not every journey had a healthy question to compare with; 1 is assumed)"
    return f"One question became up to {count(row['calls'], 'upstream call')}, where {usual}{doubt}."


def _over(met: list[dict[str, Any]], at_most: float) -> list[str]:
    """The questions that became more calls than allowed, the worst first."""
    worst = sorted(met, key=lambda row: (-row["factor"], -row["calls"], row["canary"]))
    return [row["canary"] for row in worst if row["factor"] > at_most]


def _proof(case: Case, worst: list[str]) -> tuple[Evidence, ...]:
    if proofs := evidence.questions(case.record, worst):
        return proofs
    rows = case.record.rows(
        "SELECT * FROM exchange WHERE canary = ? AND via <> 'inbound' ORDER BY t LIMIT 5", worst[:1]
    )
    return evidence.told("exchange", rows, lambda row: f"{row['canary']} called {row['service']}: {row['fault']}")
