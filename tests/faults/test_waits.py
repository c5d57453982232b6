"""Waits that a fault names: they shrink with the speed of a drill, or are kept real."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import Deliver, Head
from brownout.faults import Fault, Strike

FaultFor = Callable[..., Fault]
StrikeFor = Callable[..., Strike]

NAMING: tuple[tuple[str, dict[str, Any]], ...] = (
    ("http_status", {"status": 503}),
    ("overloaded", {}),
    ("rate_limit", {}),
)


@pytest.mark.parametrize(("fault", "more"), NAMING, ids=[fault for fault, _ in NAMING])
@pytest.mark.parametrize(("real", "wait"), [(False, "1"), (True, "100")])
def test_a_wait_shrinks_with_the_speed_unless_it_is_real(
    fault_for: FaultFor, strike_for: StrikeFor, fault: str, more: dict[str, Any], real: bool, wait: str
) -> None:
    struck = fault_for(fault, retry_after=100, real=real, **more)

    head = struck.program(strike_for(speed=380.0))[0]

    assert isinstance(head, Head)
    assert dict(head.headers)["retry-after"] == wait
    assert struck.named_wait == (100.0, real)


@pytest.mark.parametrize(("real", "late"), [(False, 1.0), (True, 60.0)])
def test_a_late_webhook_is_late_in_real_time_where_that_is_asked_for(
    fault_for: FaultFor, strike_for: StrikeFor, real: bool, late: float
) -> None:
    webhook = fault_for("webhook_late", on="openai.webhooks", delay=60, real=real)
    reordered = fault_for("webhook_reordered", on="openai.webhooks", within=60, real=real)

    (deliver,) = webhook.program(strike_for(speed=60.0))
    (behind,) = reordered.program(strike_for(speed=60.0))

    assert isinstance(deliver, Deliver)
    assert isinstance(behind, Deliver)
    assert (deliver.delay, behind.within) == (late, late)
    assert webhook.named_wait is None


@pytest.mark.parametrize(("fault", "more"), [*NAMING[:2], ("stream_error", {}), ("ws_error", {}), ("overload", {})])
def test_there_must_be_a_wait_to_keep_real(fault_for: FaultFor, fault: str, more: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="real: there is no wait to keep real"):
        fault_for(fault, real=True, **more)


def test_a_buckets_own_wait_is_not_the_scenarios(fault_for: FaultFor, strike_for: StrikeFor) -> None:
    struck = fault_for("rate_limit", bucket={"rate": "1 rps"})

    head = struck.program(strike_for(speed=380.0, bucket_reset=7.0, bucket_limit=1))[0]

    assert isinstance(head, Head)
    assert dict(head.headers)["retry-after"] == "7"
