"""No wrong value, anywhere, is answered in pydantic's own words."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from support.documents import paths, replaced

from brownout.config.complaints import Complaint, complaints, in_one_line
from brownout.faults import FAULTS
from brownout.profile import Profile
from brownout.rule import RULE_FORMS
from brownout.scenario import Scenario

JARGON = ("Input", "Extra inputs", "Value error", "Field required", "valid ", "tuple", "dict", "instance", "parse")

SCENARIO: dict[str, Any] = {
    "brownout": 1,
    "name": "x",
    "title": "x",
    "sources": [{"url": "https://example.org", "fact": "x"}],
    "seed": 1,
    "speed": 2.0,
    "accounts": [{"key": "sk-*", "tier": "free", "region": "eu"}],
    "timeline": [
        {
            "phase": "down",
            "lasts": "10m",
            "impact": "degraded",
            "rules": [
                {"fault": name, "on": "openai.*", "share": "5%", "when": {"model": "gpt*", "header": {"a": "b"}}}
                for name, fault in FAULTS.items()
                if fault.paced_by != "deadline"  # these need the end of a channel
            ],
        }
    ],
    "status": {"openai": [{"at": 5, "say": "resolved", "indicator": "none", "text": "x"}]},
    "platforms": {"acme": "https://llm.acme.example/v1"},
    "channels": {"whatsapp": {"announced": "1s", "deadline": "5s"}},
}
PROFILE: dict[str, Any] = {
    "name": "x",
    "start": {"command": ["python", "app.py"], "env": {"A": "b"}, "timeout": "3s"},
    "journeys": {
        "chat": {
            "weight": 1,
            "message": "{{ canary }}",
            "steps": [
                {"name": "ask", "post": "/", "headers": {"a": "b"}, "reply": {"json": "a"}, "keep": {"a": "b"}},
                {"name": "say", "whatsapp": {"image": "a.png", "caption": "b", "to": "business"}, "repeat": 2},
                {"name": "other", "get": "/", "reply": {"sse": "a", "error": "b"}, "instead_of": "ask", "think": "1s"},
            ],
            "conversation": "user",
            "history": {"get": "/", "messages": "a", "again": "1s"},
            "export": {"get": "/", "messages": "a", "headers": {"a": "b"}},
            "effects": {"get": "/", "items": "a", "about": "b"},
            "notice": "leaves",
            "patience": "3s",
        }
    },
    "webhooks": {"whatsapp": {"url": "/hook", "secret": "a", "verify_token": "b"}},
    "platforms": {"acme": "https://llm.acme.example/v1"},
    "load": {"users": 3, "arrive": "3 rps", "surge": 2, "pause": "1s"},
    "expect": [
        {"check": "success", "at_least": "5%", "during": ["degraded"], "min_samples": 3},
        {"check": "no_hang", "within": "5s", "journey": "chat"},
        {"check": "latency", "p95": "5s"},
        {"check": "recovery", "within": "5s", "at_least": "5%"},
        {"check": "retry_amplification", "at_most": 3},
        {"check": "retry_after_honoured", "tolerance": "1s"},
        {"check": "told_in_time", "channel": "whatsapp"},
        {"check": "context_kept", "turns": 3},
    ],
    "settle": "1s",
    "budget": 3,
}


def found(model: type[BaseModel], value: dict[str, Any]) -> list[Complaint]:
    try:
        model.model_validate(value)
    except ValidationError as error:
        return complaints(model, value, error)
    return []


wrong = st.sampled_from([None, True, 0, -1, 1.5, 10**12, "", "x", "5", [], [1], {}, {"x": 1}, [None], "x" * 200])


@pytest.mark.parametrize(("model", "right"), [(Scenario, SCENARIO), (Profile, PROFILE)])
def test_the_examples_are_right(model: type[BaseModel], right: dict[str, Any]) -> None:
    assert found(model, right) == []


@given(st.data())
def test_any_wrong_value_is_complained_about_at_its_place_and_in_plain_words(data: st.DataObject) -> None:
    model, right = data.draw(st.sampled_from([(Scenario, SCENARIO), (Profile, PROFILE)]))
    path = data.draw(st.sampled_from(paths(right)[1:]))
    value = replaced(right, path, data.draw(wrong))
    for complaint in found(model, value):
        assert not any(word in complaint.message for word in JARGON), complaint
        shared = min(len(path), len(complaint.path))
        assert complaint.path[:shared] == path[:shared]
        assert len(complaint.message) < 1500  # an unknown fault lists them all


@given(st.data())
def test_an_unknown_key_is_complained_about_at_the_key(data: st.DataObject) -> None:
    model, right = data.draw(st.sampled_from([(Scenario, SCENARIO), (Profile, PROFILE)]))
    mappings = [path for path in paths(right) if isinstance(at(right, path), dict)]
    path = data.draw(st.sampled_from(mappings))
    value = replaced(right, path, {**at(right, path), "zzz": 1})
    complained = found(model, value)
    free = path and path[-1] in ("env", "headers", "header", "keep", "journeys", "status", "platforms")
    assert len(complained) == 1
    assert complained[0].path == (*path, "zzz")
    assert complained[0].at_key is not free


def at(value: Any, path: tuple[str | int, ...]) -> Any:
    for part in path:
        value = value[part]
    return value


@given(st.data())
def test_what_no_person_wrote_is_explained_in_plain_words_too(data: st.DataObject) -> None:
    model, right = data.draw(st.sampled_from([(Scenario, SCENARIO), (Profile, PROFILE)]))
    path = data.draw(st.sampled_from(paths(right)[1:]))
    try:
        model.model_validate(replaced(right, path, data.draw(wrong)))
    except ValidationError as error:
        line = in_one_line(error)
        assert not any(word in line for word in JARGON), line
        assert len(line.splitlines()) == 1


def test_orders_that_are_no_json_are_said_to_be_none() -> None:
    with pytest.raises(ValidationError) as raised:
        Scenario.model_validate_json(b"nonsense")
    assert in_one_line(raised.value) == "the file: it is no JSON (1 in all)"


def test_a_misspelt_key_is_not_also_reported_as_missing() -> None:
    value = replaced(SCENARIO, ("sources", 0), {"url": "https://example.org", "fakt": "x"})
    assert [complaint.path for complaint in found(Scenario, value)] == [("sources", 0, "fakt")]


def test_a_list_with_bad_items_is_not_also_called_short() -> None:
    value = replaced(SCENARIO, ("timeline",), ["x"])
    assert [complaint.message for complaint in found(Scenario, value)] == [
        "timeline item 1 must be keys and values, not the text 'x'"
    ]


def test_an_empty_list_is_called_short() -> None:
    value = replaced(SCENARIO, ("timeline",), [])
    assert [complaint.message for complaint in found(Scenario, value)] == ["timeline must have at least one entry"]


def test_a_rule_of_unknown_kind_is_read_as_the_kind_that_was_probably_meant() -> None:
    rule = {"fault": "hnag", "on": "openai.chta", "release_aftr": "5s"}
    value = replaced(SCENARIO, ("timeline", 0, "rules"), [rule])
    base = ("timeline", 0, "rules", 0)
    assert {complaint.path for complaint in found(Scenario, value)} == {
        (*base, "fault"),
        (*base, "on"),
        (*base, "release_aftr"),
    }
    assert value["timeline"][0]["rules"][0]["fault"] == "hnag"


def test_a_key_of_another_fault_is_answered_with_this_faults_keys() -> None:
    rule = {"fault": "rate_limit", "on": "gemini.generate", "capacity": 5}
    (complaint,) = found(Scenario, replaced(SCENARIO, ("timeline", 0, "rules"), [rule]))

    assert complaint.message.startswith("unknown key 'capacity'; allowed: ")
    keys = complaint.message.partition("allowed: ")[2].split(", ")
    assert set(keys) == {field.alias or name for name, field in RULE_FORMS["rate_limit"].model_fields.items()}
    assert "capacity" in RULE_FORMS["overload"].model_fields  # it is another fault's


def test_an_unknown_fault_shows_five_names_and_the_command_that_lists_all() -> None:
    rule = {"fault": "explode", "on": "openai.chat"}
    (complaint,) = found(Scenario, replaced(SCENARIO, ("timeline", 0, "rules"), [rule]))

    near = complaint.message.partition("the nearest: ")[2].partition(";")[0].split(", ")
    assert len(near) == 5
    assert set(near) <= set(FAULTS)
    assert complaint.message.endswith(f"all {len(FAULTS)}: brownout list faults")
