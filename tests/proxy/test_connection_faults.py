"""What a raw socket sees of a fault that strikes before there is a request, and what the journal says of it."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from support.proxies import ProxyProcess, one_phase, running_proxy, wait_until
from support.tunnels import HOST, context_for, hello, of_connections, struck, tunnel
from support.upstreams import json_reply, raw_upstream
from support.wire import TlsSocket, ask, chat_body, read_to_end

from brownout.deciding.replay import replay
from brownout.scenario import Scenario

pytestmark = pytest.mark.e2e


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with (
        raw_upstream(json_reply(b"{}")) as platform,
        running_proxy(tmp_path_factory.mktemp("proxy"), platform.url) as running,
    ):
        yield running


def test_refused_is_a_reset_at_the_clients_first_word(proxy: ProxyProcess) -> None:
    def act() -> None:
        with tunnel(proxy) as plain:
            plain.sendall(hello())
            with pytest.raises(ConnectionResetError):
                plain.recv(1)

    row = struck(proxy, act, "connection_refused")

    assert (row["service"], row["host"], row["path"], row["method"]) == (
        "openai.connection", HOST, f"{HOST}:443", "CONNECT",
    )  # fmt: skip
    assert (row["how"], row["delivered"], row["end"], row["status"]) == ("rst", True, "rst", None)
    assert (row["via"], row["http"], row["canary"]) == ("intercept", "", None)


@pytest.mark.parametrize(
    ("sends", "bytes_seen"),
    [
        ("handshake_failure", "15030300020228"),
        ("protocol_version", "15030300020246"),
        ("internal_error", "15030300020250"),
        ("unrecognized_name", "15030300020270"),
        ("plain_http", b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".hex()),
    ],
)
def test_a_failing_handshake_is_these_bytes_and_then_fin(proxy: ProxyProcess, sends: str, bytes_seen: str) -> None:
    seen = []

    def act() -> None:
        with tunnel(proxy) as plain:
            first = hello()
            plain.sendall(first[:7])  # in two pieces: nothing is said before the message is whole
            plain.sendall(first[7:])
            while data := plain.recv(4096):
                seen.append(data)

    row = struck(proxy, act, "tls_failure", sends=sends)

    assert b"".join(seen).hex() == bytes_seen
    assert (row["how"], row["delivered"], row["end"]) == ("fin", True, "fin")
    assert row["bytes"] == len(bytes_seen) // 2


def test_an_unresolved_name_is_the_proxys_refusal_of_the_tunnel(proxy: ProxyProcess) -> None:
    seen = []

    def act() -> None:
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as plain:
            plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
            while data := plain.recv(4096):
                seen.append(data)

    row = struck(proxy, act, "name_not_resolved", status=503)

    head, _, body = b"".join(seen).partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 503 Service Unavailable\r\n")
    assert b"mitmproxy" not in head
    assert body == b"Cannot resolve api.openai.com: Name or service not known\n"
    assert (row["status"], row["how"], row["delivered"], row["end"]) == (503, "written", True, "complete")


def test_half_open_is_silence_until_it_is_let_go(proxy: ProxyProcess) -> None:
    def act() -> None:
        with tunnel(proxy) as plain:
            plain.sendall(hello())
            plain.settimeout(0.3)
            with pytest.raises(TimeoutError):
                plain.recv(1)
            plain.settimeout(10.0)
            assert proxy.control(op="release")["released"] == 1
            assert plain.recv(1) == b""

    row = struck(proxy, act, "half_open")

    assert (row["how"], row["delivered"], row["end"], row["bytes"]) == ("released", True, "fin", 0)
    assert proxy.control(op="stats")["under_way"] == 0


def test_half_open_ends_with_the_client(proxy: ProxyProcess) -> None:
    def act() -> None:
        with tunnel(proxy) as plain:
            plain.sendall(hello())
            wait_until(lambda: proxy.control(op="stats")["under_way"] == 1)

    row = struck(proxy, act, "half_open")

    assert (row["how"], row["delivered"], row["end"]) == ("client_left", True, "client_left")


def test_half_open_lets_go_by_itself(proxy: ProxyProcess) -> None:
    def act() -> None:
        with tunnel(proxy) as plain:
            plain.sendall(hello())
            assert plain.recv(1) == b""

    assert struck(proxy, act, "half_open", release_after="50ms")["how"] == "released"


def test_no_connection_of_a_client_that_left_stays_open(proxy: ProxyProcess) -> None:
    def held() -> int:
        """Connections on the proxy's port, as the kernel lists them."""
        lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
        return sum(line.split()[1].endswith(f":{proxy.port:04X}") and line.split()[3] == "01" for line in lines)

    if not Path("/proc/net/tcp").exists():
        pytest.skip("no list of connections on this system")
    for fault in ("connection_refused", "tls_failure", "certificate_expired", "half_open"):
        proxy.play({"fault": fault, "on": "*"})
        with tunnel(proxy) as plain:
            plain.sendall(hello())
    wait_until(lambda: proxy.control(op="stats")["under_way"] == 0)

    assert wait_until(lambda: held() == 0)


