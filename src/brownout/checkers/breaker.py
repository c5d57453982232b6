"""A circuit breaker seen from outside: does it open, does it close, and does its fallback stand it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from brownout.checkers import clauses, samples
from brownout.checkers.aspects import Aspect
from brownout.checkers.base import Record
from brownout.checkers.breaker_times import Down, Times, habitual, matching, times
from brownout.checkers.case import Case
from brownout.checkers.clauses import Clause
from brownout.checkers.contrast import figure_asked, larger, share_asked
from brownout.checkers.disclosure import Answers, answers, asked_for, told_of
from brownout.checkers.means import Value, rule_mean
from brownout.checkers.observed import grouped
from brownout.checkers.ways import Way, clusters, proof, ways
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Breaker
from brownout.verdict import Status, Verdict

MOST = 0.95
"""The share of questions that are told fast, and that use the service again: the rest is chance."""
AGAIN = 0.9


@dataclass(frozen=True)
class _Seen:
    """What the clauses look at: who usually uses the service, when it was down, and what was called."""

    case: Case
    wanted: Breaker
    primary: frozenset[str]
    fallback: frozenset[str]
    asked: list[Way]
    answers: Answers
    times: Times

    def open(self) -> list[Way]:
        """The questions that were asked while it was down, after what is allowed to see that."""
        return [each for each in self.asked if self._down(each) is not None]

    def _down(self, way: Way) -> Down | None:
        return next((down for down in self.times.downs if down.open_from <= way.t < down.until), None)

    def still_calls(self, way: Way) -> bool:
        """Whether a question of that time called the service while it was down."""
        down = self._down(way)
        return down is not None and bool(way.to(self.primary, until=down.until))


class BreakerChecker:
    """Few questions call what is down, it is used again afterwards, and its fallback is neither stormed nor hidden."""

    name = "breaker"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where the interval of a clause misses what it asks for; UNKNOWN where one is open."""
        assert isinstance(expectation, Breaker)
        return clauses.verdict_of(_judged(record, expectation))

    def aspects(self, record: Record, expectation: AnyExpect) -> list[Aspect]:
        assert isinstance(expectation, Breaker)
        return clauses.aspects_of(record, _judged(record, expectation))


def _judged(record: Record, expectation: Breaker) -> clauses.Judged:
    """What the clauses say of it; a verdict where none was put to the test, or nobody can tell."""
    case = Case(record, expectation, _objective(expectation, asked_for(record, expectation)), edges=False)
    if (unreached := case.unreached()) is not None:
        return unreached
    primary = matching(record, expectation.primary)
    if not primary:
        return case.not_exercised(f"the application never called {expectation.primary}")
    when = times(record, primary, expectation, case.scope.names)
    if isinstance(when, str):
        return case.not_exercised(when)
    since = when.downs[0].since
    asked = habitual(ways(record, expectation.journey), primary, since)
    if not asked:
        return case.unknown(
            f"no question is known to use {expectation.primary}",
            f"In healthy phases no step called {expectation.primary} with nearly each of its questions, so it is "
            "not known which of them do without it later.",
            next_step="Give the scenario a healthy phase of a few dozen questions before the outage.",
        )
    fallback = matching(record, expectation.fallback) if expectation.fallback else frozenset()
    answered = answers(case, expectation, (primary, fallback), asked, since)
    seen = _Seen(case, expectation, primary, fallback, asked, answered, when)
    judged = [clause for clause in _clauses(seen) if clause is not None]
    if not judged:
        return case.not_exercised(f"nobody asked anything while {expectation.primary} was down, nor afterwards")
    return case, judged


def _objective(wanted: Breaker, disclosed: list[str]) -> str:
    parts = [
        f"{in_words(wanted.opens_within)} after {wanted.after} failures at least {share_asked(1 - wanted.probes)} of "
        f"questions leave {wanted.primary} alone, and {share_asked(MOST)} of those without any call end within "
        f"{in_words(wanted.fast)}",
        f"{in_words(wanted.closes_within)} after the faults {share_asked(AGAIN)} call it again",
    ]
    if wanted.fallback:
        parts.append(f"at most {figure_asked(wanted.at_most)} calls to {wanted.fallback} for one that is needed")
    return "; ".join([*parts, *disclosed])


def _clauses(seen: _Seen) -> Iterator[Clause | None]:
    yield _opens(seen)
    yield _fails_fast(seen)
    yield _closes(seen)
    yield _no_stampede(seen)
    if seen.answers.given or seen.open():
        yield from told_of(seen.answers)


