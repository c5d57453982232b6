"""first_token: a quantile of the time to the first token of streamed answers."""

from __future__ import annotations

from support.journals import Handwritten

from brownout.verdict import Status


def test_only_steps_that_stream_count(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 10, first_token=0.3)
    drill.asks(11, ["ok"] * 10, step="plain", streamed=False, first_token=None, duration=60.0)

    verdict = drill.check("first_token", p95="1s")

    assert verdict.status is Status.HELD
    assert verdict.measured.startswith("p95 300ms over 10 questions; ")


def test_who_saw_no_token_of_a_streamed_step_waited_to_the_end(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 10, first_token=0.3)
    drill.asks(12, ["hung"] * 10, streamed=False, first_token=None, duration=15.0)

    verdict = drill.check("first_token", p90="1s")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("p90 15s over 20 questions; ")
    assert verdict.evidence[0].row["outcome"] == "hung"


def test_an_application_that_streams_nothing_cannot_be_judged(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 20, streamed=False, first_token=None)

    verdict = drill.check("first_token", p95="1s")

    assert verdict.status is Status.UNKNOWN
    assert "No answer was streamed" in verdict.finding


def test_too_few_are_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 9)

    assert drill.check("first_token", p95="1s").status is Status.UNKNOWN


def test_a_scenario_without_that_phase_does_not_exercise_it(drill: Handwritten) -> None:
    assert "not exercised" in drill.check("first_token", p95="1s", during="shutdown").measured