def test_a_client_that_leaves_before_its_first_word_did_not_meet_the_fault(proxy: ProxyProcess) -> None:
    def act() -> None:
        with tunnel(proxy):
            pass

    row = struck(proxy, act, "connection_refused")

    assert (row["injected"], row["delivered"], row["how"]) == (True, False, "client_gone")


def test_an_open_connection_is_not_touched(proxy: ProxyProcess) -> None:
    proxy.play()
    with tunnel(proxy) as plain:
        secured = TlsSocket(plain, context_for(proxy), HOST)
        for rules in ([], [{"fault": "connection_refused", "on": "*"}]):
            proxy.play(*rules)
            before = len(of_connections(proxy))
            secured.sendall(f"GET /v1/models HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())
            assert read_to_end(secured).status == 200
    assert len(of_connections(proxy)) == before


def test_another_host_is_never_touched(proxy: ProxyProcess) -> None:
    received = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:

        def echo() -> None:
            connection, _ = server.accept()
            with connection:
                received.set()
                connection.sendall(connection.recv(4096))

        threading.Thread(target=echo, daemon=True).start()
        proxy.play(*({"fault": fault, "on": "*"} for fault in ("name_not_resolved", "connection_refused")))
        before = len(proxy.rows())
        with tunnel(proxy, "127.0.0.1", server.getsockname()[1]) as plain:
            first = hello("elsewhere.example")
            plain.sendall(first)
            back = b""
            while len(back) < len(first):
                back += plain.recv(4096)

    assert received.wait(10)
    assert back == first
    assert len(proxy.rows()) == before


@pytest.mark.parametrize("calls", [1, 3])
def test_a_base_url_client_is_answered_and_the_journal_says_why(proxy: ProxyProcess, calls: int) -> None:
    proxy.play({"fault": "connection_refused", "on": "openai.chat"}, {"fault": "half_open", "on": "openai.chat"})
    before, skipped = len(proxy.rows()), len(proxy.rows("fault_skipped"))
    body = chat_body()
    head = f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x:{proxy.port}\r\ncontent-length: {len(body)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as plain:
        for _ in range(calls):
            plain.sendall(head.encode() + body)
            assert read_to_end(plain).status == 200

    connection, *answered = proxy.wait_for_rows(before + 1 + calls)[before:]
    assert [row["service"] for row in answered] == ["openai.chat"] * calls
    assert (connection["service"], connection["via"], connection["method"]) == ("openai.connection", "base_url", "")
    assert connection["eligible"] == ["outage.1.connection_refused"]
    assert (connection["rule"], connection["injected"], connection["delivered"]) == (
        "outage.1.connection_refused", False, None,
    )  # fmt: skip
    (row,) = proxy.rows("fault_skipped")[skipped:]
    assert row["id"] == connection["id"]
    assert "one port" in row["why"]
    assert proxy.control(op="stats")["by_rule"] == {
        "outage.1.connection_refused": {"eligible": 1, "selected": 1, "injected": 0, "delivered": 0}
    }


def test_a_call_without_a_tunnel_is_answered_and_the_journal_says_why(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "tls_failure", "on": "openai.*"})
    skipped = len(proxy.rows("fault_skipped"))
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as plain:
        plain.sendall(f"GET http://{HOST}/v1/models HTTP/1.1\r\nhost: {HOST}\r\n\r\n".encode())
        assert read_to_end(plain).status == 200

    (row,) = proxy.wait_for_rows(skipped + 1, "fault_skipped")[skipped:]
    assert "without a tunnel" in row["why"]


def test_part_of_the_connections_is_struck_and_the_decisions_replay(proxy: ProxyProcess) -> None:
    rules = ({"fault": "name_not_resolved", "on": "openai.*", "share": "50%"},)
    proxy.play(*rules, seed=11)
    before = len(of_connections(proxy))
    statuses = []
    for _ in range(20):
        with socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0) as plain:
            plain.sendall(f"CONNECT {HOST}:443 HTTP/1.1\r\nHost: {HOST}:443\r\n\r\n".encode())
            statuses.append(int(plain.recv(4096).split()[1]))

    rows = of_connections(proxy)[before:]
    assert [row["occurrence"] for row in rows] == list(range(20))
    assert [502 if row["injected"] else 200 for row in rows] == statuses
    assert set(statuses) == {200, 502}
    assert replay(Scenario.model_validate(one_phase(*rules, seed=11)), rows) == []
    assert json.dumps(rows)


def test_calls_of_struck_platforms_are_served_where_the_connection_is_spared(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "connection_refused", "on": "openai.*", "limit": 1})
    with tunnel(proxy) as plain:
        plain.sendall(hello())
        with pytest.raises(ConnectionResetError):
            plain.recv(1)

    assert ask(proxy.port, proxy.ca, body=chat_body()).status == 200
