"""The CDN's page instead of the platform's answer."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from brownout.effects import End, Head, Send, Wait
from brownout.exchange import Call
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("stream", [False, True])
def test_it_is_an_html_page_by_default(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    head, body, end = fault_for("gateway_error").program(strike_for(stream=stream))

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 502
    assert dict(head.headers)["content-type"].startswith("text/html")
    assert b"<title>api.openai.com | 502: Bad gateway</title>" in body.data
    assert end == End()


@pytest.mark.parametrize(("accept", "json_sent"), [("application/json", True), ("text/event-stream", False)])
def test_auto_follows_what_the_client_accepts(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    call_for: Callable[..., Call],
    accept: str,
    json_sent: bool,
) -> None:
    strike = strike_for(call=call_for(headers={"accept": accept}))

    _, body, _ = fault_for("gateway_error", status=522, page="auto").program(strike)

    assert isinstance(body, Send)
    assert body.data.startswith(b"{") is json_sent
    if json_sent:
        assert json.loads(body.data)["error_code"] == 522


def test_it_can_come_after_a_silence(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    wait, head, *_ = fault_for("gateway_error", status=524, delay="100s").program(strike_for())

    assert wait == Wait(100)
    assert isinstance(head, Head)
    assert head.status == 524


def test_an_origin_without_a_name_is_a_530(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    head, body, _ = fault_for("gateway_error", status=530).program(strike_for())

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert head.status == 530
    assert b"1016: Origin DNS error" in body.data


@pytest.mark.parametrize("stream", [False, True])
def test_a_challenge_is_a_403_that_no_client_can_meet(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], stream: bool
) -> None:
    head, body, _ = fault_for("gateway_error", page="challenge").program(strike_for(stream=stream))

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert (head.status, dict(head.headers)["cf-mitigated"]) == (403, "challenge")
    assert b"<title>Just a moment...</title>" in body.data


@pytest.mark.parametrize(
    ("settings", "where"), [({"status": 500}, "status"), ({"page": "pdf"}, "page"), ({"delay": -1}, "delay")]
)
def test_what_no_cdn_does_is_refused(fault_for: Callable[..., Fault], settings: dict[str, Any], where: str) -> None:
    with pytest.raises(ValidationError, match=where):
        fault_for("gateway_error", **settings)
