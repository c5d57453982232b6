"""The desk: how to connect, and what is started."""

from __future__ import annotations

import re
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest

from brownout.drill.by_hand import exports, front_end_command
from brownout.drill.environment import CA_VARIABLES
from brownout.services import PROVIDERS


def test_a_shell_understands_every_line() -> None:
    lines = exports(8080, Path("/tmp/my ca/bundle.pem"))
    script = f"{lines['base_url']}\n{lines['intercept']}\nenv"
    done = subprocess.run(
        ["sh", "-c", script], capture_output=True, text=True, check=True, env={"PATH": "/usr/bin:/bin"}
    )
    found = dict(line.split("=", 1) for line in done.stdout.splitlines() if "=" in line)

    assert found["OPENAI_BASE_URL"] == "http://127.0.0.1:8080/openai/v1"
    assert found["HTTPS_PROXY"] == "http://127.0.0.1:8080"
    assert {found[name] for name in CA_VARIABLES} == {"/tmp/my ca/bundle.pem"}
    assert found["JAVA_TOOL_OPTIONS"].endswith("|127.*|[::1]")
    assert "127.0.0.1" in found["NO_PROXY"]


@pytest.mark.parametrize(("ui", "program"), [("console", "mitmproxy"), ("web", "mitmweb")])
def test_a_front_end_gets_the_addon_and_calls_nobody_before_it_must(ui: str, program: str) -> None:
    command = front_end_command(ui, Path("/tmp/orders.json"), 8080, Path("/tmp/ca"))

    assert Path(command[0]).name == program
    assert Path(command[command.index("-s") + 1]).is_file()
    assert command[command.index("--mode") + 1] == "regular@8080"
    assert "connection_strategy=lazy" in command
    assert "brownout_orders=/tmp/orders.json" in command


def test_a_front_end_opens_ai_hosts_and_no_other() -> None:
    command = front_end_command("web", Path("/tmp/orders.json"), 8080, Path("/tmp/ca"))
    allowed = re.compile("|".join(after for word, after in pairwise(command) if word == "--allow-hosts"))

    for host in (host.replace("*", "eu") for provider in PROVIDERS for host in provider.hosts):
        assert allowed.search(f"{host}:443")
    for host in ("example.com", "api.openai.com.example.com", "apixopenai.com", "notapi.openai.com"):
        assert not allowed.search(f"{host}:443")
