"""breaker: whether a fallback is disclosed, and shows its own model and its own usage."""

from __future__ import annotations

from typing import Any

import pytest
from support.journals import Handwritten, rule

from brownout.verdict import Status, Verdict

PRIMARY, FALLBACK = "openai.chat", "anthropic.messages"
MODELS = {PRIMARY: "gpt-4o-mini-2024-07-18", FALLBACK: "claude-haiku-4-5"}
TOKENS = {PRIMARY: (20, 30), FALLBACK: (25, 40)}
OWN: dict[str, Any] = {"disclosed": False, "model": "gpt-4o-mini", "usage": 50}
"""What is shown with an answer of the primary, ..."""
SOUND: dict[str, Any] = {"disclosed": True, "model": "claude-haiku-4-5-20251001", "usage": 65}
"""... and with one of the fallback."""


def _ask(drill: Handwritten, t: float, user: int, calls: str, shown: dict[str, Any], **more: Any) -> None:
    """One whole answer and its calls: to the primary, failed (``x``), cut (``c``) or well (``p``), or the fallback."""
    canary = f"q{t:.2f}-{user}"
    drill.ask(t, "ok", canary, user=user, duration=0.5, **shown)
    for nth, kind in enumerate(calls):
        service = FALLBACK if kind == "f" else PRIMARY
        tokens_in, tokens_out = (0, 0) if kind == "x" else TOKENS[service]
        row: dict[str, Any] = {"service": service, "duration": 0.1, "model": MODELS[service]}
        row |= {"tokens_in": tokens_in, "tokens_out": tokens_out}
        row |= {"status": 200, "end": "cut", "estimated": True} if kind == "c" else {}
        drill.exchange(t + nth / 20, canary, "server_error" if kind in "xc" else None, **{**row, **more})


def _play(drill: Handwritten, calls: str, shown: dict[str, Any], own: dict[str, Any] = OWN, number: int = 60) -> None:
    """Good days; an outage in which the fallback gives ``number`` answers; and good days again."""
    drill.drill["rules"] = [rule(curve=1.0), rule("tail.1.server_error", phase="tail", curve=1.0)]
    for nth in range(30):
        _ask(drill, 1 + nth / 5, nth, "p", own)
    for nth in range(15):
        drill.ask(10.1 + nth / 5, "error", f"failed{nth}", user=nth)
        drill.exchange(10.1 + nth / 5, f"failed{nth}", "server_error")
    for nth in range(number):
        _ask(drill, 16 + nth / 5, nth % 30, calls, shown)
    for nth in range(60):
        _ask(drill, 36 + nth / 3, nth % 30, "p", own)


def _check(drill: Handwritten, **settings: object) -> Verdict:
    wanted = {"primary": PRIMARY, "fallback": FALLBACK, "probes": 1.0}
    return drill.check("breaker", **{**wanted, **settings})


def test_a_fallback_that_says_who_answered_holds(drill: Handwritten) -> None:
    _play(drill, "f", SOUND)

    verdict = _check(drill)

    assert verdict.status is Status.HELD, verdict.measured
    assert "100% (60 of 60) disclosed it where only anthropic.messages answered" in verdict.measured
    assert "100% (60 of 60) showed another model than openai.chat's" in verdict.measured
    assert "100% (60 of 60) showed the tokens of its own calls" in verdict.measured
    assert "100% (90 of 90) were not called a fallback's where only openai.chat answered" in verdict.measured


@pytest.mark.parametrize(
    ("calls", "wrong", "measured", "objective", "advice"),
    [
        (
            "f",
            {"disclosed": False},
            "0% (0 of 60) disclosed it where only anthropic.messages answered",
            "95% of answers by anthropic.messages alone disclose it",
            "Say with each answer that another model gave it",
        ),
        (
            "xf",
            {"model": "openai/GPT-4o mini"},
            "0% (0 of 60) showed another model than openai.chat's where only anthropic.messages answered",
            "95% by anthropic.messages alone show another model than openai.chat's",
            "Take the model's name from the answer",
        ),
        (
            "f",
            {"usage": 50},
            "0% (0 of 60) showed the tokens of its own calls where only anthropic.messages answered",
            "95% by anthropic.messages alone show the tokens of its own calls",
            "Take the usage from the call whose answer is shown",
        ),
    ],
)
def test_a_fallback_that_passes_for_the_primary_is_broken(
    drill: Handwritten, calls: str, wrong: dict[str, Any], measured: str, objective: str, advice: str
) -> None:
    _play(drill, calls, {**SOUND, **wrong})

    verdict = _check(drill)

    assert verdict.status is Status.BROKEN
    assert verdict.measured == measured
    assert objective in verdict.objective
    assert advice in (verdict.next_step or "")
    assert len(verdict.evidence) == 5
    assert "shown as" in verdict.evidence[0].text


