"""The Node SDKs on a wounded platform: what comes out of each call, plain and streamed, and how often it is tried.

Each client makes all its calls in one process (``node_calls.mjs``): openai 6.49, @anthropic-ai/sdk 1.12, ai 6.0 with
its two providers. A case that is in no table fails: somebody has to say what should come out of it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from fidelity.cases import CASES, HEALTHY
from fidelity.run import platform
from support.agents import all_rows, platform_of
from support.node import run_node
from support.proxies import ProxyProcess

pytestmark = pytest.mark.heavy

CLIENTS = ("openai chat", "openai responses", "anthropic", "ai openai", "ai anthropic")
_SCRIPT = Path(__file__).with_name("node_calls.mjs")
# Over HTTP/1.1; a whole stream at 100 bytes a moment takes half a minute, and each client names a cut body as it likes.
_LEFT_OUT = ("answer_cut", "slow_drip")
_TRIED = [HEALTHY, *(case for case in CASES if "http" in case.only and case.fault not in _LEFT_OUT)]
_ANSWER, _EARLY, _HANGS = "an answer", "ends early", "hangs"
_TORN = ("TypeError: terminated", "AI_APICallError 200")

REFUSED: dict[str, tuple[int, int]] = {
    "answer_lost": (500, 500),
    "auth_error": (401, 401),
    "auth_error-expired": (401, 401),
    "auth_error-region": (403, 403),
    "auth_error-permission": (403, 403),
    "client_closed_request": (499, 499),
    "content_refused": (400, 400),
    "context_too_long": (400, 400),
    "gateway_error": (502, 502),
    "gateway_error-522-problem": (522, 522),
    "gateway_error-504-nginx": (504, 504),
    "gateway_error-520-empty": (520, 520),
    "gateway_error-challenge": (403, 403),
    "gateway_error-429": (429, 429),
    "http_status-418": (418, 418),
    "http_status-503": (503, 503),
    "misleading_error-quota": (429, 400),
    "misleading_error-forbidden": (403, 403),
    "misleading_error-not-found": (404, 404),
    "model_retired": (404, 404),
    "overloaded": (503, 529),
    "platform_timeout": (408, 504),
    "quota_exhausted": (429, 400),
    "rate_limit": (429, 429),
    "rate_limit-tokens": (429, 429),
    "rate_limit-a-day": (429, 429),
    "rate_limit-at-once": (429, 429),
    "server_error": (500, 500),
    "too_large": (413, 413),
}
"""Case → the status from OpenAI and from Anthropic; class names follow from it."""
_CLASSES = {
    400: "BadRequestError",
    401: "AuthenticationError",
    403: "PermissionDeniedError",
    404: "NotFoundError",
    429: "RateLimitError",
}
_ANTHROPICS = {
    413: "ContentTooLargeError",
    499: "ClientClosedRequestError",
    503: "ServiceUnavailableError",
    504: "GatewayTimeoutError",
    529: "OverloadedError",
}
LOST = ("answer_lost-reset", "connection_reset", "redirect")
STREAMS: dict[str, tuple[str, str]] = {
    "keepalives_only": _TORN,
    "stream_corrupt-json": ("SyntaxError", "AI_JSONParseError"),
    "stream_cut": (_EARLY, _EARLY),
    "stream_cut-fin": _TORN,
    "stream_cut-inside-an-event": (_EARLY, _EARLY),
    "stream_error": ("APIError", "an error of no class"),
    "stream_reset": _TORN,
    "stream_stall": (_HANGS, _HANGS),
}
"""Case → what a stream comes to in the platform's own SDK, and in the AI SDK; plain calls are answered."""
HANGS: dict[str, tuple[str, str]] = {
    "hang": ("APIConnectionTimeoutError", _HANGS),  # the AI SDK has no timeout unless it is given one
    "hang-after-headers": (_HANGS, _HANGS),
}
"""Case → the same, of both kinds of call: no SDK's timeout covers a body."""
ODD: dict[tuple[str, str], tuple[str, str]] = {
    ("off_schema", "openai chat"): ("no answer in it", _EARLY),
    ("off_schema", "openai responses"): ("no answer in it", _EARLY),
    ("off_schema", "anthropic"): ("no answer in it", _EARLY),
    ("off_schema", "ai openai"): ("TypeError", "AI_TypeValidationError"),
    ("off_schema", "ai anthropic"): ("AI_APICallError 200", "AI_APICallError 500"),
    ("usage_missing", "ai anthropic"): ("AI_APICallError 200", "AI_APICallError 500"),
    ("wrong_content_type", "openai chat"): ("no answer in it", _EARLY),
    ("wrong_content_type", "openai responses"): ("TypeError", _EARLY),
    ("wrong_content_type", "anthropic"): ("no answer in it", _EARLY),
    ("wrong_content_type", "ai openai"): ("AI_APICallError 200", _EARLY),
    ("wrong_content_type", "ai anthropic"): ("AI_APICallError 200", "AI_NoOutputGeneratedError"),
}
"""A 200 that is no answer: each client takes it in its own way, and the platforms' own raise least."""
ANSWERED = {
    *("healthy", "answer_refused", "answer_truncated", "broken_json", "empty_answer", "gibberish", "model_swapped"),
    *("request_duplicated", "slow_first_token", "slow_headers", "slow_stream", "stream_drop", "stream_duplicate"),
    *(
        "keepalives_only-then-the-answer",
        "stream_incomplete",
        "stream_reorder",
        "usage_missing",
        "write_lost",
        "wrong_language",
        "wrong_tool_call",
    ),
}
"""No SDK tells what is wrong with these, if anything is: that is for the application to see."""


