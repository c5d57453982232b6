"""Throws cases at targets, one after the other, until time is up; what falls is made smaller and kept."""

from __future__ import annotations

import math
import re
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path

from hypothesis import HealthCheck, Phase, Verbosity, given, seed, settings
from hypothesis.errors import Flaky
from hypothesis.strategies import SearchStrategy

from brownout.chance import uniform
from fuzz import corpus
from fuzz.target import Fell, Target

TURN = 20.0
"""Seconds that each target has at a time, at most. Hypothesis begins each turn with what is simple."""
SMALLER = 15.0
"""Seconds for making what fell smaller."""
_MOST = 100_000


class _Over(BaseException):
    """Time is up. Hypothesis lets pass what is no Exception."""


@dataclass
class Tally:
    """What was thrown at one target, and what fell: each kind with its smallest case, and where that is kept."""

    tried: int = 0
    falls: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    files: dict[str, Path] = field(default_factory=dict)


def kind_of(message: str) -> str:
    """What two falls have in common that are one: the words of the message, without what differs from case to case."""
    return re.sub(r"0x[0-9a-f]+|[\d.]+|'[^']*'|\"[^\"]*\"|/\S+", "_", message.partition("\n")[0])[:120]


def fall_of(target: Target, case: bytes) -> str | None:
    """What did not hold in this case; None where all did. An error that nobody expects is a fall, too."""
    try:
        target.check(case)
    except Fell as fell:
        return str(fell)
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return None


def turn(target: Target, cases: SearchStrategy[bytes], number: int, tally: Tally, seconds: float) -> None:
    """Throw at a target for so long; a little longer where something falls, which is made smaller then."""
    until = time.monotonic() + seconds
    fresh: dict[str, tuple[str, bytes]] = {}

    def attempt(case: bytes) -> None:
        if time.monotonic() > until:
            raise _Over
        tally.tried += 1
        _note(fall_of(target, case), case)

    def _note(message: str | None, case: bytes) -> None:
        nonlocal until
        if message is None or (kind := kind_of(message)) in tally.falls:
            return
        if not fresh:
            until = time.monotonic() + SMALLER
        if kind not in fresh or len(case) < len(fresh[kind][1]):
            fresh[kind] = (message, case)
        raise Fell(kind)

    phases = (Phase.generate, Phase.shrink)
    quietly = settings(
        max_examples=_MOST, database=None, deadline=None, suppress_health_check=list(HealthCheck), phases=phases,
        verbosity=Verbosity.quiet, report_multiple_bugs=False,
    )  # fmt: skip
    try:
        with suppress(_Over, Fell, Flaky):
            seed(number)(quietly(given(cases)(attempt)))()
    finally:
        tally.falls |= fresh


@contextmanager
def targets(kinds: list[type[Target]]) -> Iterator[list[Target]]:
    """All of them, ready; closed at the end."""
    with tempfile.TemporaryDirectory(prefix="brownout-fuzz-") as name:
        made: list[Target] = []
        try:
            for kind in kinds:
                folder = Path(name) / kind.name
                folder.mkdir()
                made.append(kind(folder))
            yield made
        finally:
            for target in made:
                target.close()


def run(
    kinds: list[type[Target]], seconds: float, number: int, tallies: dict[str, Tally], seen: Callable[[str], None]
) -> None:
    """Give each target its turns of so many seconds in all; fills ``tallies`` as it goes, ``seen`` gets names."""
    rounds = math.ceil(seconds / len(kinds) / TURN)
    with targets(kinds) as ready:
        strategies = {target.name: target.cases(corpus.cases(target.name)) for target in ready}
        for target in ready:
            tallies[target.name] = Tally()
        for nth, target in product(range(rounds), ready):
            drawn = int(uniform(number, target.name, str(nth)) * 2**32)
            turn(target, strategies[target.name], drawn, tallies[target.name], seconds / rounds / len(kinds))
            _keep(target, tallies[target.name])
            seen(target.name)


def _keep(target: Target, tally: Tally) -> None:
    for kind, (_, case) in tally.falls.items():
        if kind not in tally.files:
            tally.files[kind] = corpus.keep(target.name, target.suffix, case)
