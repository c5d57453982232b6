from __future__ import annotations

import pytest
from support.chat_app import EXAMPLES

from brownout.library import load_profile
from brownout.profile import Profile


def profile(example: str) -> Profile:
    return load_profile(EXAMPLES / example / "brownout.yaml")


both = pytest.mark.parametrize("example", ["fragile_agent", "fragile_chat", "sturdy_agent", "sturdy_chat"])


@both
def test_a_profile_is_valid_and_named_after_its_folder(example: str) -> None:
    assert profile(example).name == example


@both
def test_a_profile_names_its_schema(example: str) -> None:
    first = (EXAMPLES / example / "brownout.yaml").read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../../scenarios/brownout.schema.json"


@pytest.mark.parametrize("kind", ["agent", "chat"])
def test_both_of_a_kind_are_judged_alike(kind: str) -> None:
    assert profile(f"fragile_{kind}").expect == profile(f"sturdy_{kind}").expect
    assert profile(f"fragile_{kind}").load == profile(f"sturdy_{kind}").load