def _refused(client: str, case: str) -> str:
    status = REFUSED[case][client.endswith("anthropic")]
    if client.startswith("ai "):
        return f"AI_APICallError {status}"
    classes = {**_CLASSES, **(_ANTHROPICS if client == "anthropic" else {})}
    return f"{classes.get(status, 'InternalServerError' if status >= 500 else 'APIError')} {status}"


def _expected(client: str, case: str) -> list[str]:
    """What comes out of a plain call and of a streamed one."""
    vercel = client.startswith("ai ")
    if (case, client) in ODD:
        return list(ODD[case, client])
    if case in STREAMS:
        return [_ANSWER, STREAMS[case][vercel]]
    if case in ANSWERED:
        return [_ANSWER] * 2
    if case in HANGS:
        return [HANGS[case][vercel]] * 2
    if case in LOST:
        return ["AI_APICallError" if vercel else "APIConnectionError"] * 2
    return [_refused(client, case)] * 2


def _calls(client: str, proxy: ProxyProcess, cases: Sequence[dict[str, Any]], retries: str = "") -> dict[str, Any]:
    """{found: {case: [plain, streamed]}, crashes}."""
    env = {
        "CLIENT": client,
        "CASES": json.dumps(cases),
        "RETRIES": retries,
        "OPENAI_API_KEY": "sk-test-0001",
        "OPENAI_BASE_URL": f"{proxy.url}/openai/v1",
        "ANTHROPIC_API_KEY": "sk-ant-test-0001",
        # The AI SDK wants the version in it, Anthropic's own SDK does not.
        "ANTHROPIC_BASE_URL": f"{proxy.url}/anthropic{'/v1' if client.startswith('ai ') else ''}",
    }
    done = run_node(_SCRIPT, env, timeout=200)
    assert done.returncode == 0, (client, done.stdout[-2000:], done.stderr[-2000:])
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def _all_clients(one: Callable[[str], dict[str, Any]]) -> dict[str, dict[str, Any]]:
    with ThreadPoolExecutor(3) as pool:
        return dict(zip(CLIENTS, pool.map(one, CLIENTS), strict=True))


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    cases = [{"key": case.key, "silent": case.silent} for case in _TRIED]
    with platform(tmp_path_factory.mktemp("platform")) as proxy:
        return _all_clients(lambda client: _calls(client, proxy, cases, "0"))


@pytest.mark.parametrize("client", CLIENTS)
def test_every_case_comes_out_of_a_node_sdk_as_its_own_error_and_none_crashes(
    client: str, outcomes: dict[str, dict[str, Any]]
) -> None:
    assert outcomes[client]["crashes"] == []
    assert outcomes[client]["found"] == {case.key: _expected(client, case.key) for case in _TRIED}


RETRIED: dict[str, tuple[dict[str, Any], int, int]] = {
    "overloaded": ({"fault": "http_status", "status": 503}, 3, 3),
    "rate-limit": ({"fault": "rate_limit", "retry_after": "30ms", "header": "milliseconds"}, 3, 3),
    "reset": ({"fault": "connection_reset"}, 3, 3),
    "refused": ({"fault": "http_status", "status": 400}, 1, 1),
    "torn": ({"fault": "stream_cut", "end": "fin", "after": "3 events"}, 0, 1),
}
"""Case → the fault, and how many plain and streamed calls it meets with the retries that an SDK has by itself."""
_MENDED = {"fault": "server_error", "limit": 2}


def _slug(client: str) -> str:
    return client.replace(" ", "-")


@pytest.fixture(scope="module")
def retries(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """What came out of each client, and the struck calls as the proxy saw them."""
    faults = {**{name: fault for name, (fault, _, _) in RETRIED.items()}, "mended": _MENDED}
    cases = {f"{_slug(client)}.{name}": fault for client in CLIENTS for name, fault in faults.items()}
    with platform_of(tmp_path_factory.mktemp("retries"), cases, "*") as proxy:

        def one(client: str) -> dict[str, Any]:
            return _calls(client, proxy, [{"key": f"{_slug(client)}.{name}", "silent": False} for name in faults])

        found = _all_clients(one)
        return found, [row for row in all_rows(proxy) if row["injected"]]


@pytest.mark.parametrize("client", CLIENTS)
def test_a_node_sdk_tries_three_times_what_may_pass_and_once_what_does_not(
    client: str, retries: tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]
) -> None:
    found, rows = retries
    slug = _slug(client)
    met = Counter((row["rule"], row["stream"]) for row in rows if row["rule"].startswith(f"{slug}."))
    mended = sum(met.pop((f"{slug}.mended", stream), 0) for stream in (False, True))
    wanted = {
        (f"{slug}.{name}", stream): case[1 + stream] for name, case in RETRIED.items() for stream in (False, True)
    }

    assert found[client]["crashes"] == []
    assert met == {key: count for key, count in wanted.items() if count}
    assert (mended, found[client]["found"][f"{slug}.mended"]) == (2, [_ANSWER] * 2)
    assert found[client]["found"][f"{slug}.torn"] == [_ANSWER, _TORN[client.startswith("ai ")]]


@pytest.mark.parametrize("client", CLIENTS[:3])
def test_a_platforms_own_sdk_numbers_its_attempts(
    client: str, retries: tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]
) -> None:
    rule = f"{_slug(client)}.overloaded"

    assert sorted(row["attempt"] for row in retries[1] if row["rule"] == rule) == [0, 0, 1, 1, 2, 2]
