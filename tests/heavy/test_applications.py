"""Applications as the tutorials of their frameworks write them: in an outage, each gets the verdict it deserves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support import frameworks
from support.drills import LOOSELY, scenario
from support.node import app_command
from support.played import Played, played

pytestmark = [pytest.mark.heavy, pytest.mark.drill]
APPS = Path(__file__).with_name("apps")
KEYS = {"OPENAI_API_KEY": "sk-test-0000", "ANTHROPIC_API_KEY": "sk-ant-test-0000"}
LOAD = {"users": 4, "arrive": 10, "pause": "100ms"}
NO_HANG = {"check": "no_hang", "within": "9s"}
NO_LEAKS = {"check": "no_leaks"}
PLAIN_JSON = {"json": "reply", "error": "error"}
UI = {
    "sse": "type == 'text-delta' && delta",
    "error": "type == 'error' && errorText",
    "incomplete": "type == 'abort' || contains(['length', 'content-filter', 'error', 'other'], finishReason || '')",
}
"""How docs/profile.md reads UI messages of the AI SDK."""


def success(during: str, **keys: Any) -> dict[str, Any]:
    return {"check": "success", "during": during, "at_least": "90%", "min_samples": 2, **LOOSELY, **keys}


def asks(path: str, json: object = None, reply: dict[str, Any] = PLAIN_JSON, **keys: Any) -> dict[str, Any]:
    """A journey of one question."""
    step = {"name": "ask", "post": path, "json": json or {"text": "{{ message }}"}, "reply": reply}
    return {"patience": "10s", "steps": [step], **keys}


def in_python(app: str, **env: str) -> dict[str, Any]:
    """``start`` for one of the applications of ``tests/heavy/apps``."""
    command = [frameworks.python(), "-m", "uvicorn", f"{app}:app", "--port", "{port}", "--log-level", "warning"]
    return {"command": command, "cwd": str(APPS), "timeout": "100s", "env": {**KEYS, **env}}


def drilled(profile: dict[str, Any], code: int, **phases: list[dict[str, Any]]) -> Played:
    """The application's drill, which ends with this code: four healthy seconds, then six with each list of rules."""
    healthy = {"phase": "healthy", "lasts": "4s", "impact": "operational"}
    struck = [
        {"phase": name, "lasts": "6s", "impact": "major_outage", "rules": rules} for name, rules in phases.items()
    ]
    outage = {**scenario(), "timeline": [healthy, *struck]}
    files = {"short.yaml": outage, "brownout.yaml": {"load": LOAD, "settle": "1s", **profile}}
    return played("short.yaml", "--app", "brownout.yaml", files=files, codes=(code,))


def of(drill: Played, check: str) -> dict[str, dict[str, Any]]:
    """The verdicts of a check, by the journey that they are about."""
    verdicts = (verdict for verdict in drill.result()["verdicts"] if verdict["check"] == check)
    return {verdict["journey"] or "": verdict for verdict in verdicts}


def statuses(drill: Played, check: str) -> dict[str, str]:
    return {journey: verdict["status"] for journey, verdict in of(drill, check).items()}


def calls(drill: Played, **fields: Any) -> list[dict[str, Any]]:
    """The exchanges with these values."""
    return [row for row in drill.rows("exchange") if all(row[name] == value for name, value in fields.items())]


def test_a_langgraph_agent_that_refunds_by_half_a_tool_call_is_broken_and_one_that_asks_for_its_end_holds() -> None:
    cut = {"fault": "stream_cut", "on": "openai.chat", "after": "14 events", "share": "50%"}
    lost = {"fault": "answer_lost", "on": "openai.chat", "when": {"tool": "refund"}, "share": "40%", "shows": "reset"}
    kinds = ("plain", "guarded")
    message = "Reference {{ canary }}: refund order 17."
    effects = {kind: {"get": f"/{kind}/done", "items": "done"} for kind in kinds}
    checks = ("whole_answers", "no_duplicate_effects")
    profile = {
        "name": "langgraph",
        "start": in_python("langgraph_agent"),
        "standin": {"tools": "always"},
        "journeys": {kind: asks(f"/{kind}", message=message, effects=effects[kind]) for kind in kinds},
        "expect": [
            success("operational"),
            *({"check": check, "journey": kind} for check in checks for kind in kinds),
            NO_HANG,
        ],
    }
    drill = drilled(profile, 1, cut=[cut], lost=[lost])

    # The model was left to choose, used the tool, and answered when it had what came of it.
    assert {row["status"] for row in calls(drill, phase="healthy", step=1)} == {200}
    assert statuses(drill, "success") == {"": "HELD"}
    assert statuses(drill, "whole_answers") == {"plain": "BROKEN", "guarded": "HELD"}
    halves = of(drill, "whole_answers")["plain"]
    assert "the application acted on half of what the model said, as if it were all" in halves["finding"]
    assert {"tool", "effects"} & {item["row"]["kind"] for item in halves["evidence"]}
    # Its SDK repeats the call that was lost, and not the turn.
    assert calls(drill, phase="lost", fault="answer_lost", delivered=True)
    assert statuses(drill, "no_duplicate_effects") == dict.fromkeys(kinds, "HELD")
    assert statuses(drill, "no_hang") == {"": "HELD"}


