"""A whole drill with users on WhatsApp: a real bot, messages that come twice, and a channel that is shut in the end."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.drills import LOOSELY, PROFILE, Desk, a_desk
from support.whatsapp_bot import SECRET, TOKEN

pytestmark = pytest.mark.e2e
BOT = Path(__file__).parents[1] / "support" / "whatsapp_bot.py"
ASK = {"name": "ask", "whatsapp": {"text": "{{ message }}"}, "repeat": 2}
WEB = {
    "name": "web",
    "instead_of": "ask",
    "post": "/ask",
    "json": {"text": "{{ message }}"},
    "reply": {"json": "reply"},
}
CONTROL = {"name": "control", "whatsapp": {"text": "{{ message }}", "to": "meta_ai"}}


def profile() -> dict[str, Any]:
    env = {"WHATSAPP_BASE_URL": "{proxy_url}/whatsapp", "OPENAI_BASE_URL": "{openai_base_url}"}
    receiver = {"url": "/hook", "secret": SECRET, "verify_token": TOKEN}
    return {
        **PROFILE,
        "name": "bot",
        "start": {"command": ["{python}", str(BOT), "{port}"], "env": env},
        "webhooks": {"whatsapp": receiver},
        "journeys": {
            "chat": {"patience": "10s", "conversation": "user", "steps": [ASK, WEB]},
            "control": {"steps": [CONTROL]},
        },
        "load": {"users": 4, "arrive": 50, "pause": "100ms"},
        "expect": [
            {"check": "success", "at_least": "90%", "min_samples": 3, **LOOSELY, "journey": "control"},
            {"check": "whole_answers"},
        ],
    }


def scenario() -> dict[str, Any]:
    twice = {"fault": "webhook_duplicated", "on": "whatsapp.webhooks"}
    shut = {"fault": "channel_shut", "on": "whatsapp.webhooks"}
    timeline = [
        {"phase": "twice", "lasts": "4s", "impact": "degraded", "rules": [twice]},
        {"phase": "shut", "lasts": "3s", "impact": "shutdown", "rules": [shut]},
    ]
    source = {"url": "https://status.example.com/1", "fact": "made up for a test"}
    return {"brownout": 1, "name": "shut", "title": "A test", "sources": [source], "timeline": timeline}


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with a_desk(tmp_path_factory.mktemp("users")) as found:
        found.write("brownout.yaml", profile())
        found.write("shut.yaml", scenario())
        done = found.brownout("run", "shut.yaml", "--out", "out", timeout=90)
        assert done.returncode == 0, done.stdout + done.stderr
        yield found


def steps(desk: Desk, name: str) -> list[dict[str, Any]]:
    return [row for row in desk.rows("journey") if row["step"] == name]


def begun_in(desk: Desk, row: dict[str, Any], phase: int) -> bool:
    """Whether a step began and ended in a phase."""
    (drill,) = desk.rows("drill")
    span = drill["phases"][phase]
    return bool(drill["zero"] + span["start"] <= row["t"] and row["t"] + row["duration"] < drill["zero"] + span["end"])


def test_users_are_answered_and_their_words_are_tied_to_calls_and_webhooks(desk: Desk) -> None:
    answered = [row for row in steps(desk, "ask") if begun_in(desk, row, 0)]
    calls = {(row["canary"], row["service"]) for row in desk.rows("exchange")}

    assert answered
    assert {(row["outcome"], row["channel"], row["acknowledged"]) for row in answered} == {("ok", "whatsapp", True)}
    for service in ("whatsapp.webhooks", "openai.chat"):
        assert {(row["canary"], service) for row in answered} <= calls


def test_what_came_twice_was_answered_once(desk: Desk) -> None:
    twice = {row["canary"] for row in desk.rows("exchange") if row["fault"] == "webhook_duplicated"}
    chats = desk.rows("chat")

    assert twice & {mark for row in chats for mark in row["answered"]}
    assert [mark for row in chats for mark in row["repeated"]] == []


def test_who_is_turned_away_goes_on_elsewhere_and_the_channels_assistant_is_as_ever(desk: Desk) -> None:
    shut = [row for row in desk.rows("journey") if begun_in(desk, row, 1)]

    assert {row["outcome"] for row in shut if row["step"] == "ask"} == {"turned_away"}
    assert {(row["outcome"], row["instead_of"]) for row in shut if row["step"] == "web"} == {("ok", "ask")}
    assert {row["outcome"] for row in steps(desk, "control")} == {"ok"}


def test_the_verdicts_hold(desk: Desk) -> None:
    found = {verdict["check"]: verdict["status"] for verdict in desk.result()["verdicts"]}

    assert found["success"] == found["whole_answers"] == found["injection_proof"] == "HELD"
