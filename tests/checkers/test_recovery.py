"""recovery: how long after the outage users get whole answers again, for good."""

from __future__ import annotations

from support.journals import PHASES, Handwritten, phase

from brownout.verdict import Status


def test_recovered_at_once_when_nothing_fails_after_the_outage(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 50)
    drill.asks(20, ["ok"] * 50)

    verdict = drill.check("recovery", within="1s")

    assert verdict.status is Status.HELD
    assert verdict.measured == "recovered at once"


def test_counts_until_the_first_question_from_which_all_goes_well(drill: Handwritten) -> None:
    drill.asks(20, ["error"] * 30 + ["ok"] * 60)

    verdict = drill.check("recovery", within="5s")

    assert verdict.status is Status.HELD
    assert verdict.measured == "recovered after 2.9s"  # one failure in twenty is still 95%
    assert drill.check("recovery", within="2s").status is Status.BROKEN
    assert drill.check("recovery", within="5s", at_least="100%").measured == "recovered after 3s"


def test_a_relapse_counts_from_its_end(drill: Handwritten) -> None:
    drill.asks(20, ["ok"] * 40 + ["error"] * 10 + ["ok"] * 40)

    verdict = drill.check("recovery", within="2s")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "recovered after 4.9s"
    assert {evidence.row["outcome"] for evidence in verdict.evidence} == {"error"}


def test_questions_of_the_outage_do_not_count(drill: Handwritten) -> None:
    drill.asks(19.5, ["hung"] * 5, duration=15.0)
    drill.asks(20, ["ok"] * 50)

    assert drill.check("recovery", within="1s").status is Status.HELD


def test_never_recovered_is_broken_when_there_was_time_enough(drill: Handwritten) -> None:
    drill.asks(20, ["error"] * 100)

    verdict = drill.check("recovery", within="30s")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "not recovered 40s after the outage"


def test_never_recovered_is_unknown_when_the_drill_ended_too_soon(drill: Handwritten) -> None:
    drill.asks(20, ["error"] * 100)

    verdict = drill.check("recovery", within="2m")

    assert verdict.status is Status.UNKNOWN
    assert "before the 2m that are allowed" in verdict.finding


def test_a_killed_drill_was_watched_only_to_its_last_question(drill: Handwritten) -> None:
    drill.end = None
    drill.asks(20, ["error"] * 101)

    assert drill.check("recovery", within="20s").status is Status.UNKNOWN
    assert drill.check("recovery", within="9s").status is Status.BROKEN


def test_heals_after_the_last_of_several_outages(drill: Handwritten) -> None:
    drill.drill["phases"] = [*PHASES, phase("again", "partial_outage", 60, 70), phase("end", "operational", 70, 90)]
    drill.asks(25, ["error"] * 40)
    drill.asks(70, ["ok"] * 40)

    assert drill.check("recovery", within="1s").measured == "recovered at once"


def test_faults_after_the_outage_are_mentioned(drill: Handwritten) -> None:
    drill.asks(20, ["ok"] * 40)
    drill.exchange(22, "q", "overload")

    assert "1 fault was still injected after it" in drill.check("recovery", within="1s").finding


def test_too_few_questions_after_the_outage_are_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 50)
    drill.asks(20, ["ok"] * 19)

    verdict = drill.check("recovery", within="1s")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "19 questions after the outage of the 20 needed"


def test_a_scenario_that_never_heals_or_never_fails_does_not_exercise_it(drill: Handwritten) -> None:
    drill.drill["phases"] = [phase("healthy", "operational", 0, 60)]
    assert drill.check("recovery", within="1s").measured == "not exercised: this scenario has no outage to recover from"


def test_an_outage_without_end_does_not_exercise_it(drill: Handwritten) -> None:
    drill.drill["phases"] = [phase("healthy", "operational", 0, 10), phase("gone", "shutdown", 10, 60)]
    drill.asks(11, ["error"] * 50)

    assert "lasts to its end" in drill.check("recovery", within="1s").measured


def test_questions_answered_in_another_channel_are_answered(drill: Handwritten) -> None:
    for user in range(40):
        drill.says(21 + user / 10, f"bo-{user}", "hung", user=user, iteration=0)
        row = {"user": user, "iteration": 0, "turn": 1, "step": "web", "instead_of": "ask"}
        drill.ask(21.05 + user / 10, "ok", f"bo-w{user}", **row)

    verdict = drill.check("recovery", within="1s")

    assert (verdict.status, verdict.samples) == (Status.HELD, 40)
