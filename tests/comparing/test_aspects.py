"""Verdicts of several figures over several drills: a breaker is pooled and compared by each thing that it asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from support.journals import ZERO, Handwritten, rule

from brownout.comparing.compare import compare
from brownout.comparing.pool import pool
from brownout.comparison import Compared
from brownout.events import Process
from brownout.judging.weighing import Weighed, weigh
from brownout.verdict import Status

BREAKER = {"check": "breaker", "primary": "openai.chat", "closes_within": "5s"}
BULKHEAD = {"check": "bulkhead", "journey": "browse"}
Drills = Callable[..., Weighed]


@pytest.fixture
def a_drill(tmp_path: Path) -> Iterator[Drills]:
    """Makes a drill of 30 users: of those who ask while openai.chat is known to be down, every ``nth`` calls it still.

    Beside them others only browse, of whom every ``nth`` fails, too.
    """
    made: list[Handwritten] = []

    def make(name: str, nth: int = 0, wait: float = 0.1, dies: float | None = None) -> Weighed:
        drill = Handwritten(tmp_path / name)
        outage = [rule(curve=1.0), rule("tail.1.server_error", phase="tail", curve=1.0)]
        drill.drill |= {"rules": outage, "expect": [BREAKER, BULKHEAD]}
        for number in range(60):
            _ask(drill, 1 + number / 8, number, "p")
            _ask(drill, 10.1 + number / 20, number, "x")
            _ask(drill, 16 + number / 5, number, "x" if nth and number % nth == 0 else "", wait)
            _ask(drill, 36 + number / 3, number, "p")
            for second in (1, 16):
                outcome = "error" if second > 10 and nth and number % nth == 0 else "ok"
                drill.ask(second + number / 8, outcome, user=number % 30, journey="browse", asks=False)
        if dies is not None:
            drill.add(Process("application", "exited", 3, "exited with code 3", ZERO + dies))
        made.append(drill)
        return weigh(drill.write())

    yield make
    for drill in made:
        drill.close()


def _ask(drill: Handwritten, t: float, number: int, calls: str, wait: float = 0.5) -> None:
    canary = f"q{t:.2f}-{number}"
    drill.ask(t, "ok" if calls == "p" else "error", canary, user=number % 30, duration=wait)
    for call in calls:
        id = "outage.1.server_error" if t < 20 else "tail.1.server_error"
        struck = {"eligible": [id], "rule": id} if call == "x" else {}
        drill.exchange(t, canary, "server_error" if call == "x" else None, duration=0.1, **struck)


def _row(a: list[Weighed], b: list[Weighed], check: str) -> Compared:
    return next(row for row in compare(a, b).rows if row.id.startswith(check))


def test_a_breaker_that_lets_more_through_is_worse_and_told_by_what_differs(a_drill: Drills) -> None:
    opens, leaks = a_drill("a"), a_drill("b", nth=2)
    row = _row([opens], [leaks], "breaker")

    assert row.word == "worse"
    assert row.why.startswith("left openai.chat alone while it was known to be down: so large a difference comes by")
    assert row.p is not None
    assert _row([leaks], [opens], "breaker").word == "better"


def test_what_crosses_an_objective_by_chance_is_no_difference(a_drill: Drills) -> None:
    """Of those who ask then, at most 20% may call it: 20% do on one side, and 25% on the other."""
    a, b = a_drill("a", nth=5), a_drill("b", nth=4)

    assert _row([a], [b], "breaker").word == "not told apart"


def test_bystanders_are_compared_by_their_own_answers(a_drill: Drills) -> None:
    row = _row([a_drill("a")], [a_drill("b", nth=2)], "bulkhead")

    assert row.word == "worse"
    assert row.why.startswith("of browse whole answers while others fail: ")


def test_a_drill_that_is_broken_by_no_figure_is_not_outvoted(a_drill: Drills) -> None:
    broken, held = replace(a_drill("a", nth=2), aspects={}), a_drill("b")
    pooled = next(verdict for verdict in pool([held, broken, held]).verdicts if verdict.check == "breaker")

    assert pooled.status is Status.BROKEN
    assert _row([held, held], [held, broken], "breaker").why == "it held in A, and is BROKEN in B"


def test_a_drill_in_which_a_verdict_lost_its_ground_counts_for_nothing(a_drill: Drills) -> None:
    died, held = a_drill("a", nth=5, dies=30), a_drill("b")
    pooled = next(verdict for verdict in pool([held, died, died]).verdicts if verdict.check == "breaker")

    assert [verdict.void for verdict in died.verdicts if verdict.check == "breaker"] == [True]
    assert pooled.status is Status.HELD
    assert pooled.finding.startswith("Over 1 of 3 drills; ")


def test_aspects_are_judged_over_all_drills_and_not_by_the_worst_of_them(a_drill: Drills) -> None:
    """One drill that is open does not keep four from being settled, and what most of them show is broken."""
    opened = pool([a_drill("a"), a_drill("b"), a_drill("c"), a_drill("d", nth=5)])
    leaking = pool([a_drill("e", nth=2), a_drill("f", nth=2)])
    held, broken = (
        next(verdict for verdict in pooled.verdicts if verdict.check == "breaker") for pooled in (opened, leaking)
    )

    assert held.status is Status.HELD
    assert "left openai.chat alone while it was known to be down" in held.measured
    assert held.finding.startswith("Over 4 drills: ")
    assert broken.status is Status.BROKEN
    assert broken.evidence
    assert "HELD called openai.chat again" in broken.finding
