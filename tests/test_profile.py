"""What an app profile says, and what makes no sense in it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from support.drills import PROFILE

from brownout.profile import Profile, Step


def profile(**more: Any) -> Profile:
    return Profile.model_validate({**PROFILE, **more})


@pytest.mark.parametrize("written", ["100000000000001", 100000000000001])
def test_the_bots_number_is_an_id_quoted_or_not(written: Any) -> None:
    hook = {"url": "/hook", "secret": "s", "phone_number_id": written}
    assert profile(webhooks={"whatsapp": hook}).webhooks["whatsapp"].phone_number_id == "100000000000001"


@pytest.mark.parametrize("written", ["+1 555 0123", "", True, 1.5, "1" * 21])
def test_a_telephone_number_is_no_id(written: Any) -> None:
    hook = {"url": "/hook", "secret": "s", "phone_number_id": written}
    with pytest.raises(ValidationError, match="is no id of WhatsApp's"):
        profile(webhooks={"whatsapp": hook})


def test_whatsapps_ids_are_for_whatsapp() -> None:
    with pytest.raises(ValidationError, match="phone_number_id and account_id are WhatsApp's, and not of openai"):
        profile(webhooks={"openai": {"url": "/hook", "secret": "s", "phone_number_id": "1"}})


def test_how_the_stand_in_answers_says_nothing_about_the_real_platform() -> None:
    with pytest.raises(ValidationError, match="nobody asks it"):
        profile(upstream="real", budget=3, standin={"tools": "never"})


def test_prices_go_with_the_expectation_that_needs_them_and_its_own_go_before() -> None:
    own = {"check": "cost", "at_most": "$0.1", "prices": {"b": {"input": 3}}}
    prices = {"a": {"input": 1, "output": 2}, "b": {"input": 2}}
    cost, hang = profile(prices=prices, expect=[own, {"check": "no_hang", "within": "9s"}]).expected

    assert cost.model_dump()["prices"] == {"a": {"input": 1, "output": 2}, "b": {"input": 3, "output": 0}}
    assert "prices" not in hang.model_dump()


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ({}, "exactly one of get, post, put, delete with a path, or whatsapp, websocket, socketio"),
        ({"post": "/", "websocket": {"connect": "/"}}, "exactly one of"),
        ({"post": "/", "json": {}, "form": {}}, "json, form and multipart are bodies, and a request has one"),
        ({"websocket": {"connect": "/"}, "json": {}}, "of HTTP requests only"),
        ({"socketio": {"emit": "ask"}, "until": "done"}, "of HTTP requests only"),
        ({"post": "/", "multipart": {"photo": {"path": "x"}}}, "file"),
    ],
)
def test_a_step_is_one_thing(step: dict[str, Any], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        Step.model_validate({"name": "ask", **step})


@pytest.mark.parametrize(
    ("retry", "longest"),
    [(None, 5.0), (2, 17.0), ({"times": 1, "after": "2s", "on": ["hung"]}, 12.0), ({"on": ["error"]}, 5.0)],
)
def test_who_sends_again_waits_longer_than_patience_says(retry: Any, longest: float) -> None:
    ask = PROFILE["journeys"]["ask"]
    journeys = {"ask": {**ask, "steps": [{**ask["steps"][0], "retry": retry}]}}

    assert profile(journeys=journeys).journeys["ask"].longest_wait == longest
