"""No money left."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])


@BOTH
@pytest.mark.parametrize(
    ("service", "status", "type"),
    [
        ("openai.chat", 429, "insufficient_quota"),
        ("openai.responses", 429, "insufficient_quota"),
        ("anthropic.messages", 400, "invalid_request_error"),
    ],
)
def test_each_provider_has_its_own_status_and_no_wait(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    status: int,
    type: str,
    stream: bool,
) -> None:
    answer = made(fault_for("quota_exhausted", on="*").program(strike_for(service, stream)))

    assert (answer.status, answer.json["error"]["type"]) == (status, type)
    assert not [name for name in answer.headers if name.startswith("retry-after")]


def test_a_code_names_what_is_used_up(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    fault = fault_for("quota_exhausted", on="*", code="organization_spend_limit_exceeded")
    assert made(fault.program(strike_for())).json["error"]["code"] == "organization_spend_limit_exceeded"

    answer = made(fault_for("quota_exhausted", on="*", code="billing_error").program(strike_for("anthropic.messages")))
    assert (answer.status, answer.json["error"]["type"]) == (402, "billing_error")
