"""Drills that prove nothing must say so: faults that could not strike, an application that goes past the proxy."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from support.drills import PROFILE, Desk, a_desk, scenario
from support.upstreams import json_reply, raw_upstream

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.e2e

REPLY = json.dumps({"choices": [{"message": {"role": "assistant", "content": f"Well. {SENTINEL}"}}]}).encode()
SECOND: dict[str, Any] = {"phase": "second", "lasts": "1500ms", "impact": "major_outage"}
NEVER_CALLED = {"fault": "server_error", "on": "openai.images"}
NEVER_SO = {"fault": "server_error", "on": "openai.chat", "when": {"model": "o3*"}}
# One millisecond: a question needs longer to get from its user through the application to the platform.
BLINK: dict[str, Any] = {
    "phase": "blink",
    "lasts": "1ms",
    "impact": "degraded",
    "rules": [{"fault": "server_error", "on": "openai.chat"}],
}


@dataclass(frozen=True)
class Played:
    """A drill that is over: its exit code, what was said in one line, and the result."""

    code: int
    said: str
    result: dict[str, Any]


def _play(desk: Desk, *arguments: str) -> Played:
    done = desk.brownout("run", *arguments, "--out", "out", timeout=90)
    assert done.stderr == ""
    assert desk.survivors() == []
    return Played(done.returncode, " ".join(done.stdout.split()), desk.result())


@pytest.fixture(scope="module")
def idle(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A drill none of whose rules has anything to strike."""
    with a_desk(tmp_path_factory.mktemp("idle")) as desk:
        desk.write("short.yaml", {**scenario(), "timeline": [BLINK, {**SECOND, "rules": [NEVER_CALLED, NEVER_SO]}]})
        return _play(desk, "short.yaml")


@pytest.fixture(scope="module")
def past(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A drill of an application that calls a platform of its own."""
    with raw_upstream(json_reply(REPLY)) as elsewhere:
        start = {**PROFILE["start"], "env": {"OPENAI_BASE_URL": f"{elsewhere.url}/v1"}}
        with a_desk(tmp_path_factory.mktemp("past"), start=start) as desk:
            desk.write("short.yaml", scenario({"fault": "server_error", "on": "openai.chat"}, lasts="1500ms"))
            played = _play(desk, "short.yaml")
        assert elsewhere.received
        return played


def _proof(drill: Played) -> dict[str, Any]:
    verdict: dict[str, Any] = drill.result["verdicts"][0]
    assert verdict["check"] == "injection_proof"
    return verdict


def test_rules_that_can_strike_nothing_leave_no_verdict_and_each_says_why(idle: Played) -> None:
    assert (idle.code, idle.result["exit_code"], idle.result["status"]) == (3, 3, "UNKNOWN")
    rules = {rule["id"]: rule for rule in idle.result["rules"]}
    assert {id: (rule["state"], rule["injected"]) for id, rule in rules.items()} == {
        "blink.1.server_error": ("no_traffic", 0),
        "second.1.server_error": ("unused", 0),
        "second.2.server_error": ("unmatched", 0),
    }
    assert rules["blink.1.server_error"]["why"].startswith("no call to openai.chat while blink lasted, ")
    assert rules["second.1.server_error"]["why"] == "the application never called openai.images, only openai.chat"
    assert rules["second.2.server_error"]["why"].endswith("none that it can strike (when model is o3*)")
    finding = _proof(idle)["finding"]
    assert finding.startswith("No rule struck at all; the application called openai.chat (")
    for id in rules:
        assert id in finding


def test_people_read_which_rule_had_nothing_to_strike_too(idle: Played) -> None:
    said = idle.said

    assert "UNKNOWN small in “A test”" in said
    assert "Proof of injection: 0 of 3 rules struck" in said
    assert "1 rule had nothing to strike (second.1.server_error), never called: openai.images." in said
    assert "1 rule matched no call: second.2.server_error." in said


def test_without_proof_everything_else_that_held_counts_for_nothing(idle: Played, past: Played) -> None:
    assert [verdict["status"] for verdict in idle.result["verdicts"]] == ["UNKNOWN", "HELD"]
    assert [verdict["status"] for verdict in past.result["verdicts"]] == ["UNKNOWN", "UNKNOWN"]


def test_an_application_that_goes_past_the_proxy_is_told_what_to_set(past: Played) -> None:
    assert (past.code, past.result["status"], past.result["totals"]["exchanges"]) == (3, "UNKNOWN", 0)
    proof = _proof(past)
    assert proof["finding"] == "No call to the platform reached the drill's proxy, so no fault could strike."
    missing = "start.env sets OPENAI_BASE_URL to something else: leave it out, or use {openai_base_url}."
    assert proof["next_step"] == f"{missing} 'brownout doctor' tries it."
    assert past.result["lead"].startswith("No call to the platform came through the drill, though users asked ")
    assert past.said.count(missing) == 2  # in the headline, and as what is to be done next
