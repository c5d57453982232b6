"""``brownout proxy`` and ``brownout doctor`` with every real part."""

from __future__ import annotations

import json
import re
import signal
import socket
import ssl
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path

import pytest
from support.drills import Desk, a_desk, scenario
from support.proxies import wait_until

from brownout.drill.ports import free_port

pytestmark = pytest.mark.e2e
QUESTION = json.dumps({"model": "gpt-4o-mini", "messages": [{"role": "user", "content": "Are you there?"}]})
HEADERS = {"content-type": "application/json", "authorization": "Bearer sk-test-000000000000"}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with a_desk(tmp_path) as found:
        found.env = {"HOME": str(tmp_path), "XDG_CONFIG_HOME": str(tmp_path / "config")}
        yield found


def _ask(connection: HTTPConnection, path: str) -> int:
    connection.request("POST", path, QUESTION, HEADERS)
    status = connection.getresponse().status
    connection.close()
    return status


def test_a_proxy_at_the_desk_strikes_says_so_and_proves_it(desk: Desk) -> None:
    value = scenario({"fault": "server_error", "on": "openai.chat"}, lasts="10m")
    value["timeline"].insert(0, {"phase": "healthy", "lasts": "10m", "impact": "operational"})
    desk.write("short.yaml", value)
    port = free_port()
    process = desk.start("proxy", "short.yaml", "--port", str(port), "--phase", "only")
    assert process.stdout is not None
    said = ""
    while "— only (major_outage)" not in said:
        line = process.stdout.readline()
        assert line, said
        said += line

    bundle = re.search(r"export SSL_CERT_FILE=(\S+)", said)
    assert bundle is not None
    tunnel = HTTPSConnection("127.0.0.1", port, timeout=15, context=ssl.create_default_context(cafile=bundle[1]))
    tunnel.set_tunnel("api.openai.com", 443)

    assert f"export OPENAI_BASE_URL=http://127.0.0.1:{port}/openai/v1" in said
    assert f"export HTTPS_PROXY=http://127.0.0.1:{port}" in said
    wait_until(lambda: _ask(HTTPConnection("127.0.0.1", port, timeout=15), "/openai/v1/chat/completions") == 500)
    assert _ask(tunnel, "/v1/chat/completions") == 500
    process.send_signal(signal.SIGINT)
    rest, errors = process.communicate(timeout=30)
    assert (process.returncode, errors) == (0, "")
    assert "server_error on openai.chat: 500" in rest
    assert re.search(r"only.1.server_error .* server_error .* openai.chat", rest)
    assert desk.survivors() == []


def test_a_port_in_use_is_named(desk: Desk) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = desk.brownout("proxy", "short.yaml", "--port", str(port))

    assert (done.returncode, done.stdout) == (4, "")
    assert done.stderr.startswith(f"brownout: port {port} on 127.0.0.1 is in use")
    assert desk.survivors() == []


def test_a_proxy_at_the_desk_that_is_killed_leaves_nothing(desk: Desk) -> None:
    process = desk.start("proxy", "short.yaml", "--port", "0", "--loop")
    wait_until(lambda: desk.family("brownout.proxy"), 30)

    process.kill()
    process.communicate(timeout=30)

    desk.wait_until_alone()


def test_the_doctor_sees_the_applications_calls_arrive(desk: Desk) -> None:
    done = desk.brownout("doctor", "--app", "brownout.yaml", "--json")

    assert done.returncode == 0, done.stdout
    found = {check["name"]: check for check in json.loads(done.stdout)}
    assert {name: check["state"] for name, check in found.items() if check["state"] == "fail"} == {}
    assert found["base URL"]["state"] == found["intercepted HTTPS"]["state"] == "ok"
    assert "calls came through the proxy" in found["application small"]["detail"]
    assert desk.survivors() == []
