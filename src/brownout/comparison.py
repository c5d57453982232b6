"""Two sides of drills set against each other, as values: better, worse, or not told apart. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from brownout.verdict import Figure, Status, Verdict

Word: TypeAlias = Literal["better", "worse", "not told apart"]


@dataclass(frozen=True)
class Cell:
    """What all drills of one side showed of one objective; ``figure`` is pooled, where it is a matter of figures."""

    status: Status
    measured: str
    samples: int = 0
    figure: Figure | None = None


@dataclass(frozen=True)
class Compared:
    """One objective on both sides. ``why`` says in words what the word rests on.

    ``p`` is the chance of such a difference where there is none, corrected for how many were looked at; None where the
    word does not rest on figures.
    """

    id: str
    objective: str
    a: Cell
    b: Cell
    word: Word = "not told apart"
    why: str = ""
    p: float | None = None


@dataclass(frozen=True)
class Comparison:
    """Side B against side A: the folders of their drills, and every objective. ``unlike`` is how they differ."""

    a: tuple[str, ...]
    b: tuple[str, ...]
    confidence: float
    rows: tuple[Compared, ...]
    word: Word
    unlike: tuple[str, ...] = field(default=())


@dataclass(frozen=True)
class Pooled:
    """Drills of one scenario that were played with different seeds: what each says, and all of them together.

    ``runs`` has each drill's folder, seed, and what it says of every verdict by id.
    """

    scenario: str
    app: str
    runs: tuple[Run, ...]
    verdicts: tuple[Verdict, ...]
    status: Status
    exit_code: int
    comparison: Comparison | None = None


@dataclass(frozen=True)
class Run:
    """One drill of several. ``whole``: it came to its end, so that it counts for the pooled verdicts."""

    folder: str
    seed: int
    whole: bool
    statuses: dict[str, Status]


def overall(words: Iterable[Word]) -> Word:
    """One that is worse makes all of it worse; else one that is better makes it better."""
    given = set(words)
    return "worse" if "worse" in given else "better" if "better" in given else "not told apart"
