"""How long after the faults had ended until users get whole answers again, for good?"""

from __future__ import annotations

import math
from dataclasses import replace

from brownout.checkers import evidence, samples
from brownout.checkers.base import Record
from brownout.checkers.case import Case, count
from brownout.checkers.causes import WAIT_LESS, Cause, causes
from brownout.checkers.channels import QUESTION
from brownout.checkers.contrast import longer, share_asked, wait_asked
from brownout.checkers.healing import Healing, healing
from brownout.checkers.joins import ADVICE
from brownout.checkers.stretches import FEWEST, Asked, Stretch, bad_stretches, clusters_of
from brownout.config.units import in_words
from brownout.expect import AnyExpect, Recovery
from brownout.verdict import Figure, Status, Verdict

WINDOW = 20
"""The moment of recovery is told as that from which every so many questions in a row reach the share."""

_ADVICE: dict[Cause, str] = {
    "fault": "Most of these met a fault that the scenario still injects: retry once or twice with backoff, then fall "
    "back, so that a few faults are not seen by users.",
    "wait": WAIT_LESS,
    "nothing": "Look for what outlives the fault: an open circuit breaker with a long rest, queued retries, a long "
    "Retry-After that blocks a worker, a pool of dead connections, a fallback that is never left.",
    "untold": ADVICE,
}


class RecoveryChecker:
    """The time from the end of the faults on what is called to the first question from which all is well."""

    name = "recovery"

    def check(self, record: Record, expectation: AnyExpect | None) -> Verdict:
        """BROKEN where too few are answered after ``within``; UNKNOWN where that is open, or the drill ended before."""
        assert isinstance(expectation, Recovery)
        within = wait_asked(expectation.within)
        objective = f"{share_asked(expectation.at_least)} whole answers within {within} after the faults"
        case = Case(record, expectation, objective, True)
        healed = healing(record, expectation.forgiven)
        if isinstance(healed, str):
            return case.not_exercised(healed)
        if (unreached := case.unreached()) is not None:
            return unreached
        asked = _questions(case, healed.at)
        if len(asked) < expectation.min_samples:
            return case.too_few(len(asked), expectation.min_samples, "question after the faults")
        late = [each for each in asked if each.t >= healed.at + expectation.within]
        bad = bad_stretches(samples.sampling_of(case), expectation.at_least, late)
        if bad:
            return _late(case, expectation.at_least, healed, asked, late, bad[-1])
        return _in_time(case, expectation, healed, asked)


def _in_time(case: Case, expectation: Recovery, healed: Healing, asked: list[Asked]) -> Verdict:
    """HELD or UNKNOWN, by what came from the moment on from which all was well."""
    within = expectation.within
    took = _settled(asked, expectation.at_least, healed.at, within)
    after = [each for each in asked if each.t >= healed.at + (within if took is None else took)]
    if not after:
        return _not_seen(case, expectation, healed, asked)
    users, seconds = clusters_of(after)
    ruled = samples.sampling_of(case).rule(expectation.at_least, users, seconds)
    good = sum(each.good for each in after)
    share = f"{samples.in_words(good, len(after))}, {samples.between(case, ruled.interval)}"
    if took is None:
        measured = f"recovered within {in_words(within)}"
        when = f"within {in_words(within)} after {healed.words}"
    else:
        measured = f"recovered after {in_words(took)}" if took else "recovered at once"
        when = f"{in_words(took)} after {healed.words}" if took else f"as soon as {healed.words}"
    finding = f"Users got whole answers again {when}{_where(case.record, healed)}."
    finding = " ".join(filter(None, (finding, f"From then on: {share}.", _still(case.record, healed.at))))
    if ruled.status is Status.HELD:
        figure = Figure(within, 0.0, within, "seconds", "lower") if took is None else _figure(took)
        return case.held(measured, finding, samples=len(asked), figure=figure)
    if ruled.status is Status.BROKEN:  # and would not be, were it looked at as often as its parts are
        ruled = replace(ruled, more=len(after))
    return samples.open_still(case, ruled, f"{share} from {in_words(within)} after the faults on", finding, len(after))


def _figure(took: float) -> Figure:
    """A drill recovers once: one time, and no interval."""
    return Figure(took, took, took, "seconds", "lower")


def _where(record: Record, healed: Healing) -> str:
    """`` (26.2s into the drill, in tail)``."""
    second = healed.at - record.drill["zero"]
    phase = next(
        (each["name"] for each in record.drill["phases"] if each["start"] <= second + 1e-6 < each["end"]), None
    )
    return f" ({second:.1f}s into the drill{f', in {phase}' if phase else ''})"


