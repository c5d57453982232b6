"""latency: a quantile of the time to the end of the answer."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.verdict import Status


def _waits(drill: Handwritten, *durations: float, outcome: str = "ok") -> None:
    for number, duration in enumerate(durations):
        drill.ask(11 + number / 100, outcome, duration=duration, user=number)


def test_the_quantile_is_one_of_the_waits(drill: Handwritten) -> None:
    _waits(drill, *(float(second) for second in range(1, 21)))

    verdict = drill.check("latency", p95=19)

    assert verdict.status is Status.HELD
    assert verdict.measured == "p95 19s over 20 questions"
    assert drill.check("latency", p50=9).status is Status.BROKEN
    assert drill.check("latency", p50=10).status is Status.HELD


def test_who_got_no_answer_waited_to_the_end(drill: Handwritten) -> None:
    _waits(drill, *[0.1] * 10)
    _waits(drill, *[15.0] * 2, outcome="hung")

    verdict = drill.check("latency", p90="1s")

    assert verdict.status is Status.BROKEN
    assert "2 of 12 got no whole answer" in verdict.finding
    assert {evidence.row["duration"] for evidence in verdict.evidence} == {15.0}


def test_too_few_are_unknown(drill: Handwritten) -> None:
    _waits(drill, *[99.0] * 9)

    assert drill.check("latency", p95="1s").status is Status.UNKNOWN


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("latency", p95="1s", during="degraded").measured
