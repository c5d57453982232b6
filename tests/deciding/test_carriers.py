"""What can carry a fault, and why not."""

from __future__ import annotations

import pytest

from brownout.deciding.carriers import undeliverable, unfit_connect
from brownout.faults import FAULTS, Fault

CONNECTIONS = ["certificate_expired", "connection_refused", "half_open", "name_not_resolved", "tls_failure"]
FRAMES = ["http2_goaway", "http2_reset_stream"]


def rule(fault: str) -> Fault:
    return FAULTS[fault].model_construct(fault=fault)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_an_intercepted_connection_over_http2_carries_every_fault(name: str) -> None:
    assert unfit_connect(rule(name), "intercept") is None
    assert undeliverable(rule(name), "intercept", "HTTP/2.0") is None


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_base_url_carries_what_needs_neither_the_connection_nor_http2(name: str) -> None:
    assert (unfit_connect(rule(name), "base_url") is not None) is (name in CONNECTIONS + FRAMES)


@pytest.mark.parametrize("name", CONNECTIONS)
def test_the_reason_says_what_to_use_instead(name: str) -> None:
    why = unfit_connect(rule(name), "base_url") or ""

    assert why.startswith(f"{name} strikes the opening of a connection")
    assert "one port" in why
    assert "use connection_reset or hang" in why


@pytest.mark.parametrize("name", FRAMES)
def test_http1_carries_no_frames(name: str) -> None:
    assert undeliverable(rule(name), "intercept", "HTTP/1.1") == f"{name} needs HTTP/2, and this call came by HTTP/1.1"


@pytest.mark.parametrize("name", sorted(set(FAULTS) - set(FRAMES)))
def test_no_other_fault_asks_for_a_version_of_http(name: str) -> None:
    assert undeliverable(rule(name), "intercept", "HTTP/1.1") is None


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_only_what_the_stand_in_does_for_us_needs_it(name: str) -> None:
    why = undeliverable(rule(name), "intercept", "HTTP/2.0", standin=False)

    assert why == (f"{name} needs upstream: stand-in" if name in ("job_failed", "message_undelivered") else None)
