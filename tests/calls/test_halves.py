"""Words of ours: whole, half, or none at all."""

from __future__ import annotations

import json

import pytest

from brownout.calls.canary import SENTINEL
from brownout.calls.halves import CUT_JSON, OPENING, is_whole, texts_in
from brownout.exchange import Call, Request, Tool
from brownout.standin import answers
from brownout.standin.example import example

SAID = answers.text(7, Call("openai.chat", Request("POST", "h", "/"), text="Reference bo-aaaaaaaaaaaa. Why?"))
TOOL = Tool("note", {"type": "object", "properties": {"why": {"type": "string"}, "sure": {"type": "boolean"}}})


def test_what_the_stand_in_says_begins_and_ends_as_is_known_here() -> None:
    assert SAID.startswith(OPENING)
    assert SAID.endswith(SENTINEL)


def test_arguments_of_a_tool_hold_the_same_words() -> None:
    assert is_whole(texts_in(example(TOOL.schema, SAID))) is True


@pytest.mark.parametrize("length", range(4, len(SAID) - len(SENTINEL)))
def test_a_beginning_is_half(length: int) -> None:
    assert is_whole([SAID[:length]]) is False


@pytest.mark.parametrize("text", ["", "You", "A user wrote: bo-aaaaaaaaaaaa", "Your parcel", "You never said so"])
def test_words_of_somebody_else_do_not_tell(text: str) -> None:
    assert is_whole([text]) is None


def test_the_end_may_stand_in_another_text() -> None:
    assert is_whole([SAID[:30], SAID]) is True


def test_json_that_a_fault_broke_off_is_half() -> None:
    with pytest.raises(ValueError):
        json.loads(CUT_JSON)
    assert is_whole(texts_in({"answer": "Your parcel is on its way", "confidence": 0.93})) is False


def test_texts_are_found_at_any_depth_but_names_are_none() -> None:
    assert list(texts_in({"a": ["b", {"c": "d"}, 1, None], "e": "f"})) == ["b", "d", "f"]
    deep: object = "x"
    for _ in range(100):
        deep = [deep]
    assert list(texts_in(deep)) == []
