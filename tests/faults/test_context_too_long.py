"""A prompt that no longer fits."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
def test_it_is_a_bad_request_in_the_providers_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("context_too_long", on="*").program(strike_for(service, stream)))

    error = answer.json["error"]
    assert (answer.status, error["type"]) == (400, "invalid_request_error")
    assert error.get("code") == (None if service.startswith("anthropic") else "context_length_exceeded")


@pytest.mark.parametrize(
    ("service", "text"), [("openai.chat", "length is 4096 tokens"), ("anthropic.messages", "> 4096 maximum")]
)
def test_the_window_is_quoted(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, text: str
) -> None:
    answer = made(fault_for("context_too_long", on="*", window=4096).program(strike_for(service)))

    assert text in answer.json["error"]["message"]


def test_a_window_of_nothing_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="window"):
        fault_for("context_too_long", window=0)
