"""retry_amplification: how many upstream calls one question becomes when the platform fails."""

from __future__ import annotations

import pytest
from support.journals import Handwritten, rule

from brownout.verdict import Status


def _question(drill: Handwritten, t: float, canary: str, calls: int, faults: int, **more: object) -> None:
    """One question that becomes ``calls`` exchanges, the first ``faults`` of them struck."""
    drill.ask(t, "ok" if calls > faults else "error", canary, **more)
    for number in range(calls):
        drill.exchange(t + number / 10, canary, "server_error" if number < faults else None)


def test_one_call_becoming_nine_is_amplification(drill: Handwritten) -> None:
    for number in range(10):
        _question(drill, 1 + number / 10, f"calm{number}", calls=1, faults=0)
        _question(drill, 11 + number / 10, f"hit{number}", calls=9, faults=9)

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.BROKEN
    assert verdict.measured == (
        "mean 9 (7.91 to 9 with 50% confidence), p95 9, worst 9 calls for one over 10 questions that met a fault"
    )
    assert verdict.objective == "at most 3 upstream calls for one that is needed, on average"
    assert "up to 9 upstream calls, where a healthy question needs 1" in verdict.finding
    assert "met server_error 9 times" in verdict.evidence[0].text


def test_one_retry_that_helps_is_none(drill: Handwritten) -> None:
    for number in range(10):
        _question(drill, 11 + number / 10, f"hit{number}", calls=2, faults=1)

    assert drill.check("retry_amplification", at_most=2).status is Status.HELD


def test_healthy_fan_out_is_not_amplification(drill: Handwritten) -> None:
    for number in range(10):
        _question(drill, 1 + number / 10, f"calm{number}", calls=4, faults=0)
        _question(drill, 11 + number / 10, f"hit{number}", calls=6, faults=2)

    verdict = drill.check("retry_amplification", at_most=2)

    assert verdict.status is Status.HELD
    assert verdict.measured.startswith("mean 1.5 (")


