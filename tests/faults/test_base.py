"""What all faults share: positions, defaults and the registry."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from brownout.effects import Forward
from brownout.faults import FAULTS
from brownout.faults.base import After, Positioned, parse_after
from brownout.library.schema import described
from brownout.rule import Rule, RuleKeys, rule_of

POSITIONED = sorted(name for name, fault in FAULTS.items() if fault.positioned and fault.streams_only)


@pytest.mark.parametrize("name", POSITIONED)
def test_a_count_of_calls_alone_keeps_the_usual_position(rule_for: Callable[..., Rule], name: str) -> None:
    rule = rule_for(name, after="20 calls")

    assert isinstance(rule.kind, Positioned)
    assert rule.after.calls == 20
    assert rule.kind.passed == Forward(events=5)


@pytest.mark.parametrize("name", POSITIONED)
def test_calls_and_a_position_go_together(rule_for: Callable[..., Rule], name: str) -> None:
    rule = rule_for(name, after=["20 calls", "8 events"])

    assert isinstance(rule.kind, Positioned)
    assert rule.after == After(calls=20, events=8)
    assert rule.kind.passed == Forward(events=8)


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (["8 events", "400 bytes"], "not both"),
        (["8 events", "9 events"], "given twice"),
        ("8 words", "allowed: 8 events"),
        ("-1 bytes", "only events are counted from the end"),
        ("-0 events", "allowed: 8 events"),
        (True, "allowed: 8 events"),
        ({"calls": -1}, "greater than or equal to 0"),
    ],
)
def test_a_position_that_is_none_is_refused(rule_for: Callable[..., Rule], value: Any, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        rule_for("stream_cut", after=value)


@settings(deadline=None)
@given(calls=st.integers(0, 10**6), events=st.integers(0, 10**6))
def test_any_count_is_read_as_it_was_written(calls: int, events: int) -> None:
    assert parse_after([f"{calls} calls", f"{events} events"]) == After(calls=calls, events=events)
    assert parse_after(calls) == After(calls=calls)
    assert parse_after(f"{events} messages") == After(messages=events)


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_setting_says_what_it_is(name: str) -> None:
    assert set(FAULTS[name].model_fields) - {"fault"} <= set(described(FAULTS[name]))


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_no_setting_hides_a_key_of_the_rule(name: str) -> None:
    assert set(FAULTS[name].model_fields) & set(RuleKeys.model_fields) <= {"fault", "after"}


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_is_described_in_one_sentence(name: str) -> None:
    text = FAULTS[name].__doc__ or ""

    assert text.endswith(".")
    assert "\n" not in text


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_works_with_nothing_but_its_name(name: str) -> None:
    assert rule_of(name, {"fault": name, "on": "*"}).fault == name
