"""Several drills of the same thing, with different seeds, judged as one. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from dataclasses import replace

from brownout.checkers import CHECKERS
from brownout.checkers.aspects import Aspect, together
from brownout.checkers.base import Measuring
from brownout.checkers.observed import Observed, pooled
from brownout.checkers.sampling import Sampling, sampling_for
from brownout.comparing.compare import FEWEST
from brownout.comparing.figures import in_words
from brownout.comparison import Pooled, Run
from brownout.expect import AnyExpect
from brownout.judging.judge import expectations_in
from brownout.judging.weighing import Weighed
from brownout.result import ENDED
from brownout.verdict import Status, Verdict, exit_code, merge


def pool(drills: Sequence[Weighed]) -> Pooled:
    """All drills of one scenario together; those that did not come to their end are told of, and count for nothing."""
    whole = [drill for drill in drills if drill.outcome in ENDED]
    ids = dict.fromkeys(verdict.id for drill in whole for verdict in drill.verdicts)
    verdicts = tuple(_with_command(_verdict(id, whole), whole) for id in ids)
    status = merge(verdict.status for verdict in verdicts)
    row = drills[0].drill
    runs = tuple(_run(drill) for drill in drills)
    return Pooled(str(row["scenario"]), str(row["app"]), runs, verdicts, status, exit_code(status))


def _with_command(verdict: Verdict, drills: Sequence[Weighed]) -> Verdict:
    """What is BROKEN is shown again by the first drill that broke by itself."""
    broken = (each.path for each in drills for mine in each.verdicts if _broken(mine, verdict.id))
    path = next(broken, None) if verdict.status is Status.BROKEN else None
    return replace(verdict, again=shlex.join(["brownout", "replay", path, "--finding", verdict.id]) if path else "")


def _broken(verdict: Verdict, id: str) -> bool:
    return verdict.id == id and verdict.status is Status.BROKEN


def _run(drill: Weighed) -> Run:
    statuses = {verdict.id: verdict.status for verdict in drill.verdicts}
    return Run(drill.path, int(drill.drill["seed"]), drill.outcome in ENDED, statuses)


def _verdict(id: str, drills: Sequence[Weighed]) -> Verdict:
    """The verdict on one objective: on all values together where it has some, else the worst of them."""
    each = [verdict for drill in drills for verdict in drill.verdicts if verdict.id == id]
    asked = (item for drill in drills for item in expectations_in(drill.drill))
    expectation = next((item for item in asked if item.id == id), None)
    parts = [drill.observed[id] for drill in drills if id in drill.observed]
    worst = max(each, key=lambda verdict: verdict.status.rank)
    times = sum(verdict.status is worst.status for verdict in each)
    several = [drill.aspects[id] for drill in drills if id in drill.aspects]
    if expectation is not None and several and not any(drill.decides(id) for drill in drills):
        return _of_aspects(expectation, together(several), worst, len(several), len(drills))
    if expectation is None or not parts:
        finding = f"{worst.status} in {times} of {len(drills)} drills. {worst.finding}"
        return replace(worst, finding=finding, samples=sum(verdict.samples for verdict in each))
    return _ruled(expectation, pooled(parts), worst, len(parts), len(drills))


def _ruled(expectation: AnyExpect, observed: Observed, worst: Verdict, used: int, of: int) -> Verdict:
    sampling = sampling_for(expectation)
    figure = observed.figure(sampling.confidence)
    few = observed.asked < getattr(expectation, "min_samples", FEWEST)
    status = Status.UNKNOWN if few else _status(expectation, observed, sampling)
    finding = f"Over {_which(used, of)}: {observed.asked:,} samples of {len(observed.users):,} users."
    return replace(
        _as(status, worst, sampling), measured=in_words(figure), finding=finding, samples=observed.asked, figure=figure
    )


def _which(used: int, of: int) -> str:
    return f"{used} drills" if used == of else f"{used} of {of} drills; in the others something took the ground from it"


def _as(status: Status, worst: Verdict, sampling: Sampling) -> Verdict:
    """The verdict of all drills together, with what the worst of them shows where it is BROKEN."""
    broken = status is Status.BROKEN
    return replace(
        worst,
        status=status,
        void=False,
        evidence=worst.evidence if broken else (),
        next_step=worst.next_step if broken else _next_step(status, sampling),
    )


def _of_aspects(expectation: AnyExpect, aspects: Sequence[Aspect], worst: Verdict, used: int, of: int) -> Verdict:
    """The verdict on several figures, each over all drills; told by those that decide it."""
    sampling = sampling_for(expectation)
    ruled = [(aspect, aspect.rule(sampling)) for aspect in aspects]
    status = merge(each for _, each in ruled)
    telling = [aspect for aspect, each in ruled if each is status]
    measured = "; ".join(
        f"{in_words(each.observed.figure(sampling.confidence)) if each.observed.asked else 'nothing'} {each.name}"
        for each in telling
    )
    number = sum(each.observed.asked for each in telling)
    finding = f"Over {_which(used, of)}: {number:,} samples. All that was asked: {_each(ruled)}."
    return replace(_as(status, worst, sampling), measured=measured, finding=finding, samples=number)


def _each(ruled: Sequence[tuple[Aspect, Status]]) -> str:
    return "; ".join(f"{status} {aspect.name}" for aspect, status in ruled)


def _status(expectation: AnyExpect, observed: Observed, sampling: Sampling) -> Status:
    """As the checker of this expectation has it."""
    checker = CHECKERS[expectation.check]
    return checker.rule(observed, expectation, sampling) if isinstance(checker, Measuring) else Status.UNKNOWN


def _next_step(status: Status, sampling: Sampling) -> str | None:
    if status is not Status.UNKNOWN:
        return None
    return f"Play it more often (--repeat), or allow a wider margin than {sampling.margin:.3g} (margin in the profile)."
