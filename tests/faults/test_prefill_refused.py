"""Models that go on from nothing but the user's words."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from brownout.effects import Head, Send
from brownout.exchange import Call
from brownout.faults import Fault, Strike

ASKED = [{"role": "user", "content": "A haiku, please."}]
PREFILLED = [*ASKED, {"role": "assistant", "content": "Snow"}]


@pytest.mark.parametrize(
    ("service", "words"),
    [("anthropic.messages", "does not support assistant message prefill"), ("openai.chat", "must be from the user")],
)
def test_the_platform_says_no_in_its_own_words(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    service: str,
    words: str,
) -> None:
    call = call_for(service, messages=PREFILLED)
    head, body, _ = fault_for("prefill_refused", on="*").program(strike_for(call=call))

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 400
    assert words in json.loads(body.data)["error"]["message"]


def test_only_a_conversation_that_ends_with_the_assistant_is_refused(
    fault_for: Callable[..., Fault], call_for: Callable[..., Call]
) -> None:
    fault = fault_for("prefill_refused", on="*")

    assert fault.applies(call_for(messages=PREFILLED))
    assert not fault.applies(call_for(messages=ASKED))
    assert not fault.applies(call_for(messages=[]))
