"""Any status at all."""

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
@pytest.mark.parametrize("status", [300, 400, 401, 402, 403, 404, 408, 409, 413, 418, 429, 500, 503, 504, 529, 599])
def test_every_status_comes_with_an_error_of_the_providers(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool, status: int
) -> None:
    answer = made(fault_for("http_status", on="*", status=status).program(strike_for(service, stream)))

    assert answer.status == status
    assert answer.json["error"]["message"]
    assert answer.headers["content-type"] == "application/json"
    assert "retry-after" not in answer.headers


@pytest.mark.parametrize(
    ("status", "type"), [(429, "requests"), (401, "invalid_request_error"), (503, "service_unavailable_error")]
)
def test_the_body_is_that_of_the_nearest_error(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], status: int, type: str
) -> None:
    answer = made(fault_for("http_status", status=status).program(strike_for()))

    assert answer.json["error"]["type"] == type


def test_not_modified_has_no_body(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    answer = made(fault_for("http_status", status=304).program(strike_for()))

    assert (answer.status, answer.body) == (304, b"")
    assert not [name for name in answer.headers if name.startswith("content-")]


@EVERY
def test_a_wait_is_incident_time_and_the_text_ones_own(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    fault = fault_for("http_status", on="*", status=503, retry_after="1m", message="Closed")

    answer = made(fault.program(strike_for(service, speed=10)))

    assert answer.headers["retry-after"] == "6"
    assert answer.json["error"]["message"] == "Closed"


@pytest.mark.parametrize("status", [200, 299, 600])
def test_a_status_that_is_no_failure_is_refused(fault_for: Callable[..., Fault], status: int) -> None:
    with pytest.raises(ValidationError, match="status"):
        fault_for("http_status", status=status)
