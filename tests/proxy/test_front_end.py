"""The same addon under mitmproxy's own front ends, loaded by path."""

from __future__ import annotations

import ssl
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest
from support.proxies import TOKEN, one_phase, wait_until
from support.upstreams import json_reply, raw_upstream
from support.wire import ask, chat_body

from brownout.drill.ports import free_port
from brownout.orders import ProxyOrders
from brownout.resources import PROXY_ADDONS

pytestmark = pytest.mark.e2e


def test_mitmdump_with_the_script_injects_and_forwards(tmp_path: Path) -> None:
    port, log = free_port(), tmp_path / "log"
    rule = {"fault": "server_error", "on": "openai.chat", "when": {"model": "struck"}}
    connections = {"fault": "certificate_expired", "on": "anthropic.*"}, {"fault": "name_not_resolved", "on": "xai.*"}
    with raw_upstream(json_reply(b"{}")) as platform:
        orders = ProxyOrders(
            token=TOKEN, scenario=one_phase(rule, *connections), speed=1.0, zero=time.monotonic(),
            upstream=platform.url, confdir=tmp_path, journal=tmp_path / "journal",
        )  # fmt: skip
        (tmp_path / "orders.json").write_text(orders.model_dump_json())
        command = [str(Path(sys.executable).parent / "mitmdump"), "-s", str(PROXY_ADDONS / "inject.py")]
        command += ["--mode", f"regular@{port}", "--listen-host", "127.0.0.1", "--set", "connection_strategy=lazy"]
        command += ["--set", f"brownout_orders={tmp_path / 'orders.json'}", "--set", f"confdir={tmp_path}"]
        with log.open("wb") as said, subprocess.Popen(command, stdout=said, stderr=said) as process:
            try:
                wait_until(lambda: b"listening" in log.read_bytes() or process.poll() is not None, 30)
                struck = ask(port, body=chat_body(model="struck"))
                whole = ask(port, body=chat_body())
                trust = ssl.create_default_context(cafile=str(tmp_path / "mitmproxy-ca-cert.pem"))
                with httpx.Client(proxy=f"http://127.0.0.1:{port}", verify=trust, trust_env=False) as client:
                    with pytest.raises(httpx.ConnectError, match="certificate has expired"):
                        client.get("https://api.anthropic.com/v1/models")
                    with pytest.raises(httpx.ProxyError, match="502 Bad Gateway"):
                        client.get("https://api.x.ai/v1/models")
            finally:
                process.terminate()

    assert (struck.status, whole.status) == (500, 200), log.read_text()
    assert b"500" in log.read_bytes()  # mitmproxy's own hooks saw the flow
