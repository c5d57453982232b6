"""What a profile may expect, and how it is named."""

from __future__ import annotations

from typing import Any, get_args

import pytest
from pydantic import TypeAdapter, ValidationError

from brownout.checkers import CHECKERS
from brownout.expect import EXPECTABLE, AnyExpect, Expectation, Sampled
from brownout.profile import Profile
from brownout.verdict import WHOLE

ADAPTER: TypeAdapter[AnyExpect] = TypeAdapter(Expectation)


def _read(**item: Any) -> AnyExpect:
    return ADAPTER.validate_python(item)


def test_every_expectation_has_a_checker_and_the_proof_needs_none() -> None:
    names = {get_args(model.model_fields["check"].annotation)[0] for model in get_args(AnyExpect)}

    assert set(EXPECTABLE) == names == set(CHECKERS) - set(WHOLE)
    assert list(EXPECTABLE) == sorted(EXPECTABLE)
    assert all(CHECKERS[name].name == name for name in CHECKERS)


@pytest.mark.parametrize(
    ("item", "id"),
    [
        ({"check": "no_leaks"}, "no_leaks"),
        ({"check": "success", "at_least": "90%", "during": "major_outage"}, "success during major_outage"),
        ({"check": "success", "at_least": 0.9, "journey": "chat"}, "success of chat"),
        (
            {"check": "latency", "p95": "2s", "journey": "chat", "during": ["degraded", "recovering"]},
            "latency p95 of chat during degraded and recovering",
        ),
    ],
)
def test_an_id_says_what_it_is_about(item: dict[str, Any], id: str) -> None:
    assert _read(**item).id == id


@pytest.mark.parametrize("limits", [{}, {"p50": "1s", "p95": "2s"}])
def test_a_quantile_needs_exactly_one_limit(limits: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="exactly one of p50, p90, p95, p99"):
        _read(check="latency", **limits)


@pytest.mark.parametrize(
    "item",
    [
        {"check": "succes", "at_least": "90%"},
        {"check": "success"},
        {"check": "success", "at_least": "190%"},
        {"check": "success", "at_least": "90%", "min_samples": 0},
        {"check": "success", "at_least": "90%", "during": "major"},
        {"check": "no_hang", "within": "soon"},
        {"check": "retry_amplification", "at_most": 0.5},
        {"check": "no_leaks", "unknown": 1},
    ],
)
def test_what_cannot_be_meant_is_refused(item: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        _read(**item)


@pytest.mark.parametrize(
    ("during", "name", "impact", "covered"),
    [
        ([], "outage", "major_outage", True),
        ("major_outage", "outage", "major_outage", True),
        ("outage", "outage", "major_outage", True),
        ("outage", "tail", "recovering", False),
        ("degraded", "degraded", "major_outage", False),  # what phases are, and not what somebody called one
    ],
)
def test_phases_are_meant_by_impact_or_by_name(during: Any, name: str, impact: str, covered: bool) -> None:
    assert _read(check="no_leaks", during=during).covers(name, impact) is covered


def test_an_expectation_survives_the_journal() -> None:
    expectation = _read(check="recovery", within="30s", at_least="90%", during="recovering")

    assert ADAPTER.validate_python(expectation.model_dump(mode="json")) == expectation


@pytest.mark.parametrize(
    ("service", "words"),
    [("openai.chatt", "did you mean 'openai.chat'"), ("nobody.chat", "names no service"), ("acme.chat", "")],
)
def test_a_breaker_names_services_that_there_are(service: str, words: str) -> None:
    told = {
        "name": "shop",
        "url": "http://127.0.0.1:1",
        "platforms": {"acme": "https://llm.acme.example/v1"},
        "journeys": {"chat": {"steps": [{"name": "ask", "get": "/", "reply": {"text": True}}]}},
        "expect": [{"check": "breaker", "primary": "openai.chat", "fallback": service}],
    }
    if not words:
        assert Profile.model_validate(told).expect[0].id == "breaker openai.chat"
        return
    with pytest.raises(ValidationError) as refusal:
        Profile.model_validate(told)
    assert words in str(refusal.value)


def test_two_looks_are_together_as_sure_as_one_and_one_look_changes_nothing() -> None:
    asked, plain = _read(check="success", at_least=0.9, confidence="90%"), _read(check="success", at_least=0.9)
    assert isinstance(asked, Sampled)
    assert isinstance(plain, Sampled)

    assert asked.of_looks(2).confidence == 0.95
    assert plain.of_looks(2).confidence == 0.975
    assert plain.of_looks(1) == plain
    with pytest.raises(ValueError, match=r"2 looks need a confidence of 99.8% at most"):
        plain.model_copy(update={"confidence": 0.9985}).of_looks(2)
