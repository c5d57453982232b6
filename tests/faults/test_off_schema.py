"""JSON that fits no schema."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
def test_a_plain_answer_is_the_odd_object_at_200(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    answer = made(fault_for("off_schema", on="*").program(strike_for(service)))

    assert (answer.status, answer.headers["content-type"]) == (200, "application/json")
    assert answer.json == {"status": "come back later"}
    assert {"x-request-id", "request-id"} & set(answer.headers)


@EVERY
def test_a_stream_holds_it_as_its_only_event(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    answer = made(fault_for("off_schema", on="*").program(strike_for(service, stream=True)))

    assert answer.status == 200
    assert answer.events == [{"status": "come back later"}]


@EVERY
@BOTH
def test_with_another_status_it_is_a_plain_body(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    fault = fault_for("off_schema", on="*", status=503, body={"oops": [1, None]})

    answer = made(fault.program(strike_for(service, stream)))

    assert (answer.status, answer.json) == (503, {"oops": [1, None]})
    assert answer.headers["content-type"] == "application/json"