def _late(case: Case, at_least: float, healed: Healing, asked: list[Asked], late: list[Asked], bad: Stretch) -> Verdict:
    """BROKEN, by the last stretch after ``within`` in which too few were answered, with what explains the failures."""
    share = f"{samples.in_words(bad.good, bad.end - bad.start)} of those asked {_span(late, bad, healed)}"
    at = _well_again(late, bad, at_least)
    lasted = at - healed.at if at is not None else _watched(case.record, healed, asked)
    if at is not None:
        took = longer(lasted, _within(case))
        measured = f"recovered after {took}"
        finding = f"Users got whole answers again {took} after {healed.words}{_where(case.record, healed)}"
    else:
        took = in_words(lasted)
        measured = f"not recovered {took} after the faults"
        finding = f"When the drill ended, {took} after {healed.words}, users still got too few whole answers"
    condition = f"{QUESTION} AND outcome <> 'ok' AND t >= {healed.at!r} AND {case.steps}"
    why = causes(case.record, condition, case.parameters)
    parts = (
        f"{finding}: {share} got one.",
        _still(case.record, healed.at),
        f"Of those who got none after it: {why.words}",
    )
    return case.broken(
        measured,
        " ".join(filter(None, parts)),
        samples=len(asked),
        figure=_figure(lasted),
        evidence=evidence.journeys(case.record, condition, case.parameters, "t DESC"),
        next_step=_ADVICE[why.main],
    )


def _within(case: Case) -> float:
    assert isinstance(case.expectation, Recovery)
    return case.expectation.within


def _well_again(late: list[Asked], bad: Stretch, at_least: float) -> float | None:
    """When the first question was asked after the last bad stretch from which on enough were answered, if any was."""
    last = max(index for index in range(bad.end) if not late[index].good)
    good, again = 0, None
    for index in range(len(late) - 1, last, -1):
        good += late[index].good
        if len(late) - index >= FEWEST and samples.reaches(good, len(late) - index, at_least):
            again = late[index].t
    return again


def _span(late: list[Asked], bad: Stretch, healed: Healing) -> str:
    first, last = late[bad.start].t - healed.at, late[bad.end - 1].t - healed.at
    return f"{in_words(first)} to {in_words(last)} after it"


def _questions(case: Case, healed: float) -> list[Asked]:
    """What users asked after the faults, in its order."""
    rows = case.record.rows(
        f"SELECT t, journey, \"user\", outcome = 'ok' AS good FROM journey WHERE {QUESTION} AND t >= {healed!r} "
        f"AND {case.steps} ORDER BY t, rowid",
        case.parameters,
    )
    return [Asked(row["t"], (row["journey"], row["user"]), row["good"]) for row in rows]


def _settled(asked: list[Asked], at_least: float, healed: float, within: float) -> float | None:
    """Seconds until the first question from which every so many in a row reach the share; None for none ``within``."""
    answered = [each.good for each in asked]
    starts = range(len(asked) - WINDOW + 1)
    good = [sum(answered[start : start + WINDOW]) for start in starts]
    bad = [start for start in starts if good[start] < samples.needed(WINDOW, at_least)]
    if not bad:
        return 0.0
    took = asked[bad[-1] + 1].t - healed if bad[-1] + 1 < len(starts) else math.inf
    return took if took <= within else None


def _watched(record: Record, healed: Healing, asked: list[Asked]) -> float:
    """For how long after the faults the drill went on, in seconds."""
    stop = record.end["t"] if record.end else asked[-1].t
    return float(min(record.drill["zero"] + record.drill["phases"][-1]["end"], stop) - healed.at)


def _not_seen(case: Case, expectation: Recovery, healed: Healing, asked: list[Asked]) -> Verdict:
    """UNKNOWN: nobody asked after the time that is allowed, and before it all was not well."""
    watched = _watched(case.record, healed, asked)
    over = watched < expectation.within
    why = f"It was over before the {in_words(expectation.within)} that are allowed."
    silent = f"Nobody asked anything later than {in_words(expectation.within)} after it."
    return case.unknown(
        f"not recovered {in_words(watched)} after the faults",
        f"When the drill ended, {in_words(watched)} after {healed.words}, users still got too few whole answers. "
        f"{why if over else silent}",
        samples=len(asked),
        next_step="Let the drill run longer after the outage: a lower --speed, or a longer last phase.",
        longer=math.ceil(1.2 * expectation.within / max(watched, 0.1)) if over else 2.0,
    )


def _still(record: Record, healed: float) -> str:
    injected = record.value("SELECT count(*) FROM exchange WHERE injected AND t >= ?", [healed])
    if not injected:
        return ""
    return f"{count(injected, 'fault')} {'was' if injected == 1 else 'were'} still injected after it, by the scenario."
