"""storm: whether retries keep an overloaded platform down for longer than users' own demand does."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import Handwritten, rule

from brownout.capacity import Capacity, Pressure, called, later
from brownout.checkers.demand import Arrival as Call
from brownout.checkers.demand import demand, overload, split
from brownout.verdict import Status

LOAD = {"capacity": 10.0, "queue": 1.0, "worst": 0.5, "recover": 1.0}
CAPACITY = Capacity(**{"rate": 10.0, "queue": 1.0, "worst": 0.5, "recover": 1.0})
ID = "outage.1.overload"


@pytest.fixture(autouse=True)
def calm(drill: Handwritten) -> None:
    """Ten users, each of whom asks once a second on a good day."""
    drill.drill["rules"] = [rule(ID, "overload", curve=None, services=["openai.chat"], load=LOAD)]
    for second in range(9):
        for user in range(5):
            canary = f"calm{second}-{user}"
            drill.ask(second + user / 10, canary=canary, user=user)
            drill.exchange(second + user / 10, canary)


def _play(drill: Handwritten, calls: list[tuple[float, str]]) -> None:
    """These calls in the outage, each with the load that the platform's own arithmetic has for it."""
    pressure = Pressure(at=10.0)
    for number, (t, canary) in enumerate(sorted(calls)):
        pressure = later(pressure, CAPACITY, t)
        load = pressure.load(CAPACITY)
        pressure = called(pressure, CAPACITY)
        struck = load > 1
        drawn: dict[str, Any] = {"eligible": [ID], "draws": [[ID, 1.0, 0.5, struck, None, number, 0, True, load]]}
        drill.exchange(t, canary, "overload" if struck else None, phase="outage", **{**drawn, "rule": ID})
    for canary in dict.fromkeys(canary for _, canary in sorted(calls)):
        drill.ask(min(t for t, each in calls if each == canary), canary=canary, user=int(canary.rpartition("-")[2]))


def _burst(retries: int, every: float = 0.1) -> list[tuple[float, str]]:
    """Twenty users at once, then two a second; each question of the first five seconds is repeated so often."""
    calls = [(10.1 + user / 1000, f"burst-{user}") for user in range(20)]
    calls += [(11 + second + user / 10, f"later{second}-{user}") for second in range(8) for user in range(2)]
    again = [(t + nth * every, canary) for t, canary in calls for nth in range(1, retries + 1) if t < 15]
    return [*calls, *((t, canary) for t, canary in again if t < 19.9)]


def test_retries_that_keep_it_down_are_a_storm(drill: Handwritten) -> None:
    _play(drill, _burst(retries=8))

    verdict = drill.check("storm", within="2s")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("the overload lasted ")
    assert "longer than demand explains: retries were " in verdict.measured
    assert verdict.objective == "an overload at most 2s longer than users' demand explains"
    assert "into the drill" in verdict.finding
    assert "repeated others" in verdict.finding
    assert "once more, while it was full" in verdict.evidence[0].text


def test_users_who_come_all_at_once_are_no_storm(drill: Handwritten) -> None:
    _play(drill, _burst(retries=0))

    verdict = drill.check("storm", within="1s")

    assert verdict.status is Status.HELD
    assert verdict.measured == "the overload lasted 0s longer than demand explains: retries were 0% of calls"


def test_demand_beyond_the_capacity_to_the_end_cannot_be_made_longer(drill: Handwritten) -> None:
    calls = [(10 + number / 30, f"crowd{number}-{number % 30}") for number in range(298)]
    _play(drill, calls + [(t + 0.1, canary) for t, canary in calls if t < 19])

    assert "users' own demand alone overloads the platform" in drill.check("storm").measured
    assert drill.check("storm").status is Status.SKIPPED


def test_a_queue_that_was_never_full_and_a_scenario_without_one_exercise_nothing(drill: Handwritten) -> None:
    _play(drill, [(11 + user / 5, f"few-{user}") for user in range(10)])
    assert "queue was never full" in drill.check("storm").measured

    drill.drill["rules"] = [rule()]
    assert "overloads nothing" in drill.check("storm").measured


def test_few_calls_settle_nothing(drill: Handwritten) -> None:
    _play(drill, _burst(retries=0))

    assert drill.check("storm", min_samples=500).status is Status.UNKNOWN


def test_calls_that_cannot_be_told_apart_are_unknown(drill: Handwritten) -> None:
    for number in range(60):
        drawn = {"eligible": [ID], "rule": ID, "draws": [[ID, 1.0, 0.5, True, None, number, 0, True, 1.5]]}
        drill.exchange(11 + number / 100, None, "overload", phase="outage", **drawn)

    verdict = drill.check("storm")

    assert verdict.status is Status.UNKNOWN
    assert "60 of 60 calls carry no canary" in verdict.finding


def test_a_journal_of_before_says_nothing_of_the_capacity(drill: Handwritten) -> None:
    del drill.drill["rules"][0]["load"]
    _play(drill, _burst(retries=8))

    assert "written by an earlier version" in drill.check("storm").finding


def test_a_step_after_a_tool_and_what_a_question_usually_takes_are_no_retries() -> None:
    calls = [Call(1 + number, "a", number // 2, 0.0, f"x{number}") for number in range(6)]

    own, repeats = split(calls, {"a": 3})

    assert [each.id for each in own] == ["x0", "x1", "x2", "x4"]
    assert [each.id for each in repeats] == ["x3", "x5"]


def test_who_waits_for_retries_would_have_asked_again() -> None:
    own, again = [Call(1, "a", 0, 0.0, "x")], [Call(4.5, "a", 0, 0.0, "y")]

    assert demand(own, again, 1.0, {}) == [1, 2, 3, 4]
    assert demand(own, again, 1.0, {"a": 2.0}) == [1]
    assert demand(own, [], 1.0, {}) == [1]


def _times(most: int) -> st.SearchStrategy[list[float]]:
    """Few, and so many that they are an overload."""
    return st.lists(st.floats(0, 5), min_size=1, max_size=most) | st.lists(st.floats(0, 5), min_size=60, max_size=most)


@given(_times(120), st.lists(st.floats(0, 5), max_size=60))
def test_more_calls_never_end_an_overload_sooner(times: list[float], more: list[float]) -> None:
    fewer = overload(CAPACITY, sorted(times), 60.0)
    whole = overload(CAPACITY, sorted([*times, *more]), 60.0)

    if fewer is not None:
        assert whole is not None
        assert whole.until >= fewer.until - 0.2


@given(_times(200))
def test_an_overload_is_over_when_it_says(times: list[float]) -> None:
    seen = overload(CAPACITY, sorted(times), 60.0)

    assert seen is None or 0 <= seen.since <= seen.until < 60.0
