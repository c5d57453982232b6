from __future__ import annotations

import json
from collections.abc import Collection, Iterator
from typing import Any, Literal, get_args, get_origin

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticUndefined

from brownout.config import locations, yamltree
from brownout.config.yamlfile import read
from brownout.deciding.plan import Counts, Moment, decide
from brownout.exchange import Call, Exchange, Request, Turn
from brownout.faults import FAULTS
from brownout.library.library import load_scenario, scenarios
from brownout.orders import spans
from brownout.rule import RULE_FORMS
from brownout.scenario import IMPACTS, Account, Scenario
from brownout.services import SERVICE_NAMES, is_delivery

MINIMAL: dict[str, Any] = {
    "brownout": 1,
    "name": "x",
    "title": "x",
    "timeline": [{"phase": "only", "lasts": "5s", "impact": "operational"}],
}

texts = st.text(max_size=30)
shares = (
    st.integers(0, 100).map(lambda n: f"{n}%")
    | st.floats(0, 1)
    | st.fixed_dictionaries({"from": st.floats(0, 1), "to": st.floats(0, 1)})
    | st.fixed_dictionaries({"high": st.just("80%"), "every": st.just("4m")}, optional={"low": st.just(0.05)})
)
lengths = st.integers(0, 10**6) | st.floats(0, 1e6) | st.sampled_from(["250ms", "1.5s", "10m", "1h30m"])
rules = st.fixed_dictionaries(
    {
        "fault": st.sampled_from(sorted(name for name, fault in FAULTS.items() if fault.paced_by != "deadline")),
        "on": st.sampled_from([*SERVICE_NAMES, "*", "openai.*"]),
    },
    optional={
        "share": shares,
        "sticky": st.sampled_from(["conversation", "key", "user"]),
        "first": st.integers(1, 9),
        "after": st.integers(0, 99) | st.just("20 calls"),
        "limit": st.integers(1, 99),
        "when": st.fixed_dictionaries(
            {}, optional={"model": texts, "stream": st.booleans(), "header": st.dictionaries(texts, texts, max_size=2)}
        ),
    },
)
phases: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"phase": st.text(min_size=1, max_size=20), "lasts": lengths, "impact": st.sampled_from(IMPACTS)},
    optional={"rules": st.lists(rules, max_size=3)},
)
documents: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "brownout": st.just(1),
        "name": st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True),
        "title": texts,
        "timeline": st.lists(phases, min_size=1, max_size=4, unique_by=lambda phase: str(phase["phase"])),
    },
    optional={
        "seed": st.integers(),
        "speed": st.floats(0.001, 1e6),
        "sources": st.lists(
            st.fixed_dictionaries({"url": st.just("https://example.org/a"), "fact": texts}), max_size=2
        ),
        "accounts": st.lists(
            st.fixed_dictionaries({"key": texts}, optional={"tier": texts, "region": texts}), max_size=2
        ),
    },
)


@given(documents)
def test_a_scenario_survives_the_way_through_yaml(
    tmp_path_factory: pytest.TempPathFactory, document: dict[str, Any]
) -> None:
    path = tmp_path_factory.getbasetemp() / "generated.yaml"
    path.write_text(yamltree.dump(document), encoding="utf-8")
    assert read(path, Scenario) == Scenario.model_validate(document)


@given(documents)
def test_a_scenario_survives_the_way_through_json(document: dict[str, Any]) -> None:
    scenario = Scenario.model_validate(document)
    again = Scenario.model_validate(json.loads(json.dumps(scenario.written())))
    assert again.phases == scenario.phases
    assert again.written() == scenario.written()


