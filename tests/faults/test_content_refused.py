"""A prompt that breaks a policy."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
def test_it_is_a_bad_request_in_the_providers_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("content_refused", on="*").program(strike_for(service, stream)))

    error = answer.json["error"]
    assert (answer.status, error["type"]) == (400, "invalid_request_error")
    texts = {"anthropic.messages": "Output blocked by content filtering policy"}
    assert error["message"].startswith(texts.get(service, "Invalid prompt: your prompt was flagged"))


def test_its_text_can_be_replaced(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert made(fault_for("content_refused", message="No").program(strike_for())).json["error"]["message"] == "No"
