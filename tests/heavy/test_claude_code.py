"""Claude Code, version 2.1.197, on a wounded platform: what it makes of each failure, and how often it asks again."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from support.agents import CELL, HEALTHY, Run, platform_of, run_all
from support.node import run_cli
from support.proxies import ProxyProcess

from brownout.orders import Pace

pytestmark = pytest.mark.heavy

_ONE = {"after": "1 events"}
_THREE = {"after": "3 events"}
CASES: dict[str, dict[str, Any]] = {
    "rate-limit": {"fault": "rate_limit", "retry_after": None},
    "rate-limit-waits": {"fault": "rate_limit", "retry_after": "3s"},
    "quota": {"fault": "quota_exhausted"},
    "key": {"fault": "auth_error"},
    "model": {"fault": "model_retired"},
    "context": {"fault": "context_too_long"},
    "too-large": {"fault": "too_large"},
    "server": {"fault": "server_error"},
    "overloaded": {"fault": "overloaded"},
    "cdn": {"fault": "gateway_error"},
    "cdn-waits": {"fault": "gateway_error", "status": 522, "page": "auto"},
    "reset": {"fault": "connection_reset"},
    "hang": {"fault": "hang", "release_after": "1s"},
    "page": {"fault": "wrong_content_type"},
    "refused": {"fault": "answer_refused"},
    "stream-length": {"fault": "stream_incomplete", **_THREE},
    "stream-filter": {"fault": "stream_incomplete", "finish": "content_filter", **_THREE},
    "stream-cut": {"fault": "stream_cut", **_THREE},
    "stream-fin": {"fault": "stream_cut", "end": "fin", **_THREE},
    "stream-stall": {"fault": "stream_stall", "release_after": "3s", **_THREE},
    "stream-error": {"fault": "stream_error", **_THREE},
    "stream-overloaded": {"fault": "stream_error", "error": "overloaded", **_THREE},
    "words-overloaded": {"fault": "stream_error", "error": "overloaded", "after": "24 events"},
    "stream-corrupt": {"fault": "stream_corrupt", **_THREE},
    "first-overloaded": {"fault": "stream_error", "error": "overloaded", **_ONE},
    "keepalives": {"fault": "keepalives_only", "every": "300ms", "release_after": "1s"},
    "server-once": {"fault": "server_error", "limit": 1},
    "reset-once": {"fault": "connection_reset", "limit": 1},
    "tool-once": {"fault": "wrong_tool_call", "limit": 1},
}
_PLAIN = [True, False]
FAILS: dict[str, tuple[list[bool], int | None, str]] = {
    "rate-limit": ([True] * 2, 429, "API Error: Request rejected (429)"),
    "rate-limit-waits": ([True] * 2, 429, "API Error: Request rejected (429)"),
    "quota": ([True], 400, "Credit balance is too low"),
    "key": ([True], 401, "Invalid API key"),
    # What it had thought was over, and words had come: then it does not ask again.
    "words-overloaded": ([True], None, "API Error: Overloaded"),
    # A 404 is asked for again without a stream.
    "model": (_PLAIN, 404, "There's an issue with the selected model"),
    "context": ([True], 400, "Prompt is too long"),
    "too-large": ([True], 413, "Request too large (max 32MB)"),
    "server": ([True] * 2, 500, "API Error: 500 Internal server error"),
    "overloaded": ([True] * 2, 529, "API Error: 529 Overloaded"),
    "cdn": ([True] * 2, 502, "API Error: api.anthropic.com | 502: Bad gateway"),
    # Its Retry-After of two minutes is too long to wait for.
    "cdn-waits": ([True], 522, "API Error: 522"),
    "reset": ([True] * 2, None, "API Error: Unable to connect to API (ECONNRESET)"),
    "hang": ([True] * 2, None, "API Error: Unable to connect to API (ECONNRESET)"),
    "page": (_PLAIN, None, "API Error: API returned an empty or malformed response (HTTP 200)"),
    "refused": ([True], None, "unable to respond to this request, which appears to violate our Usage Policy"),
    "stream-filter": ([True], None, "unable to respond to this request, which appears to violate our Usage Policy"),
    # It asks the model to go on, three times.
    "stream-length": ([True] * 4, None, "response exceeded the 64000 output token maximum"),
}
"""Case → which calls asked for a stream, with one retry; the status that is reported; what the agent says at last."""
ANSWERS: dict[str, list[bool]] = {
    HEALTHY: [True],
    "stream-cut": _PLAIN,
    "stream-fin": _PLAIN,
    "stream-stall": _PLAIN,
    "stream-error": _PLAIN,
    "stream-corrupt": _PLAIN,
    # Nothing of the answer had come, for the model thinks first: so it is tried twice more, whatever
    # CLAUDE_CODE_MAX_RETRIES says.
    "first-overloaded": [True, True, True, False],
    "stream-overloaded": [True, True, True, False],
    "keepalives": [True, True, True, False],
    "server-once": [True, True],
    "reset-once": [True, True],
    "tool-once": [True, True],
}
"""Case → which calls asked for a stream, the last of which brought the whole answer."""
_ENV = {
    "ANTHROPIC_API_KEY": "sk-ant-test-0001",
    "CLAUDE_CODE_MAX_RETRIES": "1",
    "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
    "DISABLE_AUTOUPDATER": "1",
    "DISABLE_ERROR_REPORTING": "1",
    "DISABLE_TELEMETRY": "1",
}


def _arguments(question: str) -> tuple[str, ...]:
    return ("-p", question, "--output-format", "json", "--max-turns", "2")


def _asking(proxy: ProxyProcess, homes: Path) -> Callable[[str, str], subprocess.CompletedProcess[str]]:
    """How the agent is asked, in a home of its own for each case."""
    env = {**_ENV, "ANTHROPIC_BASE_URL": f"{proxy.url}/anthropic"}

    def ask(case: str, question: str) -> subprocess.CompletedProcess[str]:
        home = homes / f"home-{case}"
        home.mkdir()
        own = {"ANTHROPIC_CUSTOM_HEADERS": f"{CELL}: {case}", "CLAUDE_CONFIG_DIR": str(home / "config")}
        return run_cli("claude", *_arguments(question), home=home, env={**env, **own}, timeout=150)

    return ask


@pytest.mark.parametrize("ca", ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE"])
def test_claude_code_is_answered_on_its_own_platforms_address(ca: str, tmp_path: Path) -> None:
    with platform_of(tmp_path, {}, "anthropic.messages") as proxy:
        env = {**_ENV, "HTTPS_PROXY": proxy.url, ca: proxy.ca}
        done = run_cli("claude", *_arguments("Hello there"), home=tmp_path, env=env, timeout=150)
        rows = proxy.wait_for_rows(1)

        assert done.returncode == 0, (done.stdout, done.stderr[-2000:])
        assert json.loads(done.stdout)["result"].endswith("[end of answer]")
        assert {row["via"] for row in rows} == {"intercept"}
        assert not proxy.rows("other_host")


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with platform_of(tmp_path_factory.mktemp("platform"), CASES, "anthropic.messages") as proxy:
        yield proxy


@pytest.fixture(scope="module")
def runs(proxy: ProxyProcess, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Run]:
    return run_all(proxy, (HEALTHY, *CASES), _asking(proxy, tmp_path_factory.mktemp("homes")))


def _result(run: Run) -> dict[str, Any]:
    result: dict[str, Any] = json.loads(run.done.stdout)
    return result


@pytest.mark.parametrize("case", ANSWERS)
def test_claude_code_prints_the_answer_of_a_platform_that_is_well_or_recovers(case: str, runs: dict[str, Run]) -> None:
    run = runs[case]

    assert (run.done.returncode, run.streamed) == (0, ANSWERS[case]), (run.done.stdout, run.done.stderr[-2000:])
    assert _result(run)["is_error"] is False
    assert run.canary in _result(run)["result"]
    assert _result(run)["result"].endswith("[end of answer]")
    assert run.struck == len(run.calls) - 1


def test_claude_code_asks_again_without_a_stream_after_a_reset(tmp_path: Path) -> None:
    # What it has not read when a reset arrives, it drops: so the answer comes slowly enough to be read.
    case = {"fault": "stream_reset", "after": "8 events"}
    pace = Pace(first_token=0.0, first_token_jitter=0.0, tokens_per_second=10.0, jitter=0.0)
    with platform_of(tmp_path, {"stream-reset": case}, "anthropic.messages", pace) as proxy:
        run = run_all(proxy, ["stream-reset"], _asking(proxy, tmp_path))["stream-reset"]

    assert (run.done.returncode, run.streamed, run.struck) == (0, _PLAIN, 1), run.done.stdout
    assert run.canary in _result(run)["result"]


@pytest.mark.parametrize("case", FAILS)
def test_claude_code_gives_up_on_a_failure_after_its_own_number_of_requests(case: str, runs: dict[str, Run]) -> None:
    run, (streamed, status, says) = runs[case], FAILS[case]

    assert (run.streamed, run.struck, run.done.returncode) == (streamed, len(streamed), 1), run.done.stdout
    assert (_result(run)["is_error"], _result(run)["api_error_status"]) == (True, status)
    assert says in _result(run)["result"]


def test_claude_code_waits_as_long_as_retry_after_says(runs: dict[str, Run]) -> None:
    assert runs["rate-limit-waits"].waited >= 2.9


def test_claude_code_waits_for_a_stalled_stream_as_long_as_the_platform_holds_it(runs: dict[str, Run]) -> None:
    assert runs["stream-stall"].waited >= 2.9


def test_every_case_is_looked_at() -> None:
    assert {HEALTHY, *CASES} == {*FAILS, *ANSWERS}
