"""An outage that blames the caller."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@BOTH
@pytest.mark.parametrize(
    ("looks_like", "openai", "anthropic"),
    [
        ("quota", (429, "insufficient_quota"), (400, "invalid_request_error")),
        ("forbidden", (403, "invalid_request_error"), (403, "permission_error")),
        ("not_found", (404, "invalid_request_error"), (404, "not_found_error")),
    ],
)
def test_it_is_an_error_that_the_provider_has_for_callers(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    looks_like: str,
    openai: tuple[int, str],
    anthropic: tuple[int, str],
    stream: bool,
) -> None:
    fault = fault_for("misleading_error", on="*", looks_like=looks_like)

    for service in SERVICES:
        answer = made(fault.program(strike_for(service, stream)))
        wanted = anthropic if service.startswith("anthropic") else openai
        assert (answer.status, answer.json["error"]["type"]) == wanted


@EVERY
def test_its_text_can_be_replaced(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    answer = made(fault_for("misleading_error", on="*", message="Your fault").program(strike_for(service)))

    assert answer.json["error"]["message"] == "Your fault"
