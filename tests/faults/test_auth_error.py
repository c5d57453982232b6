"""A key that is let in no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@BOTH
@pytest.mark.parametrize(
    ("reason", "openai", "anthropic"),
    [
        ("expired", (401, "token_expired"), (401, "authentication_error")),
        ("revoked", (401, "invalid_api_key"), (401, "authentication_error")),
        ("flagged", (401, "account_deactivated"), (400, "invalid_request_error")),
        ("region", (403, "unsupported_country_region_territory"), (403, "forbidden")),
        ("permission", (403, "missing_scope"), (403, "permission_error")),
        ("logged_out", (401, "token_invalidated"), (401, "authentication_error")),
    ],
)
def test_each_reason_is_the_providers_own_refusal(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    reason: str,
    openai: tuple[int, str],
    anthropic: tuple[int, str],
    stream: bool,
) -> None:
    fault = fault_for("auth_error", on="*", reason=reason)

    for service in ("openai.chat", "openai.responses"):
        answer = made(fault.program(strike_for(service, stream)))
        assert (answer.status, answer.json["error"]["code"]) == openai
    answer = made(fault.program(strike_for("anthropic.messages", stream)))
    assert (answer.status, answer.json["error"]["type"]) == anthropic


@EVERY
def test_the_text_can_be_replaced(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    answer = made(fault_for("auth_error", on="*", message="No entry").program(strike_for(service)))

    assert (answer.status, answer.json["error"]["message"]) == (401, "No entry")


def test_a_reason_that_no_platform_gives_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="reason"):
        fault_for("auth_error", reason="mood")
