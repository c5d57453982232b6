"""How a profile says how often the stand-in uses a tool."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from brownout.tool_use import USUAL, Standin, ToolUse


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("never", ToolUse(share=0.0)),
        ("always", ToolUse(share=1.0)),
        ("40%", ToolUse(share=0.4)),
        (0.4, ToolUse(share=0.4)),
        ({"share": "always", "only": ["refund_*"]}, ToolUse(share=1.0, only=("refund_*",))),
        ({"only": ["refund_*"]}, ToolUse(share=USUAL, only=("refund_*",))),
    ],
)
def test_how_often_is_a_word_a_share_or_both_with_names(written: Any, meant: ToolUse) -> None:
    read = Standin.model_validate({"tools": written})

    assert read.tools == meant
    assert Standin.model_validate_json(read.model_dump_json()) == read


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("alway", "did you mean 'always'"),
        ("140%", "out of range"),
        (True, "a share is"),
        ({"chance": 1}, "chance"),
    ],
)
def test_anything_else_is_refused(written: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Standin.model_validate({"tools": written})


def test_without_a_word_it_is_a_share_of_the_turns() -> None:
    assert Standin().tools == ToolUse(share=USUAL)
