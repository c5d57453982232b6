"""Platforms that a scenario or a profile declares: what is taken, what is refused, and where."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from pydantic import ValidationError
from support.drills import PROFILE, scenario

from brownout.config import yamlfile
from brownout.config.yamlfile import InputError
from brownout.drill.environment import Reach, variables
from brownout.drill.setting import Options, prepare
from brownout.library.library import load_profile, load_scenario
from brownout.profile import Profile
from brownout.scenario import Scenario
from brownout.services import BUILT_IN, UnfitPlatform, catalogue_of, declared_in

URL = "https://llm.acme.example/api/v1"


def test_a_declared_platform_has_host_prefix_and_services() -> None:
    known = catalogue_of({"acme": URL})

    found = known.provider_of_host("llm.acme.example:443")
    assert found is not None
    assert found.name == "acme"
    assert known.provider_of_path("/acme/api/v1/models") == (found, "/api/v1/models")
    assert known.service_of("acme", "POST", "/api/v1/chat/completions") == "acme.chat"
    assert {"acme.chat", "acme.embeddings", "acme.other"} <= set(known.services_matching("acme.*"))


def test_what_is_declared_is_known_to_its_catalogue_alone() -> None:
    before = BUILT_IN.providers
    known = catalogue_of({"acme": URL})

    assert known.provider_of_host("llm.acme.example") is not None
    assert BUILT_IN.providers == before
    assert BUILT_IN.provider_of_host("llm.acme.example") is None
    assert catalogue_of({}) is BUILT_IN


@pytest.mark.parametrize("first", [True, False])
def test_loading_one_scenario_never_changes_what_another_may_say(first: bool) -> None:
    rule = {"fault": "server_error", "on": "acme.chat"}
    if first:
        Scenario.model_validate({**scenario(rule), "platforms": {"acme": URL}})

    with pytest.raises(ValidationError, match=r"'acme\.chat' names no service"):
        Scenario.model_validate(scenario(rule))


def test_the_services_of_a_rule_do_not_depend_on_when_they_are_asked() -> None:
    rule = {"fault": "server_error", "on": "*"}
    plain = Scenario.model_validate(scenario(rule))
    with_acme = Scenario.model_validate({**scenario(rule), "platforms": {"acme": URL}})
    late = Scenario.model_validate(scenario(rule))

    assert plain.rules[0].covers == plain.timeline[0].rules[0].covers == late.rules[0].covers
    assert with_acme.rules[0].covers - plain.rules[0].covers >= {"acme.chat", "acme.embeddings"}
    assert with_acme.changed(seed=2).rules[0].covers == with_acme.rules[0].covers


@pytest.mark.parametrize(
    ("platforms", "name", "why"),
    [
        ({"Acme": URL}, "Acme", "allowed: lower-case letters, digits and '-'"),
        ({"acme": "llm.acme.example"}, "acme", "is no base URL"),
        ({"acme": ""}, "acme", "is no base URL"),
        ({"acme": "/"}, "acme", "is no base URL"),
        ({"openai": URL}, "openai", "is built in; choose another name"),
        ({"groq": URL}, "groq", "is built in as https://api.groq.com/openai/v1; choose another name"),
        ({"mine": "https://api.openai.com/v1"}, "mine", "api.openai.com belongs to 'openai', which is built in"),
        ({"mine": "https://contoso.openai.azure.com/openai/v1"}, "mine", "belongs to 'azure'"),
        ({"mine": "http://localhost:8000/v1"}, "mine", "this machine or a bare address"),
        ({"mine": "http://10.0.0.5:8000/v1"}, "mine", "this machine or a bare address"),
        ({"a": URL, "b": "https://llm.acme.example/v2"}, "b", "is the host of 'a' already"),
    ],
)
def test_what_cannot_be_declared_says_why(platforms: dict[str, str], name: str, why: str) -> None:
    with pytest.raises(UnfitPlatform) as refused:
        catalogue_of(platforms)

    assert refused.value.name == name
    assert why in str(refused.value)


def test_one_that_is_built_in_may_be_declared_as_it_is() -> None:
    assert catalogue_of({"groq": "https://api.groq.com/openai/v1/"}) is BUILT_IN


def test_another_process_learns_what_one_knows() -> None:
    known = catalogue_of({"acme": URL})
    said = known.declaration("llm.acme.example")
    assert said is not None

    assert declared_in(said).declaration("llm.acme.example") == said
    assert known.declaration("api.openai.com") is None
    assert known.declaration("api.groq.com") is None


def test_a_mistake_is_reported_at_its_line(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(
        "brownout: 1\nname: short\ntitle: A\nplatforms:\n  fine: https://fine.example/v1\n  openai: https://x.example/v1\n"
        "timeline: [{phase: a, lasts: 1s, impact: operational}]\n"
    )
    with pytest.raises(InputError) as refused:
        yamlfile.read(file, Scenario)

    (problem,) = refused.value.problems
    assert (problem.line, problem.column) == (6, 11)
    assert "'openai' is built in; choose another name for https://x.example/v1" in problem.message


def test_a_profiles_mistake_is_reported_at_its_line(tmp_path: Path) -> None:
    (tmp_path / "brownout.yaml").write_text(
        "name: shop\nurl: http://127.0.0.1:8000\nplatforms: {acme: nowhere}\n"
        "journeys: {ask: {steps: [{name: ask, get: /}]}}\n"
    )
    with pytest.raises(InputError, match=r"brownout\.yaml:3:19: .*'nowhere' is no base URL"):
        load_profile(tmp_path)


def test_rules_may_name_a_platform_of_the_same_file() -> None:
    rule = {"fault": "server_error", "on": "acme.chat"}
    made = Scenario.model_validate({**scenario(rule), "platforms": {"acme": URL}})

    assert made.rules[0].covers == {"acme.chat"}


def test_rules_may_name_a_platform_of_the_app_profile(tmp_path: Path) -> None:
    file = tmp_path / "short.yaml"
    file.write_text(yaml.safe_dump(scenario({"fault": "server_error", "on": "shop.chat"})))

    assert load_scenario(file, {"shop": URL}).rules[0].covers == {"shop.chat"}
    with pytest.raises(InputError, match="names no service"):
        load_scenario(file)


def test_a_drill_knows_the_platforms_of_both_files() -> None:
    ours = Scenario.model_validate({**scenario({"fault": "server_error", "on": "*"}), "platforms": {"acme": URL}})
    theirs = Profile.model_validate({**PROFILE, "platforms": {"shop": "https://llm.shop.example/v1"}})
    setting = prepare(ours, theirs, Options())

    assert setting.scenario.platforms == {"acme": URL, "shop": "https://llm.shop.example/v1"}
    assert {"acme.chat", "shop.chat"} <= setting.scenario.rules[0].covers
    found = variables("base_url", Reach(8080, Path("ca"), Path("ca"), setting.scenario.catalogue))
    assert found["ACME_BASE_URL"] == "http://127.0.0.1:8080/acme/api/v1"
    assert found["SHOP_BASE_URL"] == "http://127.0.0.1:8080/shop/v1"


def test_files_that_contradict_each_other_are_refused() -> None:
    ours = Scenario.model_validate({**scenario(), "platforms": {"acme": URL}})
    theirs = Profile.model_validate({**PROFILE, "platforms": {"acme": "https://other.example/v1"}})
    with pytest.raises(InputError, match=r"acme is https://other\.example/v1 here and https://llm\.acme\.example"):
        prepare(ours, theirs, Options())

    twin = Profile.model_validate({**PROFILE, "platforms": {"twin": "https://llm.acme.example/v1"}})
    with pytest.raises(InputError, match="is the host of 'acme' already"):
        prepare(ours, twin, Options())
