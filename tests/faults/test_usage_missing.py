"""An answer without token counts."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from brownout.effects import Forward
from brownout.faults import Fault, Strike
from brownout.wire.edits_json import Missing, WithoutUsage


@pytest.mark.parametrize("missing", ["absent", "null"])
@pytest.mark.parametrize("stream", [False, True])
def test_the_answer_passes_without_its_usage(
    fault_for: Callable[..., Fault], strike_for: Callable[..., Strike], missing: Missing, stream: bool
) -> None:
    program = fault_for("usage_missing", missing=missing).program(strike_for(stream=stream))

    assert program == (Forward(edit=WithoutUsage(missing)),)


def test_the_keys_are_not_there_by_default(fault_for: Callable[..., Fault], strike_for: Callable[..., Strike]) -> None:
    assert fault_for("usage_missing").program(strike_for()) == (Forward(edit=WithoutUsage("absent")),)
