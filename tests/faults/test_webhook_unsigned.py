"""Webhooks that do not prove where they come from."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Deliver
from brownout.faults import Fault, Strike


@pytest.mark.parametrize("signature", ["wrong", "missing"])
def test_the_signature_is_bad(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], signature: str
) -> None:
    (effect,) = fault_for("webhook_unsigned", signature=signature).program(strike_for())

    assert effect == Deliver(signature="missing" if signature == "missing" else "wrong")
