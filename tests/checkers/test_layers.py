"""Which layers make many calls of one question."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from support.journals import Handwritten

from brownout.verdict import Status, Verdict


def _broken(drill: Handwritten) -> tuple[str, Verdict]:
    verdict = drill.check("retry_amplification", at_most=2, min_samples=1)
    assert verdict.status is Status.BROKEN
    return verdict.next_step or "", verdict


def _questions(drill: Handwritten, attempts: Sequence[int | None], questions: int = 5) -> None:
    for number in range(questions):
        drill.ask(11, "error", f"hit{number}", user=number)
        for nth, attempt in enumerate(attempts):
            drill.exchange(11 + nth / 10, f"hit{number}", "server_error", attempt=attempt)


def test_an_agent_that_answers_bad_tool_calls_takes_turns_and_no_layers_multiply(drill: Handwritten) -> None:
    for number in range(5):
        drill.ask(11, "error", f"hit{number}", user=number)
        for turn in range(8):
            drill.exchange(11 + turn, f"hit{number}", "wrong_tool_call", attempt=0, status=200)
        drill.exchange(19.0, f"hit{number}", "server_error", attempt=0)
        drill.exchange(19.2, f"hit{number}", attempt=1)

    advice, verdict = _broken(drill)

    assert "Of 45 calls beyond the first of each question: 40 after a whole answer: next turns" in verdict.finding
    assert "5 by the SDK" in verdict.finding
    assert "bound the turns of a question" in advice
    assert "multiply" not in advice


def test_a_transport_below_the_sdk_is_told_from_calls_of_the_sdk(drill: Handwritten) -> None:
    _questions(drill, [0] * 5 + [1] * 5 + [2] * 5)

    advice, verdict = _broken(drill)

    assert "Of 70 calls beyond the first of each question: 60 below the SDK, under a number" in verdict.finding
    assert "10 by the SDK" in verdict.finding
    assert "Two layers multiply: 1 call of the SDK to openai.chat, each retried up to 2 times by the SDK" in advice
    assert "each of these sent up to 5 times by a transport below it" in advice


def test_a_loop_around_an_sdk_that_does_not_retry_is_one_layer(drill: Handwritten) -> None:
    _questions(drill, [0, 0, 0, 0])

    advice, verdict = _broken(drill)

    assert "15 around the SDK, by the application or its framework" in verdict.finding
    assert "sends openai.chat the same question 4 times" in advice


@pytest.mark.parametrize(
    ("attempts", "words"),
    [
        ([0, 1, 2, 3, 4, 5], "The SDK retries up to 5 times by itself"),
        ([0, 1, 2, 0, 1, 2, 0, 1, 2], "3 calls of the SDK to openai.chat, each retried up to 2 times"),
        ([None] * 4, "sends openai.chat the same question 4 times"),
        ([0, 0, 1, 1, 0, 0, 1, 1], "Three layers multiply: 2 calls of the SDK to openai.chat, each retried up to 1"),
    ],
)
def test_each_pattern_of_numbers_has_its_layers(drill: Handwritten, attempts: list[int | None], words: str) -> None:
    _questions(drill, attempts)

    assert words in _broken(drill)[0]


def test_fallbacks_are_no_retries(drill: Handwritten) -> None:
    for number in range(5):
        drill.ask(11, "error", f"hit{number}", user=number)
        for nth in range(5):
            drill.exchange(11 + nth, f"hit{number}", "server_error", model=f"model-{nth}")

    advice, verdict = _broken(drill)

    assert "20 for another model or service" in verdict.finding
    assert "fallbacks" in advice