def test_a_plain_pywa_bot_answers_everybody_and_holds() -> None:
    hook = {"url": "/hooks/whatsapp", "secret": "app-secret", "verify_token": "token", "phone_number_id": "1000000001"}
    said = {"text": "{{ message }}", "error": "cannot answer right now"}
    step = {"name": "ask", "whatsapp": said, "repeat": 2, "think": "200ms"}
    profile = {
        "name": "pywa",
        "connect": "intercept",
        "start": in_python(
            "pywa_bot", PHONE_ID=hook["phone_number_id"], APP_SECRET=hook["secret"], VERIFY_TOKEN=hook["verify_token"]
        ),
        "webhooks": {"whatsapp": hook},
        "journeys": {"chat": {"conversation": "user", "patience": "12s", "steps": [step]}},
        "expect": [
            success("operational"),
            success("major_outage"),
            {"check": "no_hang", "within": "11s"},
            {"check": "answered_once"},
            NO_LEAKS,
            {"check": "retry_amplification", "at_most": 3},
        ],
    }
    drill = drilled(profile, 0, struck=[{"fault": "server_error", "on": "openai.chat", "first": 1}])

    assert set(drill.statuses().values()) == {"HELD"}, drill.said
    sent = calls(drill, service="whatsapp.messages")
    assert {row["status"] for row in sent} == {200}
    answered = {row["canary"] for row in drill.rows("journey") if row["outcome"] == "ok"}
    assert answered
    assert answered <= {row["canary"] for row in sent}


def test_litellm_is_not_accused_for_its_second_key_and_holds_by_its_fallback() -> None:
    limited = {"fault": "rate_limit", "on": "openai.chat", "when": {"key": "sk-test-a"}, "retry_after": "30s"}
    down = {"fault": "server_error", "on": "openai.chat", "when": {"key": "sk-test-c"}}
    kinds = ("keys", "fallback")
    profile = {
        "name": "litellm",
        # Else it asks GitHub for the prices of models while it starts.
        "start": in_python("litellm_router", LITELLM_LOCAL_MODEL_COST_MAP="True"),
        "journeys": {kind: asks(f"/{kind}") for kind in kinds},
        "expect": [
            *(success(during, journey=kind) for during in ("operational", "major_outage") for kind in kinds),
            {"check": "retry_after_honoured"},
            NO_HANG,
            NO_LEAKS,
        ],
    }
    drill = drilled(profile, 0, struck=[limited, down])

    assert set(drill.statuses().values()) == {"HELD"}, drill.said
    waiting = calls(drill, fault="rate_limit", status=429)
    assert waiting
    for row in waiting:
        (again,) = calls(drill, canary=row["canary"], status=200)
        assert again["account"] != row["account"]
        assert again["t"] - row["t"] < row["retry_after"] == 30
    failed = {row["canary"] for row in calls(drill, fault="server_error", status=500)}
    second = {row["canary"] for row in calls(drill, service="anthropic.messages", status=200)}
    assert failed & second
    assert second <= failed


def ai_sdk(*kinds: str) -> dict[str, Any]:
    """The profile of the chat on express."""
    said = {"messages": [{"role": "user", "parts": [{"type": "text", "text": "{{ message }}"}]}]}
    return {
        "name": "ai-sdk",
        "start": {"command": [*app_command("express_chat.mjs"), "{port}"], "env": KEYS},
        "journeys": {kind: asks(f"/{kind}", said, {"text": True} if kind == "text" else UI) for kind in kinds},
        "expect": [success("operational"), *({"check": "whole_answers", "journey": kind} for kind in kinds), NO_HANG],
    }


def broken_off(model: str, end: str) -> dict[str, Any]:
    when = {"model": model}
    return {
        "fault": "stream_cut",
        "on": "openai.responses",
        "when": when,
        "after": "8 events",
        "share": "60%",
        "end": end,
    }


def test_marks_of_the_ai_sdk_are_no_half_answers_and_bare_text_that_ends_early_is_one() -> None:
    kinds = ("ui", "caught", "text")
    drill = drilled(ai_sdk(*kinds), 1, struck=[broken_off("gpt-4o", "clean"), broken_off("gpt-4o-mini", "fin")])

    assert statuses(drill, "whole_answers") == {"ui": "HELD", "caught": "HELD", "text": "BROKEN"}
    assert (statuses(drill, "success"), statuses(drill, "no_hang")) == ({"": "HELD"}, {"": "HELD"})
    struck = {row["canary"] for row in calls(drill, fault="stream_cut", delivered=True)}
    outcomes = {(row["journey"], row["outcome"]) for row in drill.rows("journey") if row["canary"] in struck}
    assert outcomes == {("ui", "cut"), ("caught", "error"), ("text", "half")}


def test_a_broken_connection_that_the_ai_sdk_leaves_to_nobody_ends_the_application_and_is_named_as_that() -> None:
    drill = drilled(ai_sdk("ui"), 1, struck=[broken_off("gpt-4o", "fin")])

    death = drill.result()["verdicts"][0]
    assert (death["check"], death["status"]) == ("application_alive", "BROKEN")
    assert "exited with code 1" in death["finding"]
    # It is in the call still, or has just left it.
    assert "openai.responses" in death["finding"]
    assert "stream_cut" in death["finding"]
    assert statuses(drill, "success") == {"": "UNKNOWN"}
