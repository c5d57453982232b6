"""Whether the tokens that users are shown are those of the calls that gave their answer. Pure.

A figure may be of the tokens out, or of all; of the last call, or of all that an answer took.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from brownout.checkers.ways import Way

Calls = Sequence[dict[str, Any]]


@dataclass(frozen=True)
class Figures:
    """What may be shown for some calls; ``most`` is all that they took together."""

    out: frozenset[int]
    total: frozenset[int]

    @property
    def most(self) -> int:
        """All the tokens of all the calls together."""
        return max(self.total)

    def __contains__(self, figure: int) -> bool:
        return figure in self.out or figure in self.total


def figures_of(calls: Calls) -> Figures | None:
    """What may be shown for these calls: of each that went well, and of all; None where no platform counted them."""
    if not calls or any(call["estimated"] or call["tokens_in"] is None or call["tokens_out"] is None for call in calls):
        return None
    out = [(call["tokens_out"], call["good"]) for call in calls]
    total = [(call["tokens_in"] + call["tokens_out"], call["good"]) for call in calls]
    return Figures(_sums(out), _sums(total))


def _sums(counts: list[tuple[int, bool]]) -> frozenset[int]:
    well = [figure for figure, good in counts if good]
    sums = [sum(figure for figure, _ in counts)] + [sum(well)] * bool(well)
    return frozenset([*sums, *well])


def is_calibrated(ways: Sequence[Way], services: frozenset[str], enough: int, habit: float) -> bool:
    """Whether what is shown with these answers is what their calls to these services took: a platform's own count."""
    pairs = [
        each.row["usage"] in own
        for each in ways
        if each.row["usage"] is not None and (own := figures_of(each.to(services))) is not None
    ]
    return len(pairs) >= enough and sum(pairs) >= habit * len(pairs)


def judged(shown: int, own: Figures, others: Calls, *, usual: bool, known: bool) -> bool | None:
    """Whether a figure is of one's own calls; None where it may be, counted in another way.

    ``usual``: on good days figures are the platform's; ``known``: this one's too. A total may hold what a platform
    names apart, thoughts or what came from a cache: so a larger figure is wrong only where it is known to hold none.
    """
    if shown in own:
        return True
    theirs = figures_of(others)
    if theirs is not None and theirs.most > 0:
        sums = {a + b for kind in ("out", "total") for a in getattr(own, kind) for b in getattr(theirs, kind)}
        if shown in theirs or shown in sums:
            return False
    if known or (usual and shown < own.most):
        return False
    return None
