"""failover: the other channel answers, and knows the conversation."""

from __future__ import annotations

from typing import Any

from support.journals import Handwritten

from brownout.verdict import Status


def _instead(drill: Handwritten, count: int, outcome: str = "ok", **more: Any) -> None:
    for number in range(count):
        row = {"user": number, "turn": 1, "step": "web", "instead_of": "ask", "earlier": 1, **more}
        drill.ask(12 + number / 10, outcome, f"bo-{outcome}{len(drill.events)}", **row)


def test_holds_when_the_other_channel_answers_and_remembers(drill: Handwritten) -> None:
    _instead(drill, 10)

    verdict = drill.check("failover", at_least="100%")

    assert (verdict.status, verdict.samples) == (Status.HELD, 10)
    assert verdict.measured.startswith("100% (10 of 10); ")
    assert "somebody who knew the conversation" in verdict.finding


def test_no_answer_and_an_answer_that_forgot_are_told_apart(drill: Handwritten) -> None:
    _instead(drill, 7)
    _instead(drill, 2, "error")
    _instead(drill, 1, "hung")
    _instead(drill, 2, forgotten=["bo-before", "bo-then"])

    verdict = drill.check("failover", at_least="90%")

    assert verdict.status is Status.BROKEN
    assert verdict.measured.startswith("58.3% (7 of 12); ")
    assert verdict.finding == (
        "Of 12 questions asked in another channel, 3 got no whole answer there either: 2 error, 1 hung; "
        "2 answers did not know what had been said before in the conversation."
    )
    assert {row.row["outcome"] for row in verdict.evidence} == {"ok", "error", "hung"}
    assert any("(chat/web instead of ask): a whole answer that had forgotten 2 earlier questions" in row.text
               for row in verdict.evidence)  # fmt: skip
    assert "depends on nothing that fails with the first" in (verdict.next_step or "")


def test_answers_without_the_history_alone_have_their_own_advice(drill: Handwritten) -> None:
    _instead(drill, 10, forgotten=["bo-before"])
    drill.exchange(12, drill.events[0].row()["canary"], "context_damaged")

    verdict = drill.check("failover", at_least="50%")

    assert verdict.status is Status.BROKEN
    assert "by person and not by channel" in (verdict.next_step or "")
    assert "met context_damaged" in verdict.evidence[0].text


def test_a_share_may_be_enough(drill: Handwritten) -> None:
    _instead(drill, 9)
    _instead(drill, 1, "error")

    assert drill.check("failover", at_least="90%").status is Status.HELD
    assert "1 got no whole answer there either" in drill.check("failover", at_least="90%").finding


def test_too_few_are_no_verdict(drill: Handwritten) -> None:
    _instead(drill, 3, "error")

    verdict = drill.check("failover", at_least="90%")

    assert verdict.status is Status.UNKNOWN
    assert verdict.measured == "3 questions that went to another channel of the 10 needed"
    assert drill.check("failover", at_least="90%", min_samples=3).status is Status.BROKEN


def test_where_the_first_channel_always_answers_it_is_not_exercised(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 20)

    assert "answered where it was asked first" in drill.check("failover", at_least="90%").measured


def test_failures_that_nobody_took_elsewhere_are_unknown(drill: Handwritten) -> None:
    drill.asks(11, ["ok"] * 20 + ["error"] * 3)

    verdict = drill.check("failover", at_least="90%")

    assert verdict.status is Status.UNKNOWN
    assert "3 of 23 questions got no whole answer" in verdict.finding
    assert "instead_of" in (verdict.next_step or "")


def test_without_a_question_it_is_unknown(drill: Handwritten) -> None:
    assert drill.check("failover", at_least="90%").status is Status.UNKNOWN


def test_it_is_about_the_phases_that_are_asked_for(drill: Handwritten) -> None:
    _instead(drill, 10, "error")
    drill.asks(40, ["ok"] * 3)

    assert drill.check("failover", at_least="90%", during="major_outage").status is Status.BROKEN
    assert "answered where" in drill.check("failover", at_least="90%", during="operational").measured
    assert "no shutdown phase" in drill.check("failover", at_least="90%", during="shutdown").measured


def test_a_question_that_was_sent_again_in_the_other_channel_is_one(drill: Handwritten) -> None:
    for number in range(10):
        both = {"user": number, "iteration": number, "step": "web", "instead_of": "ask"}
        drill.ask(12, "error", f"bo-{number}", user=number, iteration=number, turn=0)
        drill.ask(13, "error", f"bo-{number}b", turn=1, asks=False, again=True, **both)
        drill.ask(13, "ok", f"bo-{number}b", turn=1, attempt=1, sent=1.0, **both)

    verdict = drill.check("failover", at_least="100%")

    assert (verdict.status, verdict.samples) == (Status.HELD, 10)
    assert drill.check("success", at_least="100%").samples == 10
