"""The shipped JSON Schemas are those of the models, accept what is shipped, and refuse a stranger's typos."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from brownout.config import yamlfile
from brownout.faults import FAULTS
from brownout.faults.combining import ALONGSIDE
from brownout.library import schema
from brownout.library.library import scenarios
from brownout.published import VERSIONS
from brownout.scenario import Scenario

SCENARIO: dict[str, Any] = {
    "brownout": 1,
    "name": "x",
    "title": "x",
    "timeline": [
        {
            "phase": "a",
            "lasts": "10m",
            "impact": "degraded",
            "rules": [{"fault": "server_error", "on": "openai.chat", "share": "30%"}],
        }
    ],
}
PROFILE: dict[str, Any] = {
    "name": "x",
    "url": "http://127.0.0.1:1",
    "journeys": {"chat": {"steps": [{"name": "ask", "post": "/", "json": {"any": ["thing"]}}]}},
    "expect": [
        {"check": "success", "at_least": "95%", "during": "operational"},
        {"check": "latency", "p95": "5s", "during": ["degraded", "recovering"]},
    ],
}


# Made once: each takes a fifth of a second.
scenario_schema = cache(schema.scenario_schema)
profile_schema = cache(schema.profile_schema)


def validator(of: dict[str, Any]) -> jsonschema.Draft202012Validator:
    jsonschema.Draft202012Validator.check_schema(of)
    return jsonschema.Draft202012Validator(of)


@pytest.fixture(scope="module")
def scenario_is() -> jsonschema.Draft202012Validator:
    return validator(scenario_schema())


@pytest.fixture(scope="module")
def profile_is() -> jsonschema.Draft202012Validator:
    return validator(profile_schema())


def test_the_shipped_schemas_are_up_to_date() -> None:
    shipped = schema.shipped()

    written = {f"{name}.schema.json" for name in VERSIONS}
    assert {path.name for path in shipped} == {schema.SCENARIO_FILE, schema.PROFILE_FILE, *written}
    for path, text in shipped.items():
        assert path.read_text(encoding="utf-8") == text, f"{path.name}: run python -m brownout.library.schema"


@pytest.mark.parametrize("path", [one.path for one in scenarios()], ids=lambda path: str(path.stem))
def test_shipped_scenarios_are_valid_and_name_the_schema(
    path: Path, scenario_is: jsonschema.Draft202012Validator
) -> None:
    scenario_is.validate(yamlfile.parse(path).value)
    assert path.read_text().splitlines()[0] == f"# yaml-language-server: $schema={schema.SCENARIO_FILE}"


def test_the_examples_are_valid(
    scenario_is: jsonschema.Draft202012Validator, profile_is: jsonschema.Draft202012Validator
) -> None:
    scenario_is.validate(SCENARIO)
    profile_is.validate(PROFILE)


@pytest.mark.parametrize("share", [0, 1, 0.3, "0%", "30%", "99.9%", "100%", {"from": 0, "to": "85%"}])
@pytest.mark.parametrize("lasts", [0, 90, 1.5, "250ms", "1h30m"])
def test_every_way_to_write_a_share_and_a_duration_is_valid(
    share: Any, lasts: Any, scenario_is: jsonschema.Draft202012Validator
) -> None:
    value = copy.deepcopy(SCENARIO)
    value["timeline"][0]["lasts"] = lasts
    value["timeline"][0]["rules"][0]["share"] = share
    scenario_is.validate(value)
    Scenario.model_validate(value)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("brownout",), 2),
        (("name",), "Big Name"),
        (("sede",), 1),
        (("speed",), 0),
        (("timeline",), []),
        (("timeline", 0, "impact"), "major"),
        (("timeline", 0, "lasts"), "10 minutes"),
        (("timeline", 0, "last"), "10m"),
        (("timeline", 0, "rules", 0, "fault"), "server_eror"),
        (("timeline", 0, "rules", 0, "on"), "openai.chta"),
        (("timeline", 0, "rules", 0, "sare"), "30%"),
        (("timeline", 0, "rules", 0, "share"), "130%"),
        (("timeline", 0, "rules", 0, "share"), 30),
        (("timeline", 0, "rules", 0, "share"), {"from": "1%"}),
        (("timeline", 0, "rules", 0, "status"), 404),
        (("timeline", 0, "rules", 0, "after"), "8 evnts"),
        (("timeline", 0, "rules", 0, "sticky"), "users"),
        (("timeline", 0, "rules", 0, "when"), {"modl": "x"}),
        (("status",), {"openai": [{"at": 1, "say": "fixed"}]}),
    ],
)
def test_the_scenario_schema_refuses_what_the_model_refuses(
    path: tuple[str | int, ...], wrong: Any, scenario_is: jsonschema.Draft202012Validator
) -> None:
    value = replaced(SCENARIO, path, wrong)
    assert not scenario_is.is_valid(value)
    with pytest.raises(ValueError):
        Scenario.model_validate(value)


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("nmae",), "x"),
        (("connect",), "proxy"),
        (("journeys", "chat", "steps"), []),
        (("journeys", "chat", "steps", 0, "jsn"), {}),
        (("load",), {"users": 0}),
        (("expect", 0, "check"), "succes"),
        (("expect", 0, "at_leest"), "5%"),
        (("expect", 0, "at_least"), 95),
        (("expect", 0, "during"), ""),
    ],
)
def test_the_profile_schema_refuses_typos(
    path: tuple[str | int, ...], wrong: Any, profile_is: jsonschema.Draft202012Validator
) -> None:
    assert not profile_is.is_valid(replaced(PROFILE, path, wrong))


@pytest.mark.parametrize("name", sorted(FAULTS))
def test_every_fault_is_in_the_schema_with_its_settings(name: str) -> None:
    definitions = scenario_schema()["$defs"]
    found = [one for one in definitions.values() if one["properties"].get("fault", {}).get("const") == name]
    assert len([one for one in found if "on" in one["properties"]]) == 1
    assert len(found) == 1 + (name in ALONGSIDE)
    for one in found:
        assert set(FAULTS[name].model_fields) <= set(one["properties"])
        assert one["description"]


def test_every_key_of_a_scenario_is_described() -> None:
    root = scenario_schema()
    undescribed = [
        f"{where}.{key}"
        for where, definition in [("", root), *root["$defs"].items()]
        for key, one in definition["properties"].items()
        if key != "fault" and "description" not in one and "$ref" not in one
    ]
    assert undescribed == []


def test_references_lead_somewhere() -> None:
    for root in (scenario_schema(), profile_schema()):
        for reference in references(root):
            node: Any = root
            for part in reference.removeprefix("#/").split("/"):
                node = node[part]
            assert node


def references(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        if isinstance(node.get("$ref"), str):
            yield node["$ref"]
        for child in node.values():
            yield from references(child)
    elif isinstance(node, list):
        for child in node:
            yield from references(child)


def replaced(value: Any, path: tuple[str | int, ...], new: Any) -> Any:
    if not path:
        return new
    copied = copy.copy(value)
    inner = copied.get(path[0]) if isinstance(copied, dict) else copied[path[0]]
    copied[path[0]] = replaced(inner, path[1:], new)
    return copied


def test_null_is_a_choice_where_it_is_not_the_default(scenario_is: jsonschema.Draft202012Validator) -> None:
    rules = {"fault": "history_gone", "on": "copilot.*", "spares": None}
    timeline = [{"phase": "only", "lasts": "5s", "impact": "shutdown", "rules": [rules]}]
    value: dict[str, Any] = {"brownout": 1, "name": "x", "title": "x", "timeline": timeline}

    assert scenario_is.is_valid(value)
    assert not scenario_is.is_valid({**value, "seed": None})
