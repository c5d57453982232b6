"""A certificate that no careful client accepts."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pydantic import ValidationError
from support.programs import needs_platform

from brownout.effects import Certificate
from brownout.faults import Fault, Strike
from brownout.rule import Rule


@pytest.mark.parametrize("flaw", ["expired", "wrong_host", "unknown_issuer"])
def test_the_flaw_is_shown_on_connections(
    rule_for: Callable[..., Rule], strike_for: Callable[..., Strike], flaw: str
) -> None:
    rule = rule_for("certificate_expired", flaw=flaw)
    program = rule.kind.program(strike_for())

    assert [getattr(effect, "flaw", None) for effect in program] == [flaw]
    assert not needs_platform(program)
    assert rule.covers == {"openai.connection"}


def test_it_has_expired_unless_another_flaw_is_named(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]
) -> None:
    assert fault_for("certificate_expired").program(strike_for()) == (Certificate("expired"),)
    with pytest.raises(ValidationError, match="expired"):
        fault_for("certificate_expired", flaw="revoked")
