"""A success that is no JSON."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.effects import End, Head, Send
from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
@pytest.mark.parametrize(
    ("body", "declared", "begins"), [("html", "text/html", b"<!doctype"), ("text", "text/plain", b"Serv")]
)
def test_a_page_or_a_text_comes_with_200_and_says_what_it_is(
    fault_for: Callable[..., Fault],
    strike_for: Callable[..., Strike],
    service: str,
    stream: bool,
    body: str,
    declared: str,
    begins: bytes,
) -> None:
    answer = made(fault_for("wrong_content_type", on="*", body=body).program(strike_for(service, stream)))

    assert answer.status == 200
    assert answer.headers["content-type"].startswith(declared)
    assert answer.body.startswith(begins)


@EVERY
def test_it_may_pretend_to_be_what_was_promised(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    fault = fault_for("wrong_content_type", on="*", declared="promised")

    plain = made(fault.program(strike_for(service)))
    assert plain.headers["content-type"] == "application/json"
    assert plain.body.startswith(b"<!doctype html>")
    head, body, end = fault.program(strike_for(service, stream=True))
    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert dict(head.headers)["content-type"].startswith("text/event-stream")
    assert body.data.startswith(b"<!doctype html>")
    assert end == End()
