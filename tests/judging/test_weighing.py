"""What a figure is made of gives the figure that the verdict has."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest
from support.journals import Handwritten, rule

from brownout.checkers import CHECKERS
from brownout.checkers.base import Measuring
from brownout.events import Stall
from brownout.expect import AnyExpect, Sampled
from brownout.judging.weighing import Weighed, weigh
from brownout.verdict import Status

EXPECT = [
    {"check": "success", "at_least": 0.9},
    {"check": "latency", "p90": 3.0},
    {"check": "first_token", "p50": 3.0},
    {"check": "retry_amplification", "at_most": 4},
    {"check": "failover", "at_least": 0.5},
]


@pytest.fixture
def drill(tmp_path: Path) -> Handwritten:
    """Twelve users with eight questions each: some fail, some are asked elsewhere, twice, and some met faults."""
    drill = Handwritten(tmp_path / "drill")
    drill.drill |= {"rules": [rule()], "expect": EXPECT}
    for number in range(96):
        canary, outcome = f"bo-{number}", "error" if number % 7 == 0 else "ok"
        elsewhere = {"instead_of": "ask"} if number % 5 == 0 else {}
        t = 10.5 + number / 12
        if elsewhere:  # what is sent again is one question
            drill.ask(t, "error", canary, user=number % 12, asks=False, again=True, **elsewhere)
        drill.ask(t, outcome, canary, user=number % 12, duration=0.2 + (number * 37 % 50) / 20, **elsewhere)
        for call in range(1 + number % 3):
            drill.exchange(t + call / 100, canary, "server_error" if number % 2 else None, phase="outage")
    return drill


def _names(model: type[Sampled]) -> tuple[str, ...]:
    return get_args(model.model_fields["check"].annotation)


def weighed(drill: Handwritten) -> Weighed:
    return weigh(drill.write())


def test_every_figure_is_made_of_the_values_that_are_observed(drill: Handwritten) -> None:
    drill_weighed = weighed(drill)
    figures = {verdict.id: verdict.figure for verdict in drill_weighed.verdicts if verdict.figure}

    assert figures.keys() == {"success", "latency p90", "first_token p50", "retry_amplification", "failover"}
    for id, figure in figures.items():
        assert figure is not None
        again = drill_weighed.observed[id].figure(0.95)
        assert (again.unit, again.better) == (figure.unit, figure.better), id
        assert again.value == pytest.approx(figure.value), id
        assert figure.low <= figure.value <= figure.high
        if figure.unit != "seconds":  # waits cluster as they do at the limit there, and at the quantile here
            assert [again.low, again.high] == pytest.approx([figure.low, figure.high]), id


def test_what_a_stall_of_ours_may_have_touched_is_observed_by_nobody(drill: Handwritten) -> None:
    whole = weighed(drill).observed["success"].asked
    drill.add(Stall("proxy-0", 2.0, t=1000.0 + 14.0))
    left = weighed(drill).observed["success"].asked

    assert 0 < left < whole == 96


def test_calls_that_are_joined_by_a_guess_are_compared_with_nothing(drill: Handwritten) -> None:
    drill.ask(25, "ok", "bo-alone", user=99, duration=0.4)
    drill.exchange(25.1)

    drill_weighed = weighed(drill)
    assert drill_weighed.observed.keys() == {"success", "latency p90", "first_token p50", "failover"}


def test_checks_with_figures_are_those_that_can_be_compared_by_them() -> None:
    """A share that crosses its objective by chance must not be told as a difference, whichever check has it.

    But for those that rest on several figures at once: HELD and BROKEN of theirs lie an interval apart.
    """
    measuring = {name for name, checker in CHECKERS.items() if isinstance(checker, Measuring)}
    sampled = {name for model in get_args(AnyExpect) if issubclass(model, Sampled) for name in _names(model)}

    assert sampled - measuring == {"breaker", "bulkhead", "cost", "recovery"}

    assert measuring >= {"success", "latency", "first_token", "failover", "retry_amplification", "told_in_time"}
    assert "no_leaks" not in measuring


def test_a_figure_is_of_no_verdict_that_was_not_put_to_the_test(tmp_path: Path) -> None:
    empty = Handwritten(tmp_path / "empty")
    empty.drill["expect"] = EXPECT
    empty.exchange(11)

    drill_weighed = weighed(empty)
    assert drill_weighed.observed == {}
    assert all(verdict.figure is None for verdict in drill_weighed.verdicts)
    assert all(verdict.status is not Status.BROKEN for verdict in drill_weighed.verdicts)
