"""What the drills said of the planted defects and of their twins: found, missed, accused. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from brownout.selftest.defect import Defect
from brownout.verdict import ExitCode, Status

Key = tuple[str, str | None]
"""Check and journey of a verdict."""
PLANTED, GUARDS, TWIN, CALM = "planted", "planted, of a drill that shows nothing", "sound twin", "no fault"
ROWS = (PLANTED, GUARDS, TWIN, CALM)
"""Of the confusion matrix: what was there. ``GUARDS`` are rightly UNKNOWN."""
COLUMNS = ("BROKEN", "UNKNOWN", "HELD", "SKIPPED")


@dataclass(frozen=True)
class Answer:
    """A verdict in short. ``busy``: it is UNKNOWN because of what else the machine had to do."""

    status: Status
    text: str
    busy: bool = False


@dataclass(frozen=True)
class Play:
    """One drill of a bench that is over: on the day with faults, or on the one without."""

    bench: str
    seed: int
    faults: bool
    answers: Mapping[Key, Answer]
    code: int = ExitCode.HELD
    """4 or 130 where the drill itself did not come to its end."""
    busy: str = ""
    """Who else had the machine, in words."""


@dataclass(frozen=True)
class Case:
    """What was said of one defect with one seed, under its own check."""

    defect: Defect
    seed: int
    answer: Answer

    @property
    def hit(self) -> bool:
        """Whether it was found, under its right name and in its own words."""
        return self.answer.status is self.defect.status and self.defect.words in self.answer.text

    @property
    def unproved(self) -> bool:
        """Whether nothing could be said of it on a machine that was too busy."""
        return not self.hit and self.answer.status is Status.UNKNOWN and self.answer.busy


@dataclass(frozen=True)
class Accusation:
    """A verdict that is BROKEN and should not be: who, by which check, in which drill, and what it said."""

    who: str
    check: str
    seed: int
    drill: str
    text: str


@dataclass(frozen=True)
class Matrix:
    """All drills together. ``loaded``: beside burners of our own, where UNKNOWN is no surprise."""

    cases: tuple[Case, ...]
    accused: tuple[Accusation, ...]
    told: Mapping[tuple[str, str], Counter[str]]
    """Defect and row of the confusion matrix → how often which verdict came, under the defect's own check."""
    busy: tuple[str, ...] = ()
    codes: tuple[int, ...] = ()
    loaded: bool = False
    silent: tuple[str, ...] = ()
    """Verdicts that are UNKNOWN and do not say why."""

    @property
    def confusion(self) -> dict[str, Counter[str]]:
        """What was there → which verdicts came, and how often."""
        rows = {row: Counter[str]() for row in ROWS}
        for (_, row), counts in self.told.items():
            rows[row] += counts
        return rows

    @property
    def missed(self) -> list[Case]:
        """Defects that were not found, though the machine had time for them."""
        return [case for case in self.cases if not case.hit and not case.unproved]

    @property
    def unproved(self) -> list[Case]:
        """Defects of which nothing could be said on this machine."""
        return [case for case in self.cases if case.unproved]

    @property
    def exit_code(self) -> int:
        """130 and 4 as for drills; 1 for what was missed or accused; 3 where only the machine stood in the way."""
        for code in (ExitCode.INTERRUPTED, ExitCode.HARNESS, ExitCode.BAD_INPUT):
            if code in self.codes:
                return code
        if self.missed or self.accused or self.silent:
            return ExitCode.BROKEN
        return ExitCode.UNKNOWN if self.unproved and not self.loaded else ExitCode.HELD


def matrix(defects: Iterable[Defect], plays: Sequence[Play], *, loaded: bool = False) -> Matrix:
    """What these drills say of those defects that they played."""
    planted = [defect for defect in defects if any(play.bench == defect.bench for play in plays)]
    told: dict[tuple[str, str], Counter[str]] = {}
    cases: list[Case] = []
    for defect in planted:
        for play in plays:
            for row, answer in _said(defect, play):
                told.setdefault((defect.name, row), Counter())[answer.status.value] += 1
                if row in (PLANTED, GUARDS):
                    cases.append(Case(defect, play.seed, answer))
    return Matrix(
        cases=tuple(cases),
        accused=tuple(accusation for play in plays for accusation in _accusations(planted, play)),
        told=told,
        busy=tuple(dict.fromkeys(play.busy for play in plays if play.busy)),
        codes=tuple(play.code for play in plays),
        loaded=loaded,
        silent=tuple(_silent(plays)),
    )


def _said(defect: Defect, play: Play) -> Iterator[tuple[str, Answer]]:
    """What a drill said of a defect, or of its twin, each with its row of the confusion matrix."""
    skipped = Answer(Status.SKIPPED, "")
    if play.bench == defect.bench:
        answer = play.answers.get((defect.check, defect.journey), skipped)
        yield (CALM if not play.faults else PLANTED if defect.status is Status.BROKEN else GUARDS), answer
    if play.bench == defect.home and play.faults:
        journey = defect.twin if defect.journey else None
        yield TWIN, play.answers.get((defect.check, journey), skipped)


def _accusations(defects: Sequence[Defect], play: Play) -> Iterator[Accusation]:
    """What a drill says to be BROKEN and is not: of a twin, of a defect by another name, or where nothing failed."""
    mine = [defect for defect in defects if defect.bench == play.bench]
    drill = f"{play.bench}, {'with' if play.faults else 'without'} faults"
    for (check, journey), answer in play.answers.items():
        if answer.status is not Status.BROKEN:
            continue
        rightly = _rightly(mine, journey) if play.faults else set()
        if check not in rightly:
            yield Accusation(journey or "the drill as a whole", check, play.seed, drill, answer.text)


def _rightly(mine: Sequence[Defect], journey: str | None) -> set[str]:
    """Checks that a journey breaks, or a drill as a whole."""
    return {check for defect in mine if defect.journey == journey for check in (defect.check, *defect.also)}


def _silent(plays: Sequence[Play]) -> Iterator[str]:
    for play in plays:
        for (check, journey), answer in play.answers.items():
            if answer.status is Status.UNKNOWN and not answer.text.strip():
                yield f"{check} of {journey or play.bench}"