def test_tokens_of_failed_calls_to_the_primary_are_not_the_fallbacks(drill: Handwritten) -> None:
    _play(drill, "xf", {**SOUND, "usage": 75}, {**OWN, "usage": 7})  # on no day is it what the platform counted
    drill.events = [_billed(each) for each in drill.events]

    verdict = _check(drill)

    assert verdict.status is Status.BROKEN
    assert "0% (0 of 60) showed the tokens of its own calls" in verdict.measured


def _billed(event: Any) -> Any:
    """Ten tokens for each call that failed."""
    if getattr(event, "fault", None) and event.tokens_in is not None:
        return type(event)(**{**vars(event), "tokens_in": 10})
    return event


def test_the_usual_model_that_is_called_a_fallback_is_broken(drill: Handwritten) -> None:
    _play(drill, "f", SOUND, {**OWN, "disclosed": True})

    verdict = _check(drill)

    assert verdict.status is Status.BROKEN
    assert verdict.measured == (
        "0% (0 of 90) were not called a fallback's where only openai.chat answered in healthy phases"
    )
    assert "in healthy phases, are not called a fallback's" in verdict.objective


@pytest.mark.parametrize("number", [1, 9])
def test_few_answers_of_a_fallback_are_unknown(drill: Handwritten, number: int) -> None:
    _play(drill, "f", {**SOUND, "disclosed": False}, number=number)

    verdict = _check(drill, min_samples=10)

    assert verdict.status is Status.UNKNOWN
    assert "where only anthropic.messages answered of the 10 needed" in verdict.measured


def test_what_nobody_says_is_not_asked(drill: Handwritten) -> None:
    _play(drill, "f", {}, {})

    verdict = _check(drill)

    assert verdict.status is Status.HELD
    assert "answered" not in verdict.measured
    assert not {"disclose", "show"} & set(verdict.objective.split())


def test_without_a_fallback_nothing_of_it_is_asked(drill: Handwritten) -> None:
    _play(drill, "f", {**SOUND, "disclosed": False, "usage": 1})

    verdict = _check(drill, fallback=None)

    assert verdict.status is Status.HELD
    assert not {"disclose", "show"} & set(verdict.objective.split())


def test_a_label_that_is_the_same_on_good_days_and_no_models_name_is_unknown(drill: Handwritten) -> None:
    _play(drill, "f", {**SOUND, "model": "Shop Assistant"}, {**OWN, "model": "Shop Assistant"})

    verdict = _check(drill)

    assert verdict.status is Status.UNKNOWN
    assert "'Shop Assistant' is shown as the model" in verdict.measured
    assert "Let reply.model in brownout.yaml lead to" in (verdict.next_step or "")


@pytest.mark.parametrize(("usual", "shown"), [(7, 8), (50, 90)])
def test_tokens_that_may_be_counted_in_another_way_are_unknown(drill: Handwritten, usual: int, shown: int) -> None:
    """By the application itself; or with thoughts, which the fallback's platform names apart."""
    _play(drill, "f", {**SOUND, "usage": shown}, {**OWN, "usage": usual})

    verdict = _check(drill)

    assert verdict.status is Status.UNKNOWN
    assert "tokens and the like are shown" in verdict.measured


def test_estimated_tokens_prove_nothing(drill: Handwritten) -> None:
    _play(drill, "f", {"usage": 1}, {"usage": 50})
    drill.events = [
        type(each)(**{**vars(each), "estimated": True}) if getattr(each, "service", "") == FALLBACK else each
        for each in drill.events
    ]

    assert _check(drill).status is Status.HELD


def test_an_answer_that_goes_on_from_the_primarys_may_show_both(drill: Handwritten) -> None:
    _play(drill, "cf", {**SOUND, "model": OWN["model"], "usage": 80})

    assert _check(drill).status is Status.HELD


def test_a_deployment_may_be_of_the_same_model(drill: Handwritten) -> None:
    _play(drill, "f", {**SOUND, "model": "gpt-4o-mini"})
    drill.events = [
        type(each)(**{**vars(each), "service": "azure.chat", "model": "prod-1"})
        if getattr(each, "service", "") == FALLBACK
        else each
        for each in drill.events
    ]

    assert "is shown as the model where only azure.chat answered" in _check(drill, fallback="azure.chat").measured


def test_answers_to_which_an_unknown_call_may_have_led_are_left_out(drill: Handwritten) -> None:
    _play(drill, "f", {**SOUND, "disclosed": False, "model": OWN["model"], "usage": 50})
    for nth in range(60):
        drill.exchange(16.1 + nth / 5)

    assert "disclosed it" not in _check(drill).measured
