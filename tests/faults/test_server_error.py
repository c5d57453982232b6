"""The platform's internal error."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Head, Send
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_it_is_the_platforms_own_error_instead_of_an_answer(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    head, body, end = fault_for("server_error").program(strike_for(stream=stream))

    assert isinstance(head, Head)
    assert head.status == 500
    assert isinstance(body, Send)
    assert json.loads(body.data)["error"]["type"] == "server_error"
    assert end == End()


def test_each_provider_says_it_in_its_own_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    _, body, _ = fault_for("server_error", on="*").program(strike_for("anthropic.messages"))

    assert isinstance(body, Send)
    assert json.loads(body.data)["error"] == {"type": "api_error", "message": "Internal server error"}


def test_status_and_text_can_be_set(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    head, body, _ = fault_for("server_error", status=503, message="Out of order").program(strike_for())

    assert isinstance(head, Head)
    assert head.status == 503
    assert isinstance(body, Send)
    assert json.loads(body.data)["error"]["message"] == "Out of order"


@pytest.mark.parametrize("status", [200, 429, 499, 600])
def test_only_a_server_error_status_is_allowed(fault_for: Callable[..., Fault], status: int) -> None:
    with pytest.raises(ValidationError, match="status"):
        fault_for("server_error", status=status)
