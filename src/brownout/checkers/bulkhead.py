"""Does what fails for one journey stay with it?"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from brownout.checkers import clauses, evidence, samples
from brownout.checkers.aspects import Aspect
from brownout.checkers.base import Record
from brownout.checkers.case import Case, listing, percent
from brownout.checkers.channels import QUESTION
from brownout.checkers.clauses import Clause
from brownout.checkers.observed import Observed, of_clusters
from brownout.checkers.sampling import Cluster, Ruling
from brownout.checkers.timeline import PHASE
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Bulkhead
from brownout.verdict import Evidence, Status, Verdict

_ADVICE = (
    "Give each journey, and each platform that it calls, workers, connections and a queue of its own with a limit, so "
    "that calls which hang cannot take those of others; and a timeout, so that they let go."
)
JOINED = 0.9
"""What a journey calls is known where so large a part of its questions have calls of their own on a good day."""

# Steps of a journey that asks nothing are its questions: who only looks at a page must see it all the same.
_QUESTIONS = f"(CASE WHEN journey IN (SELECT journey FROM journey WHERE asks) THEN {QUESTION} ELSE TRUE END)"

_UNTOUCHED = "coalesce(canary NOT IN (SELECT canary FROM exchange WHERE injected AND canary IS NOT NULL), TRUE)"
_MEANWHILE = f"{_QUESTIONS} AND {_UNTOUCHED} AND journey = $1 AND list_contains($2::VARCHAR[], phase_name)"
_CALM = (
    f"{_QUESTIONS} AND {_UNTOUCHED} AND journey = $1 AND impact = 'operational' "
    "AND NOT list_contains($2::VARCHAR[], phase_name)"
)


@dataclass(frozen=True)
class _Trouble:
    """In which phases calls of others met faults, which journeys these were, and by which faults."""

    phases: list[str]
    others: dict[str, int]
    faults: dict[str, int]

    @property
    def words(self) -> str:
        """``while chat failed (40 hang)``; calls that belong to nobody are not named."""
        who = " and ".join(sorted(self.others)) or "others"
        return f"while what {who} called failed ({listing(self.faults)})"


class BulkheadChecker:
    """Whole answers, and waits, of journeys whose own calls met no fault while those of another one did."""

    name = "bulkhead"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where a journey fell below its own good days; UNKNOWN where that is open, or calls are nobody's."""
        assert isinstance(expectation, Bulkhead)
        return clauses.verdict_of(_judged(record, expectation))

    def aspects(self, record: Record, expectation: AnyExpect) -> list[Aspect]:
        assert isinstance(expectation, Bulkhead)
        return clauses.aspects_of(record, _judged(record, expectation))


def _judged(record: Record, expectation: Bulkhead) -> clauses.Judged:
    """What the clauses say of each journey; a verdict where none was put to the test, or nobody can tell."""
    case = Case(record, expectation, _objective(expectation))
    if (unreached := case.unreached()) is not None:
        return unreached
    journeys = [row["journey"] for row in record.rows("SELECT DISTINCT journey FROM journey ORDER BY journey")]
    if len(journeys) < 2:
        return case.not_exercised("there is just one journey")
    met = _met(case)
    if not met:
        return case.not_exercised("no call of a journey met a fault")
    order = [str(phase["name"]) for phase in record.drill["phases"]]
    mine = [each for each in journeys if expectation.journey in (None, each)]
    judged, unclear = [], []
    for journey in mine:
        if (trouble := _trouble(met, order, journey)) is None:
            continue
        if not _is_spared(record, journey, trouble.phases):
            unclear.append(journey)
            continue
        judged += [clause for clause in _clauses(case, expectation, journey, trouble) if clause is not None]
    if judged:
        return case, judged
    if unclear:
        return _unclear(case, unclear)
    return case.not_exercised("every journey met faults of its own, or asked nothing while another one did")


def _objective(wanted: Bulkhead) -> str:
    waits = "".join(f", and {name} at most {in_words(limit)}" for name, limit in wanted.limits.items())
    return (
        f"at least {percent(wanted.at_least)} of the whole answers of its good days while another journey fails{waits}"
    )


def _met(case: Case) -> list[dict[str, Any]]:
    """How often each journey met which fault in which phase; calls that belong to nobody have no journey."""
    return case.record.rows(
        f"SELECT {PHASE} AS phase, owner.journey, fault, count(*) AS n FROM exchange LEFT JOIN "
        "(SELECT canary, any_value(journey) AS journey FROM journey WHERE canary IS NOT NULL GROUP BY canary) AS owner "
        f"USING (canary) WHERE injected AND {PHASE} IS NOT NULL AND list_contains(?::VARCHAR[], {PHASE}) GROUP BY ALL",
        [case.scope.names],
    )


def _trouble(met: list[dict[str, Any]], order: list[str], journey: str) -> _Trouble | None:
    """What others met in phases up to which this journey had met nothing; None where there is no such phase."""
    own = [order.index(row["phase"]) for row in met if row["journey"] == journey]
    before = min(own, default=len(order))  # what it met itself may still be felt afterwards
    theirs = [row for row in met if row["journey"] is not None and order.index(row["phase"]) < before]
    if not theirs:
        return None
    others: Counter[str] = Counter()
    faults: Counter[str] = Counter()
    for row in theirs:
        others[str(row["journey"])] += row["n"]
        faults[str(row["fault"])] += row["n"]
    return _Trouble(sorted({str(row["phase"]) for row in theirs}), dict(others), dict(faults))


