from __future__ import annotations

import pytest
from support.chat_app import EXAMPLES

from brownout.library import load_profile
from brownout.profile import Profile


def profile(example: str) -> Profile:
    return load_profile(EXAMPLES / example / "brownout.yaml")


both = pytest.mark.parametrize("example", ["fragile_chat", "sturdy_chat"])


@both
def test_a_profile_is_valid_and_named_after_its_folder(example: str) -> None:
    assert profile(example).name == example


@both
def test_a_profile_names_its_schema(example: str) -> None:
    first = (EXAMPLES / example / "brownout.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../scenarios/brownout.schema.json"


def test_both_chats_are_judged_alike() -> None:
    assert profile("fragile_chat").expect == profile("sturdy_chat").expect
    assert profile("fragile_chat").load == profile("sturdy_chat").load
