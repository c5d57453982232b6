"""The codex agent, version 0.169.0, on a wounded platform: what it makes of each failure, how often it asks again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.agents import CELL, HEALTHY, Run, platform_of, run_all
from support.node import run_cli
from support.proxies import ProxyProcess

pytestmark = pytest.mark.heavy

_THREE = {"after": "3 events"}
CASES: dict[str, dict[str, Any]] = {
    "rate-limit": {"fault": "rate_limit", "retry_after": None},
    "rate-limit-waits": {"fault": "rate_limit", "retry_after": "2s"},
    "quota": {"fault": "quota_exhausted"},
    "key": {"fault": "auth_error"},
    "model": {"fault": "model_retired"},
    "context": {"fault": "context_too_long"},
    "server": {"fault": "server_error"},
    "cdn": {"fault": "gateway_error"},
    "reset": {"fault": "connection_reset"},
    "overloaded": {"fault": "overloaded"},
    "page": {"fault": "wrong_content_type"},
    "hang": {"fault": "hang", "release_after": "1s"},
    "keepalives": {"fault": "keepalives_only", "every": "300ms", "release_after": "1s"},
    "stream-cut": {"fault": "stream_cut", **_THREE},
    "stream-fin": {"fault": "stream_cut", "end": "fin", **_THREE},
    "stream-reset": {"fault": "stream_reset", **_THREE},
    "stream-stall": {"fault": "stream_stall", **_THREE},
    "stream-error": {"fault": "stream_error", **_THREE},
    "stream-overloaded": {"fault": "stream_error", "error": "overloaded", **_THREE},
    "stream-rate-limit": {"fault": "stream_error", "error": "rate_limit", "retry_after": "2s", **_THREE},
    "stream-length": {"fault": "stream_incomplete", **_THREE},
    "stream-filter": {"fault": "stream_incomplete", "finish": "content_filter", **_THREE},
    "stream-corrupt": {"fault": "stream_corrupt", **_THREE},
    "refused": {"fault": "answer_refused"},
    "empty": {"fault": "empty_answer"},
    "server-once": {"fault": "server_error", "limit": 1},
    "reset-once": {"fault": "connection_reset", "limit": 1},
    "stream-reset-once": {"fault": "stream_reset", "limit": 1, **_THREE},
    "tool-once": {"fault": "wrong_tool_call", "limit": 1},
}
_TRANSPORT = "stream disconnected before completion"
_CLOSED = f"{_TRANSPORT}: stream closed before response.completed"
_BROKEN = f"{_TRANSPORT}: Transport error: network error"
FAILS: dict[str, tuple[int, str]] = {
    # A 429 is final only without Retry-After: with one it is taken for a broken stream, which is asked for again.
    "rate-limit": (1, "exceeded retry limit, last status: 429 Too Many Requests"),
    "rate-limit-waits": (2, "exceeded retry limit, last status: 429 Too Many Requests"),
    "quota": (1, "Quota exceeded. Check your plan and billing details."),
    "key": (2, "unexpected status 401 Unauthorized: Incorrect API key provided"),
    "model": (1, "has been deprecated"),
    "context": (1, "ran out of room in the model's context window"),
    # Two attempts of the request in each of two attempts of the stream.
    "server": (4, "We’re currently experiencing high demand"),
    "cdn": (4, "unexpected status 502 Bad Gateway: <!DOCTYPE html>"),
    "reset": (4, f"{_TRANSPORT}: error sending request"),
    "hang": (4, f"{_TRANSPORT}: error sending request"),
    "overloaded": (2, "Selected model is at capacity"),
    "page": (2, _CLOSED),
    "keepalives": (2, _BROKEN),
    "stream-cut": (2, _CLOSED),
    "stream-fin": (2, _BROKEN),
    "stream-reset": (2, _BROKEN),
    "stream-stall": (2, f"{_TRANSPORT}: idle timeout waiting for SSE"),
    # Not the error event is what it reads, but the response.failed that comes after it.
    "stream-error": (2, f"{_TRANSPORT}: An error occurred while processing your request."),
    "stream-overloaded": (1, "Selected model is at capacity"),
    "stream-rate-limit": (2, "rate limit exceeded: Rate limit reached for"),
    "stream-length": (1, "Incomplete response returned, reason: max_output_tokens"),
    "stream-filter": (2, f"{_TRANSPORT}: Incomplete response returned, reason: content_filter"),
}
"""Case → the number of requests with one retry of each kind, and what the agent says at last."""
ANSWERS = {HEALTHY: 1, "stream-corrupt": 1, "server-once": 2, "reset-once": 2, "stream-reset-once": 2, "tool-once": 2}
"""Case → the number of requests after which the agent has the whole answer."""
_CONFIG = """
check_for_update_on_startup = false
model = "gpt-5"
model_provider = "drilled"
[analytics]
enabled = false
[model_providers.drilled]
name = "drilled"
base_url = "{url}/openai/v1"
env_key = "OPENAI_API_KEY"
wire_api = "responses"
request_max_retries = 1
stream_max_retries = 1
stream_idle_timeout_ms = {idle}
http_headers = {{ "{header}" = "{case}" }}
"""


def _exec(home: Path, config: str, question: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    (home / ".codex").mkdir(parents=True)
    (home / ".codex" / "config.toml").write_text(config)
    return run_cli("codex", "exec", "--skip-git-repo-check", "--json", question, home=home, env=env, timeout=120)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with platform_of(tmp_path_factory.mktemp("platform"), CASES, "openai.responses") as proxy:
        yield proxy


@pytest.fixture(scope="module")
def runs(proxy: ProxyProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    homes = tmp_path_factory.mktemp("homes")

    def ask(case: str, question: str) -> subprocess.CompletedProcess[str]:
        idle = 2000 if case == "stream-stall" else 60_000
        config = _CONFIG.format(url=proxy.url, header=CELL, case=case, idle=idle)
        return _exec(homes / case, config, question, {"OPENAI_API_KEY": "sk-test-0001"})

    return run_all(proxy, (HEALTHY, *CASES), ask)


def _events(run: Run) -> list[dict[str, Any]]:
    return [json.loads(line) for line in run.done.stdout.splitlines()]


def _said(run: Run) -> list[str]:
    items = [event["item"] for event in _events(run) if event["type"] == "item.completed"]
    return [item["text"] for item in items if item["type"] == "agent_message"]


def _error(run: Run) -> str:
    return next((str(event["error"]["message"]) for event in _events(run) if event["type"] == "turn.failed"), "")


@pytest.mark.parametrize("case", ANSWERS)
def test_codex_prints_the_answer_of_a_platform_that_is_well_or_recovers(case: str, runs: dict[str, Run]) -> None:
    run = runs[case]

    assert (run.done.returncode, len(run.calls)) == (0, ANSWERS[case]), (run.done.stdout, run.done.stderr[-2000:])
    assert run.canary in _said(run)[-1]
    assert _said(run)[-1].endswith("[end of answer]")
    assert run.struck == (case != HEALTHY)


@pytest.mark.parametrize("case", FAILS)
def test_codex_gives_up_on_a_failure_after_its_own_number_of_requests(case: str, runs: dict[str, Run]) -> None:
    run, (requests, says) = runs[case], FAILS[case]

    assert (len(run.calls), run.struck, run.done.returncode) == (requests, requests, 1), run.done.stdout
    assert says in _error(run)


@pytest.mark.parametrize("case", ["rate-limit-waits", "stream-rate-limit"])
def test_codex_waits_as_long_as_a_rate_limit_says_in_its_header_or_in_its_text(case: str, runs: dict[str, Run]) -> None:
    assert runs[case].waited >= 1.9


@pytest.mark.parametrize("case", ["refused", "empty"])
def test_codex_takes_an_answer_without_words_for_a_success(case: str, runs: dict[str, Run]) -> None:
    run = runs[case]

    assert (run.done.returncode, len(run.calls), run.struck) == (0, 1, 1)
    assert "".join(_said(run)) == ""
    assert _error(run) == ""


def test_every_case_is_looked_at() -> None:
    assert {HEALTHY, *CASES} == {*FAILS, *ANSWERS, "refused", "empty"}
