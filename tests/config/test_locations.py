import pytest

from brownout.config import locations
from brownout.faults import FAULTS
from brownout.profile import Profile
from brownout.rule import RULE_FORMS
from brownout.scenario import Scenario


def test_the_keys_at_a_location_are_those_of_the_model_there() -> None:
    assert locations.keys(locations.at(Scenario, ("sources", 0))) == ["url", "fact"]
    assert "status" in locations.keys(locations.at(Scenario, ("timeline", 3, "rules", 0, "server_error")))
    assert "delay" not in locations.keys(locations.at(Scenario, ("timeline", 3, "rules", 0, "server_error")))


@pytest.mark.parametrize("fault", sorted(FAULTS))
def test_the_keys_of_a_fault_are_its_own_and_no_others(fault: str) -> None:
    keys = locations.keys(locations.at(Scenario, ("timeline", 0, "rules", 0, fault)))
    assert set(keys) == {field.alias or name for name, field in RULE_FORMS[fault].model_fields.items()}


def test_keys_are_spelt_as_the_file_spells_them() -> None:
    keys = locations.keys(locations.at(Profile, ("journeys", "chat", "steps", 0)))
    assert "json" in keys
    assert "json_" not in keys


def test_fixed_words_are_found_behind_an_optional_field() -> None:
    assert locations.literals(locations.at(Scenario, ("status", "openai", 0, "indicator"))) == [
        "none",
        "minor",
        "major",
        "critical",
        "maintenance",
    ]


def test_parts_of_a_location_that_do_not_exist_are_left_out() -> None:
    value = {"rules": [{"fault": "hang", "share": "x"}]}
    assert locations.existing(value, ("rules", 0, "hang", "share")) == ("rules", 0, "share")
    assert locations.existing(value, ("rules", 7, "share")) == ("rules",)
    assert locations.get(value, ("rules", 0, "share")) == "x"
