"""Jobs that were accepted and fail later."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import Forward, Rewrite
from brownout.exchange import Call
from brownout.faults import FAULTS, Fault, Strike
from brownout.wire.edits_fate import Doomed


def test_the_order_is_passed_on_with_its_fate(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    fault = fault_for("job_failed", ends="expired", error="rate_limit", message="No.")

    assert fault.program(strike_for()) == (Rewrite(Doomed("expired", "rate_limit", "No.")), Forward())


@pytest.mark.parametrize(
    ("method", "path", "body", "applies"),
    [
        ("POST", "/v1/responses", {"background": True}, True),
        ("POST", "/v1/responses", {}, False),
        ("POST", "/v1/responses", {"background": True, "stream": True}, False),
        ("POST", "/v1/batches", {}, True),
        ("POST", "/v1/threads/thread_1/runs", {}, True),
        ("POST", "/v1/threads/runs", {}, True),
        ("POST", "/v1/fine_tuning/jobs", {}, True),
        ("POST", "/v1/messages/batches", {}, True),
        ("GET", "/v1/batches", {}, False),
        ("GET", "/v1/batches/batch_1", {}, False),
        ("POST", "/v1/batches/batch_1/cancel", {}, False),
    ],
)
def test_only_an_order_for_work_can_be_doomed(
    fault_for: Callable[..., Fault],
    call_for: Callable[..., Call],
    method: str,
    path: str,
    body: dict[str, bool],
    applies: bool,
) -> None:
    service = "openai.responses" if "responses" in path else "openai.assistants"
    call = call_for(service, method=method, path=path, **body)

    assert fault_for("job_failed").applies(call) is applies


def test_no_real_platform_does_what_we_say() -> None:
    assert FAULTS["job_failed"].standin


def test_another_end_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="ends"):
        fault_for("job_failed", ends="lunch")
