"""The codex agent on its own platform's address, through the proxy: by WebSocket, and by HTTP/2 where that fails."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from support.node import run_cli
from support.proxies import ProxyProcess, one_phase, running_proxy, wait_until
from support.standins import running_standin

pytestmark = pytest.mark.heavy

_OTHERS = {
    "chatgpt": "https://chatgpt.com/backend-api",
    "github": "https://github.com",
    "github-api": "https://api.github.com",
}
"""Where the agent also calls; as platforms of the scenario they are answered here, and nothing leaves the machine."""
_CONFIG = 'check_for_update_on_startup = false\nmodel = "gpt-5"\n[analytics]\nenabled = false\n'
_HANDSHAKE = {"on": "openai.responses", "when": {"stream": False}}


@contextmanager
def _platform(folder: Path, *rules: dict[str, Any]) -> Iterator[ProxyProcess]:
    scenario = {**one_phase(*rules), "platforms": _OTHERS}
    with (
        running_standin(folder / "standin") as upstream,
        running_proxy(folder / "proxy", upstream, scenario=scenario) as proxy,
    ):
        yield proxy


def _answer(proxy: ProxyProcess, home: Path, ca: str = "SSL_CERT_FILE") -> str:
    """What codex prints."""
    (home / ".codex").mkdir(parents=True)
    (home / ".codex" / "config.toml").write_text(_CONFIG)
    env = {"CODEX_API_KEY": "sk-test-0001", "HTTPS_PROXY": proxy.url, ca: proxy.ca}
    done = run_cli("codex", "exec", "--skip-git-repo-check", "--json", "Hello there", home=home, env=env, timeout=120)
    assert done.returncode == 0, (done.stdout, done.stderr[-2000:])
    items = [json.loads(line).get("item", {}) for line in done.stdout.splitlines()]
    return "".join(item["text"] for item in items if item.get("type") == "agent_message")


def _responses(proxy: ProxyProcess) -> list[dict[str, Any]]:
    return sorted(
        (row for row in proxy.rows() if row["service"] == "openai.responses"), key=lambda row: float(row["t"])
    )


def _calls(proxy: ProxyProcess, count: int) -> list[tuple[str, str, int | None]]:
    """The agent's calls in order, once there are so many; a WebSocket's is written when it ends."""
    wait_until(lambda: len(_responses(proxy)) >= count)
    assert not proxy.rows("other_host")
    return [(row["method"], row["http"], row["status"]) for row in _responses(proxy)]


@pytest.mark.parametrize("ca", ["SSL_CERT_FILE", "CODEX_CA_CERTIFICATE"])
def test_codex_is_answered_over_a_websocket(ca: str, tmp_path: Path) -> None:
    with _platform(tmp_path) as proxy:
        answer = _answer(proxy, tmp_path / "home", ca)

        assert answer.startswith("You said: Hello there")
        assert answer.endswith("[end of answer]")
        assert _calls(proxy, 1) == [("GET", "HTTP/1.1", 101)]


def test_codex_connects_anew_after_its_websocket_was_closed(tmp_path: Path) -> None:
    with _platform(
        tmp_path, {"fault": "ws_close", "on": "openai.responses", "limit": 1, "after": "5 messages"}
    ) as proxy:
        assert _answer(proxy, tmp_path / "home").endswith("[end of answer]")
        assert _calls(proxy, 2) == [("GET", "HTTP/1.1", 101)] * 2
        assert [row["close_code"] for row in proxy.rows() if row["delivered"]] == [1011]


def test_codex_goes_on_by_http2_at_once_where_websockets_are_refused(tmp_path: Path) -> None:
    with _platform(tmp_path, {"fault": "http_status", "status": 426, **_HANDSHAKE}) as proxy:
        assert _answer(proxy, tmp_path / "home").endswith("[end of answer]")
        assert _calls(proxy, 2) == [("GET", "HTTP/1.1", 426), ("POST", "HTTP/2.0", 200)]


def test_codex_tries_a_broken_websocket_seven_times_and_survives_a_goaway_after_that(tmp_path: Path) -> None:
    goaway = {"fault": "http2_goaway", "on": "openai.responses", "limit": 1, "after": "3 events"}
    with _platform(tmp_path, {"fault": "connection_reset", **_HANDSHAKE}, goaway) as proxy:
        assert _answer(proxy, tmp_path / "home").endswith("[end of answer]")
        assert _calls(proxy, 9) == [("GET", "HTTP/1.1", None)] * 7 + [("POST", "HTTP/2.0", 200)] * 2
        assert [row["end"] for row in proxy.rows() if row["rule"] and row["method"] == "POST"] == ["goaway"]
