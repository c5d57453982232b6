"""A body that is too large."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
def test_it_is_a_413_in_the_providers_words(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("too_large", on="*").program(strike_for(service, stream)))

    assert answer.status == 413
    expected = "request_too_large" if service.startswith("anthropic") else "server_error"
    assert answer.json["error"]["type"] == expected


def test_the_limit_is_quoted(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    answer = made(fault_for("too_large", largest=1000).program(strike_for()))

    assert answer.json["error"]["message"].startswith("Maximum content size limit (1000) exceeded")
