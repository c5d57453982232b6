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
    assert verdict.measured.startswith("p95 19s over 20 questions; ")
    assert drill.check("latency", p50=7).status is Status.BROKEN
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


def test_a_quantile_of_few_has_no_verdict_where_its_interval_holds_the_limit(drill: Handwritten) -> None:
    for number in range(30):
        drill.ask(11 + number / 10, duration=5.0 if number % 6 == 0 else 1.0, user=number)

    verdict = drill.check("latency", p90=3, confidence="95%", margin="10%")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "p90 5s over 30 questions; 1s to 5s with 95% confidence"
    assert "83.3% waited no longer than 3s." in verdict.finding


def test_a_quantile_far_beyond_its_limit_is_broken_by_few(drill: Handwritten) -> None:
    for number in range(12):
        drill.ask(11 + number / 10, duration=5.0, user=number)

    assert drill.check("latency", p90=3, confidence="95%").status is Status.BROKEN
