"""The recipe on accounts and plans strikes whom it says, and nobody else."""

from __future__ import annotations

import pytest
from support.pages import blocks

from brownout.config.yamlfile import read
from brownout.deciding.plan import Moment, decide
from brownout.dialects.openai import login as openai_login
from brownout.exchange import Call, Exchange, Request
from brownout.scenario import Scenario

BEGAN = 1_770_000_000.5
(TEXT,) = (block.text for block in blocks("yaml") if block.text.startswith("accounts:") and "logged out" in block.text)


@pytest.fixture(scope="module", name="recipe")
def recipe_(tmp_path_factory: pytest.TempPathFactory) -> Scenario:
    """The recipe as a whole file."""
    file = tmp_path_factory.mktemp("recipe") / "recipe.yaml"
    file.write_text(f"brownout: 1\nname: recipe\ntitle: Recipe\n{TEXT}")
    return read(file, Scenario)


def struck(
    recipe: Scenario, phase: str, key: str, *, service: str = "openai.chat", path: str = "/v1/x", elapsed: float = 300.0
) -> float:
    """The share of a hundred calls with this key."""
    (playing,) = (one for one in recipe.phases if one.phase == phase)
    request = Request("POST", "api.openai.com", path, headers={"authorization": f"Bearer {key}"})
    call = Call(service, request, api_key=key)
    moment = Moment(playing, elapsed, BEGAN)
    exchanges = (Exchange(call, f"k{number}", None, 0, "proxy") for number in range(100))
    return sum(decide(recipe, moment, exchange).rule is not None for exchange in exchanges) / 100


def test_the_free_tier_is_hit_first_and_worst(recipe: Scenario) -> None:
    assert struck(recipe, "the free tier first", "sk-test-free-1", elapsed=1) > 0.1
    assert struck(recipe, "the free tier first", "sk-test-1", elapsed=1) < 0.05
    assert (
        struck(recipe, "the free tier first", "sk-test-free-1", elapsed=599)
        > struck(recipe, "the free tier first", "sk-test-1") + 0.4
    )


def test_one_region_fails_and_the_other_does_not(recipe: Scenario) -> None:
    assert struck(recipe, "one region", "sk-test-eu-1") > 0.5
    assert struck(recipe, "one region", "sk-test-1") == 0


def test_a_key_is_struck_always_or_never(recipe: Scenario) -> None:
    shares = {struck(recipe, "some keys", f"sk-test-{number}") for number in range(30)}
    assert shares == {0.0, 1.0}


def test_tokens_of_before_are_refused_and_new_ones_are_not(recipe: Scenario) -> None:
    phase = "everybody is logged out"
    assert struck(recipe, phase, openai_login.token("old", int(BEGAN) - 60)) == 1
    assert struck(recipe, phase, openai_login.token("new", int(BEGAN) + 1)) == 0
    assert struck(recipe, phase, "sk-test-no-token") == 0


def test_people_cannot_log_in_anew_most_of_the_time(recipe: Scenario) -> None:
    assert struck(recipe, "no new login", "none", service="openai.login", path="/oauth/token") > 0.6
    assert struck(recipe, "no new login", "none", service="openai.chat") == 0


@pytest.mark.parametrize(
    ("path", "least"), [("/v3/directline/tokens/refresh", 0.8), ("/v3/directline/tokens/generate", 0.4)]
)
def test_logins_and_refreshed_tokens_fail_apart(recipe: Scenario, path: str, least: float) -> None:
    assert struck(recipe, "no new login", "secret", service="directline.tokens", path=path) >= least
    assert struck(recipe, "no new login", "secret", service="directline.activities") == 0


def test_access_that_is_gone_is_gone_for_every_call(recipe: Scenario) -> None:
    phase = "access is gone"
    assert struck(recipe, phase, "sk-test-free-1") == struck(recipe, phase, "EAAx", service="whatsapp.messages") == 1
    assert struck(recipe, phase, "sk-test-eu-1") == 1
    assert struck(recipe, phase, "sk-test-1") == 0