def _is_spared(record: Record, journey: str, phases: list[str]) -> bool:
    """Whether no fault of these phases can have met this journey: none that is nobody's, or all its calls are known.

    A fault of a connection is nobody's, and meets all that is sent to its platform.
    """
    strays = {
        row["service"].partition(".")[0]: row["connection"]
        for row in record.rows(
            "SELECT service, bool_or(service LIKE '%.connection') AS connection FROM exchange WHERE injected "
            f"AND list_contains(?::VARCHAR[], {PHASE}) AND canary IS NULL AND via <> 'inbound' GROUP BY service",
            [phases],
        )
    }
    if not strays:
        return True
    row = record.rows(
        "SELECT count(*) AS n, count(called.canary) AS joined, list_distinct(flatten(list(called.platforms))) AS mine "
        "FROM journey LEFT JOIN (SELECT canary, list(DISTINCT split_part(service, '.', 1)) AS platforms FROM exchange "
        "WHERE canary IS NOT NULL GROUP BY canary) AS called USING (canary) "
        f"WHERE {QUESTION} AND journey = ? AND journey.impact = 'operational'",
        [journey],
    )[0]
    if not row["n"] or row["joined"] < JOINED * row["n"]:
        return False
    return not any(strays[platform] for platform in row["mine"] or () if platform in strays)


def _clauses(case: Case, wanted: Bulkhead, journey: str, trouble: _Trouble) -> Iterator[Clause | None]:
    yield _clause(case, wanted.at_least, journey, trouble, ("outcome = 'ok'", "outcome <> 'ok'", "whole answers"))
    for name, limit in wanted.limits.items():
        within = (f"duration <= {limit!r}", f"duration > {limit!r}", f"within {in_words(limit)}")
        yield _clause(case, int(name[1:]) / 100, journey, trouble, within)


def _clause(case: Case, at_least: float, journey: str, trouble: _Trouble, words: tuple[str, str, str]) -> Clause | None:
    """One share of one journey, while others fail, against that of its own good days; None where it had no good day.

    ``words``: what is good, and what is not, in SQL; and what is good in words.
    """
    good, bad, what = words
    wanted = getattr(case.expectation, "min_samples", 1)
    calm, good_days = _ruled(case, good, _CALM, at_least, journey, trouble)
    ruled, then = _ruled(case, good, _MEANWHILE, at_least * (calm.share if calm else 1.0), journey, trouble)
    if calm is None or ruled is None:
        return None
    asked, calm_asked = then.asked, good_days.asked
    aspect = Aspect(f"of {journey} {what} while others fail", then, at_least, wanted, good_days)
    if min(asked, calm_asked) < wanted:
        few = f"{journey}: {asked} questions {trouble.words}, {calm_asked} on its good days"
        more = wanted - min(asked, calm_asked)
        return Clause(Status.UNKNOWN, few, f"{few}: {wanted} of each are needed.", asked, more, aspect=aspect)
    clear = ruled.status is not Status.BROKEN or ruled.interval.high < calm.interval.low
    share = samples.in_words(round(ruled.share * asked), asked)
    measured = f"{journey}: {share} {what}, {percent(calm.share)} on its good days, {trouble.words}"

    def proof() -> tuple[Evidence, ...]:
        return evidence.journeys(case.record, f"{bad} AND {_MEANWHILE}", [journey, trouble.phases])

    return Clause(
        ruled.status if clear else Status.UNKNOWN,
        measured,
        f"{measured} ({samples.between(case, ruled.interval)}).",
        asked,
        ruled.more if clear else asked,
        _ADVICE,
        proof,
        aspect=aspect,
    )


def _ruled(
    case: Case, good: str, of: str, at_least: float, journey: str, trouble: _Trouble
) -> tuple[Ruling | None, Observed]:
    """What the share of a journey's questions that are ``good`` says, and the values; None for none."""
    users, seconds = (_shares(case, good, of, by, [journey, trouble.phases]) for by in ('"user"', "floor(t)"))
    observed = of_clusters(users, seconds)
    return (samples.sampling_of(case).rule(at_least, users, seconds) if observed.asked else None), observed


def _shares(case: Case, good: str, of: str, by: str, parameters: list[Any]) -> list[Cluster]:
    rows = case.record.rows(
        f"SELECT count(*) FILTER ({good}) AS good, count(*) AS n FROM journey WHERE {of} GROUP BY {by} ORDER BY {by}",
        parameters,
    )
    return [(row["good"], row["n"]) for row in rows]


def _unclear(case: Case, journeys: list[str]) -> Verdict:
    return case.unknown(
        f"it is not known what {' and '.join(journeys)} called",
        "Calls without a canary met faults, and may have been theirs: the user's text does not reach the prompt, or "
        "is rewritten on the way.",
        next_step="Let each question's {{ canary }} reach the prompt, so that its calls can be told from others.",
    )
