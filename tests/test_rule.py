"""A rule has a fault; in YAML both sets of keys stand in one mapping, and its author need not know whose is whose."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import TypeAdapter, ValidationError

from brownout.faults import FAULTS, Fault
from brownout.faults.base import After
from brownout.rule import RULE_FORMS, AnyRule, Rule, rule_of

READER: TypeAdapter[Any] = TypeAdapter(AnyRule)


def refusals(written: dict[str, Any]) -> list[tuple[Any, str]]:
    with pytest.raises(ValidationError) as caught:
        READER.validate_python(written)
    return [(one["loc"], one["msg"]) for one in caught.value.errors(include_url=False)]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_a_rule_has_a_fault_and_is_none(name: str) -> None:
    rule = rule_of(name, {"fault": name, "on": "*"})

    assert not isinstance(rule, Fault)
    assert type(rule.kind) is FAULTS[name]
    assert rule.fault == name
    assert rule.model_dump(exclude_unset=True) == {"fault": name, "on": "*"}
    assert list(rule.model_dump(by_alias=True)) == [
        field.alias or key for key, field in RULE_FORMS[name].model_fields.items()
    ]


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_what_a_fault_says_of_a_single_value_stands_in_its_type_where_the_form_has_it_too(name: str) -> None:
    validators = FAULTS[name].__pydantic_decorators__
    assert validators.field_validators == {}
    assert {each.info.mode for each in validators.model_validators.values()} <= {"after"}


def test_both_are_told_what_is_wrong_with_them_at_once_in_the_order_of_the_keys() -> None:
    written = {"colour": 1, "quota": 0, "fault": "rate_limit", "after": "8 words", "share": "300%", "on": "nowhere"}

    places = [place for place, _ in refusals(written)]

    assert places == [("rate_limit", key) for key in ("on", "share", "after", "quota", "colour")]


def test_of_a_key_that_both_have_an_error_is_told_once() -> None:
    assert [place for place, _ in refusals({"fault": "stream_cut", "on": "*", "after": "8 words"})] == [
        ("stream_cut", "after")
    ]


def test_what_does_not_fit_the_rule_is_told_before_what_the_fault_says_of_its_settings() -> None:
    written = {"fault": "rate_limit", "on": "*", "at_once": 3, "bucket": {"rate": "1 rps"}}

    ((place, message),) = refusals(written)
    assert (place, "bucket: at_once" in message) == (("rate_limit",), True)
    ((place, message),) = refusals({key: value for key, value in written.items() if key != "bucket"})
    assert (place, "at_once: counts calls" in message) == (("rate_limit",), True)


@pytest.mark.parametrize("key", ["kind", "with_", "fault2"])
def test_no_key_leads_past_the_form(key: str) -> None:
    fault = FAULTS["hang"](fault="hang")

    assert refusals({"fault": "hang", "on": "*", key: fault}) == [(("hang", key), "Extra inputs are not permitted")]


def test_a_setting_may_have_the_name_that_the_rule_has_for_its_fault() -> None:
    written = {"fault": "stream_corrupt", "on": "*", "kind": "utf8"}

    rule = READER.validate_python(written)

    assert rule.kind.kind == "utf8"
    assert rule.model_dump(exclude_unset=True) == written


@pytest.mark.parametrize(
    ("fault", "after", "calls", "passes"),
    [
        ("stream_cut", None, 0, After(events=5)),
        ("stream_cut", "20 calls", 20, After(calls=20)),
        ("ws_drop", ["20 calls", "3 messages"], 20, After(calls=20, messages=3)),
        ("hang", 20, 20, After(calls=20)),
        ("hang", None, 0, After()),
    ],
)
def test_calls_are_counted_by_the_rule_and_a_position_is_its_faults(
    fault: str, after: Any, calls: int, passes: After
) -> None:
    rule = rule_of(fault, {"fault": fault, "on": "*", **({} if after is None else {"after": after})})

    assert rule.after.calls == calls
    assert rule.passes == passes


def test_a_rule_is_read_as_it_is() -> None:
    rule = rule_of("hang", {"fault": "hang", "on": "*"})

    assert READER.validate_python(rule) is rule
    assert isinstance(rule, Rule)
