"""The platform's own overload error."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Head, Send
from brownout.faults import Fault, Strike


@pytest.mark.parametrize(
    ("service", "status", "field", "word"),
    [("openai.chat", 503, "code", "server_is_overloaded"), ("anthropic.messages", 529, "type", "overloaded_error")],
)
@pytest.mark.parametrize("stream", [False, True])
def test_each_provider_has_its_own_status_and_word(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    status: int,
    field: str,
    word: str,
    stream: bool,
) -> None:
    head, body, end = fault_for("overloaded", on="*").program(strike_for(service, stream=stream))

    assert isinstance(head, Head)
    assert head.status == status
    assert isinstance(body, Send)
    assert json.loads(body.data)["error"][field] == word
    assert end == End()


def test_no_retry_after_unless_asked_for(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    head = fault_for("overloaded").program(strike_for())[0]

    assert isinstance(head, Head)
    assert "retry-after" not in dict(head.headers)


def test_retry_after_passes_at_the_scenarios_speed(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    head = fault_for("overloaded", retry_after="10m").program(strike_for("anthropic.messages", speed=120))[0]

    assert isinstance(head, Head)
    assert dict(head.headers)["retry-after"] == "5"


def test_a_wait_that_is_no_duration_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="is not a duration; allowed"):
        fault_for("overloaded", retry_after="soon")
