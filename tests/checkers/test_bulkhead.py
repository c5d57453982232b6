"""bulkhead: whether a journey whose own calls met no fault stays well while another one's fail."""

from __future__ import annotations

import pytest
from support.journals import Handwritten, rule

from brownout.verdict import Status


@pytest.fixture(autouse=True)
def others(drill: Handwritten) -> None:
    """A summary whose calls hang, and a chat that asks another service; both are well at first."""
    drill.drill["rules"] = [rule("outage.1.hang", "hang")]
    for number in range(40):
        _ask(drill, 1 + number / 5, number, "summary")
        _ask(drill, 1 + number / 5, number, "chat")
        _ask(drill, 10.5 + number / 5, number, "summary", "hung", fault="hang")


def _ask(
    drill: Handwritten,
    t: float,
    user: int,
    journey: str,
    outcome: str = "ok",
    fault: str | None = None,
    duration: float = 0.5,
) -> None:
    canary = f"{journey}-{t:.2f}"
    drill.ask(t, outcome, canary, journey=journey, user=user, duration=duration)
    service = "openai.chat" if journey == "summary" else "anthropic.messages"
    drill.exchange(t, canary, fault, service=service, phase=None)


def _chat(drill: Handwritten, outcomes: list[str], duration: float = 0.5, fault: str | None = None) -> None:
    for number, outcome in enumerate(outcomes):
        _ask(drill, 11 + number / 6, number, "chat", outcome, fault, duration)


def test_a_journey_that_stays_well_holds(drill: Handwritten) -> None:
    _chat(drill, ["ok"] * 50)

    verdict = drill.check("bulkhead")

    assert verdict.status is Status.HELD
    assert verdict.measured == (
        "chat: 100% (50 of 50) whole answers, 100% on its good days, while what summary called failed (40 hang)"
    )


def test_a_journey_that_fails_along_is_broken_and_named(drill: Handwritten) -> None:
    _chat(drill, ["ok", "hung"] * 25)

    verdict = drill.check("bulkhead")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("chat: 50% (25 of 50) whole answers, 100% on its good days, while what summary")
    assert verdict.objective.startswith("at least 95% of the whole answers of its good days")
    assert {each.row["journey"] for each in verdict.evidence} == {"chat"}
    assert "workers, connections and a queue of its own" in (verdict.next_step or "")


@pytest.mark.parametrize(("duration", "status"), [(1.0, Status.HELD), (9.0, Status.BROKEN)])
def test_a_journey_that_waits_along_is_broken(drill: Handwritten, duration: float, status: Status) -> None:
    _chat(drill, ["ok"] * 50, duration)

    verdict = drill.check("bulkhead", p90="3s")

    assert verdict.status is status
    assert "within 3s" in verdict.measured


def test_what_is_no_better_on_its_good_days_is_no_fault_of_others(drill: Handwritten) -> None:
    for number in range(40):
        _ask(drill, 31 + number / 5, number, "chat", "error")
    _chat(drill, ["ok", "error"] * 25)

    assert drill.check("bulkhead").status is not Status.BROKEN


def test_a_journey_that_met_a_fault_itself_is_left_out(drill: Handwritten) -> None:
    _chat(drill, ["error"] * 50, fault="server_error")

    assert drill.check("bulkhead").status is Status.SKIPPED


def test_what_it_met_before_may_still_be_felt(drill: Handwritten) -> None:
    _ask(drill, 9, 1, "chat", "error", "server_error")
    _chat(drill, ["error"] * 50)

    assert drill.check("bulkhead").status is Status.SKIPPED


@pytest.mark.parametrize("service", ["anthropic.connection", "openai.connection"])
def test_a_connection_that_fails_meets_all_that_is_sent_to_its_platform(drill: Handwritten, service: str) -> None:
    _chat(drill, ["error"] * 50)
    drill.exchange(12, None, "connection_refused", service=service, phase=None)

    spared = service.startswith("openai")
    assert drill.check("bulkhead").status is (Status.BROKEN if spared else Status.UNKNOWN)


def test_calls_that_are_nobodys_may_be_those_of_a_journey_that_shows_none(drill: Handwritten) -> None:
    for number in range(50):
        drill.ask(1 + number / 10, canary=f"quiet{number}", journey="quiet", user=number)
        drill.ask(11 + number / 10, "error", f"quiet-late{number}", journey="quiet", user=number)
    drill.exchange(12, None, "server_error", phase=None)

    verdict = drill.check("bulkhead", journey="quiet")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "it is not known what quiet called"


def test_who_asks_nothing_is_judged_by_its_steps(drill: Handwritten) -> None:
    for number in range(50):
        drill.ask(1 + number / 10, journey="page", user=number, asks=False)
        drill.ask(11 + number / 10, "hung", journey="page", user=number, asks=False)

    verdict = drill.check("bulkhead", journey="page")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("page: 0% (0 of 50) whole answers")


def test_few_questions_are_unknown(drill: Handwritten) -> None:
    _chat(drill, ["error"] * 5)

    verdict = drill.check("bulkhead")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured.startswith("chat: 5 questions while what summary called failed")


def test_one_journey_alone_does_not_exercise_it(drill: Handwritten) -> None:
    drill.events = [event for event in drill.events if getattr(event, "journey", "summary") == "summary"]

    assert drill.check("bulkhead").measured == "not exercised: there is just one journey"