def _opens(seen: _Seen) -> Clause | None:
    asked, wanted = seen.open(), seen.wanted
    if not asked:
        return None
    spared = clusters(asked, lambda way: not seen.still_calls(way))
    told = clauses.on_share(
        seen.case, 1 - wanted.probes, spared, f"left {wanted.primary} alone", "while it was known to be down"
    )
    return _with(told, _OPEN, proof(seen.case.record, asked, seen.still_calls))


def _fails_fast(seen: _Seen) -> Clause | None:
    silent = [each for each in seen.open() if not each.calls]
    if not silent:
        return None
    limit = seen.wanted.fast

    def slow(way: Way) -> bool:
        return bool(way.row["duration"] > limit)

    told = clauses.on_share(
        seen.case,
        MOST,
        clusters(silent, lambda way: not slow(way)),
        f"ended within {in_words(limit)}",
        "without any call while it was down",
    )
    if told.samples < seen.wanted.min_samples:
        return None
    return _with(told, _FAST, proof(seen.case.record, silent, slow))


def _closes(seen: _Seen) -> Clause | None:
    record, wanted = seen.case.record, seen.wanted
    since = seen.times.well_from
    if since is None or not any(_in_trouble(seen, each) and not each.to(seen.primary) for each in seen.asked):
        return None  # there is nothing to close: every question went on calling it
    end = record.drill["zero"] + record.drill["phases"][-1]["end"]
    asked = [each for each in seen.asked if since + wanted.closes_within <= each.t < end]
    late = [each for each in asked if each.calls or each.row["outcome"] != "hung"]  # who never came so far says nothing
    if not late:
        return None

    def away(way: Way) -> bool:
        return not way.to(seen.primary)

    again = f"{in_words(wanted.closes_within)} after the faults and later"
    used = clusters(late, lambda way: not away(way))
    told = clauses.on_share(seen.case, AGAIN, used, f"called {wanted.primary} again", again)
    return _with(told, _CLOSE, proof(record, late, away))


def _no_stampede(seen: _Seen) -> Clause | None:
    """Calls to a fallback that met no fault itself, for one that each question needs."""
    values, stormed = [], []
    usual = _usual(seen)
    for each in seen.asked:
        calls = each.to(seen.fallback)
        if not calls or any(call["injected"] for call in calls) or not _in_trouble(seen, each):
            continue
        needed = max(1, len({call["step"] for call in calls}), usual.get(each.kind, 1))
        values.append(Value(len(calls) / needed, (each.row["journey"], each.row["user"]), int(each.t)))
        stormed += [each] if len(calls) / needed > seen.wanted.at_most else []
    if len(values) < seen.wanted.min_samples:
        return None
    at_most = seen.wanted.at_most
    ruled = rule_mean(samples.sampling_of(seen.case), at_most, values)
    mean = larger(ruled.mean, at_most) if ruled.status is Status.BROKEN else f"{ruled.mean:.3g}"
    words = f"{mean} calls to {seen.wanted.fallback} for one that is needed"
    finding = f"{len(values):,} questions took {words} ({clauses.in_words(ruled.interval)}), though it met no fault."
    rows = proof(seen.case.record, stormed, lambda way: True)
    aspect = Aspect(
        f"calls to {seen.wanted.fallback} for one that is needed",
        grouped(((each.user, each.second, each.value) for each in values), "calls", "lower"),
        seen.wanted.at_most,
        seen.wanted.min_samples,
    )
    return Clause(ruled.status, words, finding, len(values), ruled.more, _STAMPEDE, rows, aspect=aspect)


def _in_trouble(seen: _Seen, way: Way) -> bool:
    return any(down.since <= way.t < down.until for down in seen.times.downs)


def _usual(seen: _Seen) -> dict[tuple[str, str], int]:
    """How many calls a healthy question of each step makes."""
    counts: dict[tuple[str, str], list[int]] = {}
    for each in seen.asked:
        if each.t < seen.times.downs[0].since and not any(call["injected"] for call in each.calls):
            counts.setdefault(each.kind, []).append(len(each.to(seen.primary)))
    return {kind: sorted(made)[len(made) // 2] for kind, made in counts.items()}


def _with(clause: Clause, advice: str, rows: clauses.Proof) -> Clause:
    return replace(clause, advice=advice, proof=rows)


_OPEN = (
    "Open a circuit breaker after a few failures in a row, in one place for all workers, and let a probe through only "
    "now and then."
)
_FAST = "Where the breaker is open, answer at once: wait for no lock, no queue and no backoff before saying so."
_CLOSE = (
    "Let the breaker try the service again after a short rest, and close with the first successes; do not leave users "
    "on the fallback, or without an answer, for good."
)
_STAMPEDE = "Call the fallback once for each question: it is the last one, so retries there only bring it down too."
