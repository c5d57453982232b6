"""A conversation hurt on its way to the platform."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Forward, Rewrite
from brownout.exchange import Call
from brownout.faults import Fault, Strike
from brownout.wire.edits_context import DamageContext

ASKED = [{"role": "user", "content": "And now?"}]
TALK = [{"role": "user", "content": "Hello"}, {"role": "assistant", "content": "Hi"}, *ASKED]
SYSTEM = [{"role": "system", "content": "Be kind."}, *ASKED]


@pytest.mark.parametrize(
    ("settings", "messages", "applies"),
    [
        ({}, TALK, True),
        ({"keeps": 1}, TALK, True),
        ({"keeps": 2}, TALK, False),
        ({}, ASKED, False),
        ({}, SYSTEM, False),
        ({"kind": "swapped"}, TALK, True),
        ({"kind": "duplicated"}, TALK, True),
        ({"kind": "reordered"}, TALK, True),
        ({"kind": "reordered"}, TALK[1:], False),
        ({"kind": "forgotten"}, TALK, True),
    ],
)
def test_only_a_call_that_brings_something_earlier_shows_it(
    fault_for: Callable[..., Fault],
    call_for: Callable[..., Call],
    settings: dict[str, Any],
    messages: list[dict[str, str]],
    applies: bool,
) -> None:
    assert fault_for("context_damaged", **settings).applies(call_for("openai.chat", messages=messages)) is applies


@pytest.mark.parametrize(("kind", "applies"), [("forgotten", True), ("trimmed", False)])
def test_a_reference_alone_can_only_be_forgotten(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call], kind: str, applies: bool
) -> None:
    call = call_for("openai.responses", input="And now?", previous_response_id="resp_1")

    assert fault_for("context_damaged", kind=kind).applies(call) is applies


def test_a_body_that_is_signed_cannot_be_changed(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    signed = {"authorization": "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/us-east-1/bedrock/aws4_request"}

    assert not fault_for("context_damaged").applies(call_for("openai.chat", messages=TALK, headers=signed))


def test_the_request_is_changed_and_the_answer_passes(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], call_for: Callable[..., Call]
) -> None:
    call = call_for("openai.chat", messages=TALK)

    program = fault_for("context_damaged", kind="trimmed", keeps=1).program(strike_for(call=call))

    assert program == (Rewrite(DamageContext("trimmed", f"|{call.conversation}", 1)), Forward())


@pytest.mark.parametrize(("of", "others"), [("seen", ("Their words",)), ("made_up", ())])
def test_words_of_another_conversation_are_taken_where_asked_for(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    of: str,
    others: tuple[str, ...],
) -> None:
    strike = strike_for(call=call_for("openai.chat", messages=TALK))
    strike.seen.write("another", "Their words")

    rewrite, _ = fault_for("context_damaged", kind="swapped", of=of).program(strike)

    assert isinstance(rewrite, Rewrite)
    assert isinstance(rewrite.edit, DamageContext)
    assert rewrite.edit.others == others


@pytest.mark.parametrize("settings", [{"kind": "lost"}, {"keeps": -1}, {"of": "me"}])
def test_what_makes_no_sense_is_refused(fault_for: Callable[..., Fault], settings: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        fault_for("context_damaged", **settings)
