"""recovery: how long after the outage users get whole answers again, for good."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import PHASES, Handwritten, phase, rule

from brownout.verdict import Status


@pytest.fixture(autouse=True)
def struck(drill: Handwritten) -> None:
    """Half of all calls fail until the outage ends; none after it."""
    drill.drill["rules"] = [rule(curve=0.5)]
    drill.exchange(11, "bo-hit", "server_error", phase="outage")


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
    assert verdict.measured == "recovered after 5s"
    assert {evidence.row["outcome"] for evidence in verdict.evidence} == {"error"}


def test_questions_of_the_outage_do_not_count(drill: Handwritten) -> None:
    drill.asks(19.5, ["hung"] * 5, duration=15.0)
    drill.asks(20, ["ok"] * 50)

    assert drill.check("recovery", within="1s").status is Status.HELD


def test_never_recovered_is_broken_when_there_was_time_enough(drill: Handwritten) -> None:
    drill.asks(20, ["error"] * 100, every=0.4)

    verdict = drill.check("recovery", within="30s")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "not recovered 40s after the faults"


def test_who_asks_nothing_after_what_is_allowed_proves_nothing(drill: Handwritten) -> None:
    drill.asks(20, ["error"] * 100)

    verdict = drill.check("recovery", within="30s")

    assert verdict.status is Status.UNKNOWN
    assert "Nobody asked anything later than 30s after it" in verdict.finding


def test_two_failures_in_one_window_of_many_prove_nothing(drill: Handwritten) -> None:
    outcomes = (["ok"] * 29 + ["error"]) * 9
    outcomes[60:80] = ["ok"] * 9 + ["error", "error"] + ["ok"] * 9
    drill.asks(20, outcomes)

    verdict = drill.check("recovery", within="3s")

    assert verdict.status is Status.HELD
    assert verdict.measured == "recovered within 3s"
    assert "From then on: 95.8% (230 of 240)" in verdict.finding


def test_one_user_who_fails_again_and_again_is_one_cluster(drill: Handwritten) -> None:
    drill.asks(20, ["ok"] * 60, every=0.25)
    for number in range(15):
        drill.ask(25 + number / 15, "error", user=3)

    assert drill.check("recovery", within="1s").status is Status.UNKNOWN


def test_a_few_answers_after_it_hold_nothing(drill: Handwritten) -> None:
    drill.asks(20, ["ok"] * 21, every=0.2)

    verdict = drill.check("recovery", within="1s")

    assert verdict.status is Status.UNKNOWN
    assert (verdict.next_step or "").startswith("About ")


def test_an_even_trickle_of_failures_is_no_recovery(drill: Handwritten) -> None:
    drill.asks(20, (["ok"] * 4 + ["error"]) * 60)

    verdict = drill.check("recovery", within="5s")

    assert verdict.status is Status.BROKEN
    assert verdict.measured == "not recovered 40s after the faults"
    assert "got one" in verdict.finding


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
    drill.drill["rules"].append(rule("again.1.hang", "hang", phase="again", curve=0.2))
    drill.asks(25, ["error"] * 40)
    drill.asks(70, ["ok"] * 40)

    assert drill.check("recovery", within="1s").measured == "recovered at once"


def test_faults_after_the_outage_are_mentioned(drill: Handwritten) -> None:
    drill.asks(20, ["ok"] * 40)
    drill.exchange(22, "q", "overload")

    assert "1 fault was still injected after it" in drill.check("recovery", within="1s").finding


def _recovering(drill: Handwritten, curve: Any, **more: Any) -> None:
    """The tail, from 20 s to 30 s, still injects; calls of questions all along."""
    drill.drill["rules"].append(rule("tail.1.overload", "overload", phase="tail", curve=curve, **more))
    drill.asks(11, ["error"] * 90)
    for number in range(200):
        struck = number % 2 == 0
        more = {"eligible": ["tail.1.overload"], "rule": "tail.1.overload" if struck else None}
        drill.exchange(20 + number / 20, f"bo-{number}", "overload" if struck else None, phase="tail", **more)


def test_a_phase_that_still_injects_is_no_time_to_recover_in(drill: Handwritten) -> None:
    _recovering(drill, 0.5)
    drill.asks(20, ["error", "ok"] * 50)
    drill.asks(30, ["ok"] * 50)

    verdict = drill.check("recovery", within="1s")

    assert (verdict.status, verdict.measured, verdict.samples) == (Status.HELD, "recovered at once", 50)
    assert verdict.finding.startswith(
        "Users got whole answers again as soon as the faults on what the application calls had ended "
        "(30.0s into the drill, in after)."
    )


def test_a_ramp_has_healed_where_it_falls_to_the_stated_share(drill: Handwritten) -> None:
    _recovering(drill, {"from": 0.6, "to": 0.0})
    drill.asks(20, ["ok"] * 400, every=0.05)

    default = drill.check("recovery", within="1s")
    stated = drill.check("recovery", within="1s", below="30%")

    assert "had fallen to 5% of calls or less (29.2s into the drill, in tail)" in default.finding
    assert "had fallen to 30% of calls or less (25.0s into the drill, in tail)" in stated.finding


def test_faults_on_what_is_not_called_keep_nobody_waiting(drill: Handwritten) -> None:
    drill.drill["rules"].append(rule("tail.1.overload", "overload", phase="tail", on="openai.images", curve=1.0))
    drill.asks(20, ["error"] * 60 + ["ok"] * 40)

    assert drill.check("recovery", within="3s").measured == "recovered after 6s"


def test_a_rule_that_struck_few_of_a_services_calls_weighs_as_little(drill: Handwritten) -> None:
    drill.drill["rules"].append(rule("tail.1.overload", "overload", phase="tail", curve=1.0, when={"stream": False}))
    for number in range(100):
        mine = {"eligible": ["tail.1.overload"], "rule": "tail.1.overload"} if number < 4 else {}
        drill.exchange(20 + number / 10, f"bo-{number}", "overload" if mine else None, phase="tail", **mine)
    drill.asks(20, ["ok"] * 50)

    assert "(20.0s into the drill, in tail)" in drill.check("recovery", within="1s").finding


def test_a_rule_that_counts_calls_has_ended_with_its_last_strike(drill: Handwritten) -> None:
    drill.drill["rules"].append(rule("tail.1.overload", "overload", phase="tail", curve=None))
    for number in range(40):
        mine = {"eligible": ["tail.1.overload"], "rule": "tail.1.overload" if number < 20 else None}
        drill.exchange(20 + number / 4, f"bo-{number}", "overload" if number < 20 else None, phase="tail", **mine)
    drill.asks(20, ["ok"] * 200)

    assert "(24.8s into the drill, in tail)" in drill.check("recovery", within="1s").finding


@pytest.mark.parametrize(("end", "healed"), [("complete", "20.0s"), ("client_left", "30.0s")])
def test_what_only_takes_time_ends_no_recovery_unless_clients_give_up_on_it(
    drill: Handwritten, end: Any, healed: str
) -> None:
    id = "tail.1.slow_first_token"
    drill.drill["rules"].append(rule(id, "slow_first_token", phase="tail", curve=0.25))
    for number in range(100):
        mine = {"eligible": [id], "rule": id if number % 4 == 0 else None, "status": 200}
        late = {"end": end} if number % 4 == 0 else {}
        fault = "slow_first_token" if number % 4 == 0 else None
        drill.exchange(20 + number / 10, f"bo-{number}", fault, phase="tail", **mine, **late)
    drill.asks(20, ["ok"] * 200, every=0.1)

    assert f"({healed} into the drill" in drill.check("recovery", within="1s").finding


def test_an_outage_in_which_nobody_called_lasted_all_the_same(drill: Handwritten) -> None:
    drill.drill["phases"][2] = phase("tail", "partial_outage", 20, 30)
    drill.drill["rules"].append(rule("tail.1.hang", "hang", phase="tail", curve=0.3))
    drill.asks(30, ["ok"] * 50)

    assert "(30.0s into the drill, in after)" in drill.check("recovery", within="1s").finding


def test_faults_to_the_end_of_the_scenario_leave_nothing_to_recover_in(drill: Handwritten) -> None:
    drill.drill["rules"].append(rule("after.1.overload", "overload", phase="after", curve=0.5))
    drill.exchange(31, "bo-late", "overload", phase="after", eligible=["after.1.overload"], rule="after.1.overload")
    drill.asks(20, ["ok"] * 50)

    verdict = drill.check("recovery", within="1s")

    assert verdict.status is Status.SKIPPED
    assert "last to the end of this scenario" in verdict.measured


def test_an_outage_that_struck_nothing_needs_no_recovery(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule(on="openai.images", curve=1.0)]
    drill.asks(20, ["ok"] * 50)

    verdict = drill.check("recovery", within="1s")

    assert verdict.status is Status.SKIPPED
    assert "faults struck no more than 5% of what the application calls" in verdict.measured


def test_failures_after_it_are_told_by_what_explains_them(drill: Handwritten) -> None:
    drill.asks(20, ["error"] * 60)
    drill.asks(26, ["ok"] * 40)

    verdict = drill.check("recovery", within="1s")

    assert "Of those who got none after it: No fault was injected into their own calls" in verdict.finding
    assert "Look for what outlives the fault" in (verdict.next_step or "")


def test_too_few_questions_after_the_outage_are_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["error"] * 50)
    drill.asks(20, ["ok"] * 19)

    verdict = drill.check("recovery", within="1s")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "19 questions after the faults of the 20 needed"


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