def settings_of(model: type[BaseModel]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of a fault's own settings, each with its default or another value: given is not the same as left out."""
    others: dict[Any, tuple[Any, ...]] = {bool: (True, False), int: (1, 7), str: ("x*",), float: (0.25,)}
    fields = {key: field for key, field in model.model_fields.items() if key != "fault"}
    values = {
        key: tuple(value for value in (field.default, *_others(field.annotation, others)) if value != PydanticUndefined)
        for key, field in fields.items()
    }
    return st.fixed_dictionaries({}, optional={key: st.sampled_from(few) for key, few in values.items() if few})


def _others(annotation: Any, others: dict[Any, tuple[Any, ...]]) -> Iterator[Any]:
    for kind in locations.members(annotation):
        yield from get_args(kind) if get_origin(kind) is Literal else others.get(kind, ())


@pytest.mark.parametrize("fault", sorted(FAULTS))
@settings(max_examples=15)
@given(data=st.data())
def test_every_setting_of_every_fault_survives_the_way_to_another_process(fault: str, data: st.DataObject) -> None:
    own = data.draw(settings_of(FAULTS[fault]))
    channels = {"whatsapp": {"announced": "1s", "deadline": "5s"}}
    phase = {"phase": "a", "lasts": "60s", "impact": "degraded", "rules": [{"fault": fault, "on": "*", **own}]}
    try:
        scenario = Scenario.model_validate({**MINIMAL, "channels": channels, "timeline": [phase]})
    except ValidationError:
        assume(False)
    again = Scenario.model_validate(json.loads(json.dumps(scenario.written())))
    assert again == scenario
    for here, there in zip(scenario.rules, again.rules, strict=True):
        assert there.model_fields_set == here.model_fields_set
        assert there.kind.model_fields_set == here.kind.model_fields_set
        assert there.after.model_fields_set == here.after.model_fields_set


def test_every_fault_makes_a_rule_with_both_sets_of_keys() -> None:
    assert list(RULE_FORMS) == list(FAULTS)
    for name, kind in RULE_FORMS.items():
        assert set(FAULTS[name].model_fields) | {"on", "when", "share", "sticky", "first"} <= set(kind.model_fields)


def test_a_rule_without_an_id_is_named_by_phase_and_position() -> None:
    rule = {"fault": "hang", "on": "*"}
    phases = [{"phase": "down", "lasts": 1, "impact": "degraded", "rules": [rule, {**rule, "id": "mine"}, rule]}]
    scenario = Scenario.model_validate({**MINIMAL, "timeline": phases})
    assert [one.id for one in scenario.rules] == ["down.1.hang", "mine", "down.3.hang"]


def test_phases_and_rules_have_names_of_their_own() -> None:
    phase = MINIMAL["timeline"][0]
    with pytest.raises(ValidationError, match="phase 'only' appears twice"):
        Scenario.model_validate({**MINIMAL, "timeline": [phase, phase]})
    rule = {"fault": "hang", "on": "*", "id": "same"}
    with pytest.raises(ValidationError, match="rule id 'same' appears twice"):
        Scenario.model_validate({**MINIMAL, "timeline": [{**phase, "rules": [rule, rule]}]})


@pytest.mark.parametrize(
    ("headers", "host", "account"),
    [
        ({}, "api.openai.com", Account()),
        ({}, "eu.api.openai.com", Account(region="eu")),
        ({"authorization": "Bearer sk-test-1"}, "api.openai.com", Account(tier="free", region="us")),
        ({"authorization": "Bearer sk-test-1"}, "eu.api.openai.com", Account(tier="free", region="us")),
        ({"x-api-key": "sk-test-1"}, "api.anthropic.com", Account(tier="free", region="us")),
        ({"x-brownout-tier": "pro", "x-brownout-region": "asia"}, "api.openai.com", Account(tier="pro", region="asia")),
        ({"authorization": "Bearer other"}, "api.openai.com", Account(tier="paid")),
    ],
)
def test_tier_and_region_come_from_the_client_the_key_or_the_host(
    headers: dict[str, str], host: str, account: Account
) -> None:
    accounts = [{"key": "sk-test-*", "tier": "free", "region": "us"}, {"key": "other", "tier": "paid"}]
    scenario = Scenario.model_validate({**MINIMAL, "accounts": accounts})
    found = scenario.account(Call("openai.chat", Request("POST", host, "/", headers=headers)))
    assert (found.tier, found.region) == (account.tier, account.region)


@pytest.mark.parametrize("name", [one.name for one in scenarios()])
def test_a_shipped_scenario_is_short_and_begins_and_ends_healthy(name: str) -> None:
    scenario = load_scenario(name)
    assert 15 <= scenario.duration / scenario.speed <= 40
    first, last = scenario.timeline[0], scenario.timeline[-1]
    assert (first.impact, first.rules) == ("operational", ())
    assert last.impact == "shutdown" or (last.impact, last.rules) == ("operational", ())  # what is shut stays shut
    assert all(bool(phase.rules) is (phase.impact != "operational") for phase in scenario.timeline)


def test_the_seed_outage_follows_the_clock_of_the_day() -> None:
    scenario = load_scenario("chatgpt-2026-02-03")
    starts = {span.name: span.start * scenario.speed / 60 for span in spans(scenario, scenario.speed)}
    posts = {post.say: post.at / 60 for post in scenario.status["openai"]}
    impact, recovered = starts["unannounced"], starts["recovered"]
    assert recovered - impact == pytest.approx(173)  # 20:12 to 23:05
    assert posts["investigating"] - impact == pytest.approx(20)
    assert posts["investigating"] == pytest.approx(starts["announced"])
    assert recovered - posts["resolved"] == pytest.approx(51)
    lengths = {span.name: span.end - span.start for span in spans(scenario, scenario.speed)}
    assert 30 < sum(lengths.values()) < 40  # short enough for a demo, long enough for samples
    assert all(length >= 3 for name, length in lengths.items() if name not in ("healthy", "recovered"))


LISTS = {"openai.conversations": "/v1/conversations/{}/items", "openai.assistants": "/v1/threads/{}/messages"}
TALK = (Turn("user", "Hello"), Turn("assistant", "Hi"), Turn("user", "And now?"))
ASKED: tuple[dict[str, Any], ...] = (
    {},
    {"model": "gpt-5-codex"},
    {"model": "gpt-4o-search-preview"},
    {"path": "/v1/fine_tuning/jobs"},
    {"tools": [{"type": "web_search"}]},
    {"tools": [{"type": "mcp", "server_label": "crm"}]},
    {"tools": [{"type": "function", "name": "look_up"}]},
    {"key": "sk-free-1"},
    {"key": "sk-go-1"},
)
"""What calls ask for, and whose they are: nothing special, and each thing that a shipped scenario tells apart."""


def special(service: str, name: str, number: int, asked: dict[str, Any]) -> Call:
    """A call as it would be read: the same name and number, the same call."""
    host = "api.openai.com" if service.startswith("openai") else "api.anthropic.com"
    headers = {"authorization": f"Bearer {asked.get('key', 'sk-test-1')}"}
    body = json.dumps({"tools": asked.get("tools", [])}).encode()
    conversation = f"{name}-{number // 4}"
    request = Request("POST", host, asked.get("path", f"/v1/{conversation}"), headers=headers, body=body)
    if service in LISTS and number % 2:
        return Call(service, Request("GET", host, LISTS[service].format(conversation)), conversation=conversation)
    model = "messages.text" if is_delivery(service) else asked.get("model")
    return Call(service, request, model, number % 2 == 0, turns=TALK, conversation=conversation)


def traffic(phase: str, seconds: float, services: Collection[str]) -> list[tuple[float, Exchange]]:
    """Ten calls a second of each sort to each service, streamed and plain, in conversations of four turns."""
    calls = []
    for service in services:
        for sort, asked in enumerate(ASKED if service.startswith("openai") else ASKED[:1]):
            for number in range(round(seconds * 10)):
                name = f"{phase}-{service}-{sort}"
                call = special(service, name, number, asked)
                calls.append((number / 10, Exchange(call, f"{name}-{number}", None, 0, "client")))
    return calls


@pytest.mark.parametrize("name", [one.name for one in scenarios()])
def test_every_rule_of_a_shipped_scenario_strikes_under_light_traffic(name: str) -> None:
    scenario = load_scenario(name)
    struck = set()
    lost = {rule.id: Counts(admits=False) for rule in scenario.rules if rule.kind.paced_by == "deadline"}
    for phase in scenario.phases:
        covered = {service for rule in phase.rules for service in rule.covers}  # no other can be struck
        for second, exchange in traffic(phase.phase, phase.lasts / scenario.speed, sorted(covered)):
            decision = decide(scenario, Moment(phase, second * scenario.speed), exchange, lost)
            struck |= {decision.rule.id} if decision.rule else set()
    assert {rule.id for rule in scenario.rules} - struck == set()
