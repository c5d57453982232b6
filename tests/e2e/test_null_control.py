"""Drills that prove nothing must say so: faults that could not strike, an application that goes past the proxy."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
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
def drills(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Played]]:
    """The three drills, side by side: they mostly wait."""

    def enter(**profile: Any) -> Desk:
        return stack.enter_context(a_desk(tmp_path_factory.mktemp("desk"), **profile))

    with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
        elsewhere = stack.enter_context(raw_upstream(json_reply(REPLY)))
        idle, baseline = enter(), enter()
        past = enter(start={**PROFILE["start"], "env": {"OPENAI_BASE_URL": f"{elsewhere.url}/v1"}})
        idle.write("short.yaml", {**scenario(), "timeline": [BLINK, {**SECOND, "rules": [NEVER_CALLED, NEVER_SO]}]})
        past.write("short.yaml", scenario({"fault": "server_error", "on": "openai.chat"}, lasts="2s"))
        waiting = {
            "idle": pool.submit(_play, idle, "short.yaml"),
            "baseline": pool.submit(_play, baseline, "baseline", "--speed", "10"),
            "past the proxy": pool.submit(_play, past, "short.yaml"),
        }
        yield {name: future.result() for name, future in waiting.items()}
        assert elsewhere.received  # the application that went past the proxy did call a platform


def _proof(drill: Played) -> dict[str, Any]:
    verdict: dict[str, Any] = drill.result["verdicts"][0]
    assert verdict["check"] == "injection_proof"
    return verdict


def test_rules_that_can_strike_nothing_leave_no_verdict_and_each_says_why(drills: dict[str, Played]) -> None:
    idle = drills["idle"]

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


def test_people_read_which_rule_had_nothing_to_strike_too(drills: dict[str, Played]) -> None:
    said = drills["idle"].said

    assert "UNKNOWN small in “A test”" in said
    assert "Proof of injection: 0 of 3 rules struck" in said
    assert "1 rule had nothing to strike (second.1.server_error), never called: openai.images." in said
    assert "1 rule matched no call: second.2.server_error." in said


def test_without_proof_everything_else_that_held_counts_for_nothing(drills: dict[str, Played]) -> None:
    for name in ("idle", "past the proxy"):
        statuses = [verdict["status"] for verdict in drills[name].result["verdicts"]]
        assert statuses == ["UNKNOWN", "HELD"]


def test_the_baseline_holds_with_nothing_injected_and_says_so(drills: dict[str, Played]) -> None:
    baseline = drills["baseline"]

    assert (baseline.code, baseline.result["status"]) == (0, "HELD")
    assert (baseline.result["totals"]["injected"], baseline.result["rules"]) == (0, [])
    assert baseline.result["totals"]["exchanges"] > 0
    assert _proof(baseline)["finding"] == "No fault was injected, as planned."
    assert "No fault was injected, as planned." in baseline.said


def test_an_application_that_goes_past_the_proxy_is_told_what_to_set(drills: dict[str, Played]) -> None:
    past = drills["past the proxy"]

    assert (past.code, past.result["status"], past.result["totals"]["exchanges"]) == (3, "UNKNOWN", 0)
    proof = _proof(past)
    assert proof["finding"] == "No call to the platform reached the drill's proxy, so no fault could strike."
    for name in ("OPENAI_BASE_URL", "ANTHROPIC_BASE_URL", "HTTPS_PROXY", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"):
        assert name in proof["next_step"]
        assert name in past.said