def test_each_journey_is_compared_with_its_own_fan_out(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    for number in range(20):
        _question(drill, 1 + number / 10, f"agent{number}", calls=8, faults=0, journey="agent")
        _question(drill, 1 + number / 10, f"calm{number}", calls=1, faults=0)
    for number in range(10):
        _question(drill, 11 + number / 10, f"hit{number}", calls=8, faults=7)

    assert drill.check("retry_amplification", at_most=3).status is Status.BROKEN
    assert drill.check("retry_amplification", at_most=3, journey="chat").status is Status.BROKEN
    assert drill.check("retry_amplification", at_most=3, journey="agent").status is Status.UNKNOWN


def test_only_healthy_phases_say_what_a_question_costs(drill: Handwritten) -> None:
    for number in range(20):
        _question(drill, 1 + number / 10, f"calm{number}", calls=1, faults=0)
        _question(drill, 11 + number / 10, f"storm{number}", calls=9, faults=0)
        _question(drill, 25 + number / 10, f"late{number}", calls=9, faults=0)
        _question(drill, 15 + number / 10, f"hit{number}", calls=9, faults=1)

    assert drill.check("retry_amplification", at_most=3).status is Status.BROKEN


def test_calls_of_unknown_questions_count_where_all_do(drill: Handwritten) -> None:
    for number in range(100):
        drill.exchange(11 + number / 100, f"never journalled {number % 10}", "server_error")

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.BROKEN
    assert verdict.evidence[0].row["kind"] == "exchange"
    assert drill.check("retry_amplification", at_most=3, journey="chat").samples == 0


def test_identical_prompts_of_different_users_are_not_retries(drill: Handwritten) -> None:
    for number in range(30):
        drill.ask(11 + number / 100, "error", f"user{number}")
        drill.exchange(11 + number / 100, f"user{number}", "server_error", key="the same words")

    verdict = drill.check("retry_amplification", at_most=1)

    assert verdict.status is Status.HELD
    assert verdict.samples == 30


def test_one_unlucky_question_in_a_hundred_is_told_but_not_broken(drill: Handwritten) -> None:
    for number in range(100):
        _question(drill, 11 + number / 100, f"hit{number}", calls=2, faults=1, user=number)
    _question(drill, 15, "storm", calls=30, faults=30)

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.HELD
    assert "worst 30 calls" in verdict.measured


def test_a_few_questions_settle_nothing(drill: Handwritten) -> None:
    for number in range(9):
        _question(drill, 11, f"hit{number}", calls=9, faults=9, user=number)

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "9 questions that met a fault of the 10 needed"


def test_what_lies_within_the_interval_is_unknown_and_says_how_many_more_would_tell(drill: Handwritten) -> None:
    for number in range(20):
        calls = 6 if number % 2 else 1
        _question(drill, 11 + number / 10, f"hit{number}", calls=calls, faults=calls, user=number)

    verdict = drill.check("retry_amplification", at_most=3, confidence="95%", margin="10%")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured.startswith("mean 3.5 (")
    assert (verdict.next_step or "").startswith("About ")
    assert verdict.longer > 1


@pytest.mark.parametrize(("users", "status"), [(1, Status.UNKNOWN), (30, Status.BROKEN)])
def test_one_stubborn_user_is_one_cluster(drill: Handwritten, users: int, status: Status) -> None:
    for number in range(60):
        stubborn = number % 2 == 0
        calls, user = (9, number % (2 * users)) if stubborn else (1, 100 + number)
        _question(drill, 11 + number / 10, f"hit{number}", calls=calls, faults=calls, user=user)

    assert drill.check("retry_amplification", at_most=3, confidence="95%", margin="10%").status is status


def test_names_two_layers_that_multiply(drill: Handwritten) -> None:
    for number in range(10):
        drill.ask(11, "error", f"hit{number}")
        for call in range(9):
            drill.exchange(11 + call, f"hit{number}", "server_error", attempt=call % 3)

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.next_step is not None
    assert "3 calls of the SDK to openai.chat, each retried up to 2 times" in verdict.next_step


def test_names_the_one_layer_that_repeats(drill: Handwritten) -> None:
    for number in range(10):
        _question(drill, 11, f"hit{number}", calls=6, faults=6)

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.next_step is not None
    assert "sends openai.chat the same question 6 times" in verdict.next_step


def test_calls_without_a_canary_cannot_be_told_apart(drill: Handwritten) -> None:
    for number in range(20):
        drill.ask(11 + number / 10, "error", f"hit{number}")
        drill.exchange(11 + number / 10, None, "server_error")
    for number in range(10):
        drill.exchange(12, f"hit{number}", "server_error")

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.UNKNOWN
    assert "20 of 30 calls carry no canary" in verdict.finding


def test_calls_of_before_the_timeline_are_no_unmarked_ones(drill: Handwritten) -> None:
    for _ in range(40):
        drill.exchange(-2, service="openai.embeddings", path="/v1/embeddings")
    for number in range(10):
        _question(drill, 11 + number / 10, f"hit{number}", calls=2, faults=1)

    assert drill.check("retry_amplification", at_most=2).status is Status.HELD


def test_rules_without_a_struck_question_are_unknown(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    _question(drill, 1, "calm", calls=1, faults=0)

    assert drill.check("retry_amplification", at_most=2).status is Status.UNKNOWN


def test_a_phase_without_rules_does_not_exercise_it(drill: Handwritten) -> None:
    drill.drill["rules"] = [rule()]
    _question(drill, 1, "calm", calls=1, faults=0)

    verdict = drill.check("retry_amplification", at_most=2, during="operational")

    assert verdict.measured == "not exercised: this scenario injects no fault then"


def test_a_scenario_without_rules_does_not_exercise_it(drill: Handwritten) -> None:
    _question(drill, 1, "calm", calls=1, faults=0)

    assert drill.check("retry_amplification", at_most=2).measured == "not exercised: this scenario injects no fault"


def test_each_channel_has_a_cost_of_its_own(drill: Handwritten) -> None:
    for number in range(9):
        drill.ask(1, canary=f"bo-w{number}")
        drill.exchange(1, f"bo-w{number}")
    for number in range(10):
        drill.says(2, f"bo-a{number}")
        drill.says(12, f"bo-b{number}")
        for second, fault in ((2, None), (12, "server_error")):
            for _ in range(3):
                drill.exchange(second, f"bo-{'ab'[second == 12]}{number}", fault)

    verdict = drill.check("retry_amplification", at_most=1)

    assert (verdict.status, verdict.measured.partition(" (")[0]) == (Status.HELD, "mean 1")


def _job(drill: Handwritten, t: float, mark: str, looks: int, vain: range = range(0)) -> None:
    """One question whose answer is made in the background and looked at so often, of which ``vain`` looks fail."""
    drill.ask(t, "ok", mark, duration=looks / 100 + 0.5)
    drill.exchange(t, mark, service="openai.responses", path="/v1/responses", made=[f"resp_{mark}"])
    for number in range(looks):
        look = {"service": "openai.responses", "path": f"/v1/responses/resp_{mark}", "method": "GET"}
        fault = "connection_reset" if number in vain else None
        end = {"status": None, "end": "rst"} if fault else {}
        drill.exchange(t + (number + 1) / 100, None, fault, **look, **end)


def test_waiting_for_a_job_that_takes_longer_is_not_amplification(drill: Handwritten) -> None:
    for number in range(10):
        _job(drill, 1 + number / 10, f"calm{number}", looks=3)
        _job(drill, 11 + number / 10, f"hit{number}", looks=40, vain=range(5, 6))

    verdict = drill.check("retry_amplification", at_most=2)

    assert verdict.status is Status.HELD
    assert verdict.measured.startswith("mean 1.5 (")
    assert verdict.samples == 10


def test_looking_again_and_again_in_vain_is_amplification(drill: Handwritten) -> None:
    for number in range(10):
        _job(drill, 1 + number / 10, f"calm{number}", looks=3)
        _job(drill, 11 + number / 10, f"hit{number}", looks=12, vain=range(2, 11))

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.BROKEN
    assert "up to 11 upstream calls, where a healthy question needs up to 2" in verdict.finding
    assert "its 13 calls to the platform met connection_reset 9 times" in verdict.evidence[0].text
    assert verdict.next_step is not None
    assert verdict.next_step.startswith("The application looks at what openai.responses is making again and again")


def test_advice_is_about_what_was_repeated_and_not_about_patience(drill: Handwritten) -> None:
    for number in range(10):
        _job(drill, 1 + number / 10, f"calm{number}", looks=3)
        for attempt in range(9):
            drill.exchange(
                11 + number / 10, f"hit{number}", "server_error", service="openai.responses", attempt=attempt % 3
            )
        _job(drill, 12 + number / 10, f"hit{number}", looks=30)

    verdict = drill.check("retry_amplification", at_most=3)

    assert verdict.status is Status.BROKEN
    assert verdict.next_step is not None
    assert verdict.next_step.startswith("Two layers multiply")


def _agents(drill: Handwritten, begins: float, count: int, retries: int, name: str) -> None:
    """Turns of an agent, of which one in three uses a tool; ``retries`` of its last call meet a fault."""
    for number in range(count):
        canary, t, steps = f"{name}{number}", begins + number / 10, 2 if number % 3 == 0 else 1
        drill.ask(t, "ok", canary)
        for step in range(steps):
            for again in range(retries + 1 if step == steps - 1 else 1):
                struck = step == steps - 1 and again < retries
                drill.exchange(t + step / 50 + again / 100, canary, "server_error" if struck else None, step=step)


def test_the_step_after_a_tool_is_no_retry(drill: Handwritten) -> None:
    _agents(drill, 1, 12, retries=0, name="calm")
    _agents(drill, 11, 12, retries=1, name="hit")

    verdict = drill.check("retry_amplification", at_most=2)

    assert verdict.status is Status.HELD
    assert "worst 2 calls for one" in verdict.measured


def test_an_agent_that_begins_its_turns_anew_is_still_amplification(drill: Handwritten) -> None:
    _agents(drill, 1, 12, retries=0, name="calm")
    _agents(drill, 11, 12, retries=5, name="hit")

    assert drill.check("retry_amplification", at_most=2).status is Status.BROKEN


def test_what_its_user_sent_three_times_needs_three_times_as_many(drill: Handwritten) -> None:
    for number in range(12):
        mark = f"hit{number}"
        for attempt in range(3):
            more = {
                "attempt": attempt,
                "again": attempt < 2,
                "asks": attempt == 2,
                "sent": attempt / 10,
                "user": number,
            }
            drill.ask(11, "error", mark, **more)
        for call in range(3):
            drill.exchange(11.05 + call / 10, mark, "server_error")
            drill.exchange(11.06 + call / 10, mark, "server_error")

    assert drill.check("retry_amplification", at_most=2).status is Status.HELD
    verdict = drill.check("retry_amplification", at_most=1)

    assert verdict.measured.startswith("mean 2 (")
    assert "Of 36 calls beyond the first of each question: 36 around the SDK" in verdict.finding
    assert "the same question 2 times" in (verdict.next_step or "")
