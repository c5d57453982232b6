from __future__ import annotations

import pytest
from support.chat_app import EXAMPLES

from brownout.expect import AnyExpect, NoHang
from brownout.library.library import load_profile
from brownout.profile import Profile


def profile(example: str) -> Profile:
    return load_profile(EXAMPLES / example / "brownout.yaml")


KINDS = ("{}_chat", "tool_agent/{}", "whatsapp_bot/{}")
both = pytest.mark.parametrize(
    "example", ["all_features", *(kind.format(variant) for kind in KINDS for variant in ("fragile", "sturdy"))]
)


@both
def test_a_profile_is_valid_and_named_after_its_folder(example: str) -> None:
    kind, _, variant = example.partition("/")
    assert profile(example).name == (f"{variant}_{kind}" if variant else kind)


@both
def test_a_profile_names_its_schema(example: str) -> None:
    first = (EXAMPLES / example / "brownout.yaml").read_text().splitlines()[0]
    assert first == f"# yaml-language-server: $schema={'../' * (2 + example.count('/'))}scenarios/brownout.schema.json"


def alike(one: Profile) -> list[AnyExpect]:
    """What is expected; of waits without an end what may be asked of the most patient: these users leave before it."""
    patience = min(journey.patience for journey in one.journeys.values())
    for each in one.expect:
        if isinstance(each, NoHang):
            assert each.within == min(10, patience)
    return [each.model_copy(update={"within": 10.0}) if isinstance(each, NoHang) else each for each in one.expect]


@pytest.mark.parametrize("pattern", KINDS)
def test_both_of_a_kind_are_judged_alike(pattern: str) -> None:
    fragile, sturdy = (profile(pattern.format(variant)) for variant in ("fragile", "sturdy"))
    assert alike(fragile) == alike(sturdy)
    assert fragile.load == sturdy.load
