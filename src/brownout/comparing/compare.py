"""Side B against side A, objective by objective. Pure: from drills that are over to a ``Comparison``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from brownout.checkers.aspects import Aspect, together
from brownout.checkers.observed import Observed, pooled
from brownout.comparing.difference import Told, forgiven, holm, told
from brownout.comparing.figures import in_words
from brownout.comparing.likeness import unlike
from brownout.comparison import Cell, Compared, Comparison, Word, overall
from brownout.expect import CONFIDENCE
from brownout.judging.judge import expectations_in
from brownout.judging.weighing import Weighed
from brownout.verdict import WHOLE, Status, Verdict, merge

FEWEST = 5
"""Fewer values of either side are compared with nothing, whatever the expectation itself is content with."""
ALIKE = 0.5
"""What held says something against what broke where it was put to the test so often, measured by the other side."""
_ALIVE = "application_alive"


@dataclass(frozen=True)
class _Side:
    """All drills of one side."""

    drills: tuple[Weighed, ...]
    confidence: float

    def verdicts(self, id: str) -> list[Verdict]:
        """What each drill says of an objective; one that lived to its end says that its application did."""
        mine = [each for drill in self.drills for each in drill.verdicts if each.id == id]
        silent = len(self.drills) - len(mine)
        return mine if id != _ALIVE else [*mine, *[_LIVED] * silent]

    def observed(self, id: str) -> Observed | None:
        """The values of all drills that have any, as one."""
        parts = [drill.observed[id] for drill in self.drills if id in drill.observed]
        return pooled(parts) if parts else None

    def aspects(self, id: str) -> dict[str, Aspect]:
        """What all drills showed of each thing that an objective of several asks for, by name."""
        if any(drill.decides(id) for drill in self.drills):
            return {}
        return {each.name: each for each in together([drill.aspects.get(id, ()) for drill in self.drills])}

    def cell(self, id: str) -> Cell:
        """What it showed of an objective, in words."""
        verdicts, observed = self.verdicts(id), self.observed(id)
        if not verdicts:
            return Cell(Status.SKIPPED, "not asked for")
        status = merge(each.status for each in verdicts)
        samples = sum(each.samples for each in verdicts)
        if observed is not None:
            pooled_one = observed.figure(self.confidence)
            return Cell(status, in_words(pooled_one), observed.asked, pooled_one)
        worst = max(verdicts, key=lambda each: each.status.rank)
        times = sum(each.status is worst.status for each in verdicts)
        several = f" ({times} of {len(verdicts)} drills)" if len(verdicts) > 1 else ""
        figure = worst.figure if len(verdicts) == 1 else None
        return Cell(status, f"{worst.measured}{several}", samples, figure)


_LIVED = Verdict(_ALIVE, _ALIVE, Status.HELD, "the application lives", "it lived", "It lived to the end.", 0)


def compare(a: Sequence[Weighed], b: Sequence[Weighed], confidence: float = CONFIDENCE) -> Comparison:
    """B against A. Whoever calls this has looked at ``unlike``: it is told, and not refused here."""
    sides = _Side(tuple(a), confidence), _Side(tuple(b), confidence)
    rows = [_row(id, sides) for id in _ids([*a, *b])]
    open_rows = [row for row in rows if row.p is not None]
    corrected = iter(holm([row.p for row in open_rows if row.p is not None]))
    settled = tuple(row if row.p is None else _settled(row, next(corrected), confidence) for row in rows)
    of_a, of_b = (tuple(drill.path for drill in side) for side in (a, b))
    return Comparison(of_a, of_b, confidence, settled, overall(row.word for row in settled), unlike(a, b))


def _ids(drills: Sequence[Weighed]) -> list[str]:
    """Every objective of the application, in the order of the profile; first of all, whether it lived."""
    asked = [
        verdict.id
        for drill in drills
        for verdict in drill.verdicts
        if verdict.check == _ALIVE or verdict.check not in WHOLE
    ]
    return sorted(dict.fromkeys(asked), key=lambda id: id != _ALIVE)


def _row(id: str, sides: tuple[_Side, _Side]) -> Compared:
    a, b = (side.cell(id) for side in sides)
    objective = next(each.objective for side in sides for each in side.verdicts(id) if each.objective)
    row = Compared(id, objective, a, b)
    if (told_by := _by_aspects(id, sides)) is not None:
        return replace(row, word=told_by[1].word, p=told_by[1].p, why=f"{told_by[0]}: ")
    of_a, of_b = (side.observed(id) for side in sides)
    if of_a is None or of_b is None:
        word, why = _by_status(a, b)
        return replace(row, word=word, why=why)
    wanted = _wanted(id, sides)
    few = next((name for name, side in (("A", of_a), ("B", of_b)) if side.asked < wanted), None)
    if few is not None:
        return replace(row, why=f"{few} has fewer than the {wanted} samples needed")
    difference: Told = told(of_a, of_b)
    return replace(row, word=difference.word, p=difference.p)


def _by_aspects(id: str, sides: tuple[_Side, _Side]) -> tuple[str, Told] | None:
    """What differs most of several figures, by its name, with the chance that any of so many differs as much.

    One that is worse for sure comes before one that is better. None where not both sides were put to the same tests,
    each often enough.
    """
    a, b = (side.aspects(id) for side in sides)
    fit = all(each.enough and each.observed.asked >= FEWEST for each in (*a.values(), *b.values()))
    if not a or a.keys() != b.keys() or not fit:
        return None
    differences = [(name, told(a[name].observed, b[name].observed)) for name in a]
    sure = (1 - sides[0].confidence) / len(differences)
    worse = [each for each in differences if each[1].word == "worse" and each[1].p < sure]
    name, first = min(worse or differences, key=lambda each: each[1].p)
    return name, replace(first, p=min(1.0, first.p * len(differences)))


def _wanted(id: str, sides: tuple[_Side, _Side]) -> int:
    drills = (drill.drill for side in sides for drill in side.drills)
    asked = (each for drill in drills for each in expectations_in(drill) if each.id == id)
    return max([FEWEST, *(getattr(each, "min_samples", FEWEST) for each in asked)])


def _settled(row: Compared, p: float, confidence: float) -> Compared:
    """The row with its word, where the figures still bear it once the others are counted in."""
    if p < 1 - confidence:
        return replace(row, p=p, why=f"{row.why}so large a difference comes by chance {_rarely(p)}")
    alike = "the figures are as good as alike" if p >= 1 else "chance alone may make such a difference"
    return replace(row, p=p, word="not told apart", why=alike)


def _rarely(p: float) -> str:
    return f"in {100 * p:.2g}% of comparisons" if p >= 1e-4 else "in less than 0.01% of comparisons"


def _by_status(a: Cell, b: Cell) -> tuple[Word, str]:
    """What is a matter of yes or no: what broke on one side, and held on the other as often put to the test."""
    if {a.status, b.status} != {Status.HELD, Status.BROKEN}:
        return "not told apart", _why_not(a, b)
    broken, held = (b, a) if b.status is Status.BROKEN else (a, b)
    if held.samples < ALIKE * broken.samples and held.measured != _LIVED.measured:
        return "not told apart", "it was not put to the test as often where it held"
    if broken.figure and held.figure and forgiven(broken.figure.value) <= held.figure.value:
        return "not told apart", "such a difference in time may be the machine's"
    return ("worse", "it held in A, and is BROKEN in B") if broken is b else ("better", "it broke in A, and held in B")


def _why_not(a: Cell, b: Cell) -> str:
    for status, words in ((Status.SKIPPED, "not put to the test in"), (Status.UNKNOWN, "without a verdict in")):
        names = [name for name, cell in (("A", a), ("B", b)) if cell.status is status]
        if names:
            return f"{words} {' and '.join(names)}"
    return f"{a.status} on both sides"
