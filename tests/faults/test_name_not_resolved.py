"""A name that leads nowhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from brownout.effects import End, Head, Send
from brownout.faults import Fault, Strike


def test_the_proxy_refuses_the_tunnel_and_names_the_host(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    head, body, end = fault_for("name_not_resolved").program(strike_for())

    assert isinstance(head, Head)
    assert isinstance(body, Send)
    assert (head.status, dict(head.headers)["connection"]) == (502, "close")
    assert body.data == b"Cannot resolve api.openai.com: Name or service not known\n"
    assert dict(head.headers)["content-length"] == str(len(body.data))
    assert end == End()


def test_the_status_can_be_that_of_another_proxy(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    head = fault_for("name_not_resolved", status=503).program(strike_for())[0]

    assert isinstance(head, Head)
    assert head.status == 503


def test_a_status_that_opens_the_tunnel_is_refused(fault_for: Callable[..., Fault]) -> None:
    with pytest.raises(ValidationError, match="502, 503 or 504"):
        fault_for("name_not_resolved", status=200)
