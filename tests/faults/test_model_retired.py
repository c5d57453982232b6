"""A model that is no more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from support.made import SERVICES, made

from brownout.faults import Fault, Strike

BOTH = pytest.mark.parametrize("stream", [False, True])
EVERY = pytest.mark.parametrize("service", SERVICES)


@EVERY
@BOTH
def test_the_model_that_is_gone_is_named(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str, stream: bool
) -> None:
    answer = made(fault_for("model_retired", on="*").program(strike_for(service, stream)))

    assert answer.status == 404
    assert "some-model" in answer.json["error"]["message"]


@EVERY
def test_its_successor_is_named_beside_it(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], service: str
) -> None:
    answer = made(fault_for("model_retired", on="*", renamed_to="newer-model").program(strike_for(service)))

    assert answer.status == 404
    assert "`some-model`" in answer.json["error"]["message"]
    assert "`newer-model`" in answer.json["error"]["message"]


def test_a_text_of_ones_own_wins(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    answer = made(fault_for("model_retired", message="Gone", renamed_to="x").program(strike_for()))

    assert answer.json["error"]["message"] == "Gone"
