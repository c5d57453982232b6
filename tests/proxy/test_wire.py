"""What a raw socket sees of each fault: made up and forwarded, over HTTP and through an intercepted TLS connection."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.strikes import strike
from support.upstreams import RawUpstream, Received, chunk, event_stream, json_reply, raw_upstream
from support.wire import Seen, ask, chat_body, connect, read_to_end

pytestmark = pytest.mark.e2e

EVENTS = [b'data: {"n": %d}\n\n' % n for n in range(12)] + [b"data: [DONE]\n\n"]
PLAIN = json.dumps({"id": "chatcmpl-1", "object": "chat.completion", "choices": []}).encode()
GATE = threading.Event()


def _platform(connection: Any, request: Received) -> None:
    """Streams for streamed calls, answers plainly otherwise."""
    if b'"stream": true' in request.body:
        event_stream(EVENTS)(connection, request)
    else:
        json_reply(PLAIN, "x-request-id: req_upstream")(connection, request)


@pytest.fixture(scope="module")
def upstream() -> Iterator[RawUpstream]:
    with raw_upstream(_platform) as platform:
        yield platform


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory, upstream: RawUpstream) -> Iterator[ProxyProcess]:
    with running_proxy(tmp_path_factory.mktemp("proxy"), upstream.url) as running:
        yield running


@pytest.fixture(params=["http", "tls"])
def ca(request: pytest.FixtureRequest, proxy: ProxyProcess) -> str | None:
    return proxy.ca if request.param == "tls" else None


def last_row(proxy: ProxyProcess, count: int) -> dict[str, Any]:
    return proxy.wait_for_rows(count)[-1]


def test_an_idle_proxy_passes_a_plain_answer_on_byte_for_byte(proxy: ProxyProcess, ca: str | None) -> None:
    proxy.play()

    seen = ask(proxy.port, ca, body=chat_body())

    assert seen.raw == (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
        b"x-request-id: req_upstream\r\n\r\n%s" % (len(PLAIN), PLAIN)
    )


def test_an_idle_proxy_keeps_the_chunks_of_a_stream(proxy: ProxyProcess, ca: str | None) -> None:
    proxy.play()

    seen = ask(proxy.port, ca, body=chat_body(stream=True))

    assert seen.raw.partition(b"\r\n\r\n")[2] == b"".join(map(chunk, EVENTS)) + b"0\r\n\r\n"


def test_an_idle_proxy_passes_a_stream_on_as_it_comes(tmp_path: Path) -> None:
    gate = threading.Event()
    with (
        raw_upstream(event_stream(EVENTS, gate=gate)) as platform,
        running_proxy(tmp_path, platform.url) as proxy,
        connect(proxy.port) as connection,
    ):
        body = chat_body(stream=True)
        connection.sendall(
            f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x:{proxy.port}\r\n"
            f"content-length: {len(body)}\r\n\r\n".encode()
            + body
        )
        early = b""
        while EVENTS[0] not in early:
            early += connection.recv(4096)
        gate.set()
        rest = read_to_end(connection, until=b"0\r\n\r\n")

    assert EVENTS[1] not in early
    assert EVENTS[-1] in rest.raw


def test_a_server_error_is_the_providers_own(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "server_error")

    assert (seen.status, seen.end) == (500, "complete")
    assert json.loads(seen.body)["error"]["type"] == "server_error"
    assert "server: mitmproxy" not in seen.head.lower()
    assert (row["rule"], row["injected"], row["delivered"], row["how"]) == (
        "outage.1.server_error",
        True,
        True,
        "written",
    )
    assert (row["status"], row["upstream_status"]) == (500, None)


def test_a_made_up_answer_does_not_bother_the_platform(proxy: ProxyProcess, upstream: RawUpstream) -> None:
    before = len(upstream.received)

    strike(proxy, None, "server_error")

    assert len(upstream.received) == before


@pytest.mark.parametrize("stream", [False, True])
def test_connection_reset_is_a_reset_before_any_byte(proxy: ProxyProcess, ca: str | None, stream: bool) -> None:
    seen, row = strike(proxy, ca, "connection_reset", stream)

    assert (seen.raw, seen.end) == (b"", "rst")
    assert (row["how"], row["delivered"], row["end"]) == ("rst", True, "rst")


def test_stream_reset_is_a_reset_after_so_many_events(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "stream_reset", stream=True, after="4 events")

    assert (seen.status, seen.end) == (200, "rst")
    assert seen.raw.count(b"data:") == 4
    assert not seen.terminated
    assert (row["how"], row["delivered"], row["events"], row["end"]) == ("rst", True, 4, "rst")


def test_stream_cut_ends_cleanly_without_a_terminator(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "stream_cut", stream=True, after="4 events")

    assert seen.terminated
    assert seen.body == b"".join(EVENTS[:4])
    assert (row["how"], row["delivered"], row["end"]) == ("written", True, "cut")


def test_stream_cut_at_a_byte_cuts_inside_an_event(proxy: ProxyProcess, ca: str | None) -> None:
    seen, _ = strike(proxy, ca, "stream_cut", stream=True, after="20 bytes")

    assert seen.terminated
    assert seen.body == b"".join(EVENTS)[:20]


def test_the_connection_lives_on_after_a_clean_cut(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "stream_cut", "on": "openai.chat", "after": "2 events"})
    body = chat_body(stream=True)
    request = f"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: 127.0.0.1:{proxy.port}\r\n"
    request += f"content-length: {len(body)}\r\n\r\n"
    with connect(proxy.port) as connection:
        for _ in range(2):
            connection.sendall(request.encode() + body)
            assert read_to_end(connection).body == b"".join(EVENTS[:2])


def test_stream_error_comes_in_band_after_a_200(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "stream_error", stream=True, after="4 events")

    assert (seen.status, seen.terminated) == (200, True)
    assert seen.body.startswith(b"".join(EVENTS[:4]))
    assert b'"error"' in seen.body[len(b"".join(EVENTS[:4])) :]
    assert b"[DONE]" not in seen.body
    assert (row["how"], row["delivered"]) == ("written", True)


def test_stream_stall_sends_nothing_more_and_keeps_the_connection_open(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "stream_stall", stream=True, after="4 events", timeout=1.0)

    assert (seen.end, seen.raw.count(b"data:")) == ("open", 4)
    assert (row["how"], row["delivered"], row["end"]) == ("client_left", True, "client_left")


def test_a_stall_that_resumes_delivers_the_rest(proxy: ProxyProcess) -> None:
    seen, row = strike(proxy, None, "stream_stall", stream=True, after="4 events", resume_after="200ms")

    assert seen.body == b"".join(EVENTS)
    assert (row["end"], row["delivered"]) == ("complete", True)


@pytest.mark.parametrize("stream", [False, True])
def test_a_hang_is_accepted_and_never_answered(proxy: ProxyProcess, ca: str | None, stream: bool) -> None:
    seen, row = strike(proxy, ca, "hang", stream, timeout=1.0)

    assert (seen.raw, seen.end) == (b"", "open")
    assert (row["how"], row["delivered"], row["status"]) == ("client_left", True, None)


def test_a_hang_is_let_go_when_the_drill_says_so(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "hang", "on": "openai.chat"})
    seen: list[Seen] = []
    client = threading.Thread(target=lambda: seen.append(ask(proxy.port, body=chat_body())))
    client.start()
    wait_until(lambda: proxy.control(op="stats")["under_way"])

    proxy.control(op="release")
    client.join(10)

    assert (seen[0].raw, seen[0].end) == (b"", "fin")
    assert wait_until(lambda: proxy.rows()[-1]["how"] == "released")


def test_slow_first_token_passes_the_whole_answer_on_later(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "slow_first_token", stream=True, delay="300ms")

    assert seen.body == b"".join(EVENTS)
    assert row["duration"] >= 0.3
    assert (row["how"], row["delivered"]) == ("written", True)


def test_slow_stream_spaces_the_events_out(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "slow_stream", stream=True, gap="20ms")

    assert seen.body == b"".join(EVENTS)
    assert row["duration"] >= 0.02 * (len(EVENTS) - 1) * 0.5
    assert row["delivered"] is True


def test_a_gateway_error_is_the_cdns_page(proxy: ProxyProcess, ca: str | None) -> None:
    seen, _ = strike(proxy, ca, "gateway_error")

    assert seen.status == 502
    assert b"<html" in seen.body.lower()
    assert "x-request-id" not in seen.head.lower()


def test_a_rate_limit_has_the_providers_headers(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "rate_limit", retry_after="3s")

    assert seen.status == 429
    assert "x-ratelimit-remaining-requests: 0" in seen.head.lower()
    assert row["retry_after"] == pytest.approx(3.0)


def test_a_bucket_admits_its_burst_and_strikes_the_rest(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "rate_limit", "on": "openai.chat", "bucket": {"rate": "1/min", "burst": 3}})

    statuses = [ask(proxy.port, body=chat_body(text=f"n {n}")).status for n in range(5)]

    assert statuses == [200, 200, 200, 429, 429]


def test_a_fault_that_the_answer_was_too_short_for_is_reported_as_skipped(proxy: ProxyProcess) -> None:
    seen, row = strike(proxy, None, "stream_reset", stream=True, after="99 events")

    assert seen.body == b"".join(EVENTS)
    assert (row["injected"], row["delivered"]) == (False, None)
    assert "ended after 13 events" in proxy.rows("fault_skipped")[-1]["why"]


def test_a_platform_that_dies_before_its_head_shows_no_page_of_the_proxys(tmp_path: Path) -> None:
    closing = raw_upstream(lambda connection, _: connection.close())
    with closing as platform, running_proxy(tmp_path, platform.url) as proxy:
        seen = ask(proxy.port, body=chat_body())

    assert (seen.raw, seen.end) == (b"", "fin")


def test_a_platform_that_cannot_be_reached_shows_no_page_of_the_proxys(tmp_path: Path) -> None:
    with running_proxy(tmp_path, "http://127.0.0.1:9") as proxy:
        seen = ask(proxy.port, body=chat_body())
        row = last_row(proxy, 1)

    assert (seen.raw, seen.end) == (b"", "fin")
    assert row["end"] == "error"


def test_the_platform_is_told_when_its_answer_is_no_longer_wanted(tmp_path: Path) -> None:
    gone = threading.Event()

    def endless(connection: Any, _: Received) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        connection.sendall(b"".join(chunk(event) for event in EVENTS[:3]))
        if not connection.recv(1):
            gone.set()

    rule = {"fault": "stream_cut", "on": "openai.chat", "after": "3 events"}
    with raw_upstream(endless) as platform, running_proxy(tmp_path, platform.url, rule) as proxy:
        seen = ask(proxy.port, body=chat_body(stream=True))

    assert seen.terminated
    assert gone.wait(10)


def test_a_client_that_leaves_a_forwarded_stream_leaves_nothing_behind(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "slow_stream", "on": "openai.chat", "gap": "5s"})
    seen = ask(proxy.port, body=chat_body(stream=True), timeout=0.5)

    assert seen.end == "open"
    assert wait_until(lambda: proxy.control(op="stats")["under_way"] == 0)


def test_what_is_no_platform_gets_a_helpful_404(proxy: ProxyProcess) -> None:
    with connect(proxy.port) as connection:
        connection.sendall(f"GET /nowhere HTTP/1.1\r\nhost: 127.0.0.1:{proxy.port}\r\n\r\n".encode())
        seen = read_to_end(connection)

    assert seen.status == 404
    assert b"/openai" in seen.body


def test_other_hosts_are_tunnelled_untouched_and_noted_once(proxy: ProxyProcess) -> None:
    with raw_upstream(json_reply(b"{}", "x-mine: yes")) as other:
        for _ in range(2):
            with connect(proxy.port) as connection:
                connection.sendall(f"CONNECT 127.0.0.1:{other.port} HTTP/1.1\r\n\r\n".encode())
                assert connection.recv(4096).startswith(b"HTTP/1.1 200")
                connection.sendall(b"GET /v1/models HTTP/1.1\r\nhost: api.openai.com\r\n\r\n")
                assert b"x-mine: yes" in read_to_end(connection).raw

    assert [row["host"] for row in proxy.rows("other_host")] == ["127.0.0.1"]


def test_the_control_channel_wants_its_token(proxy: ProxyProcess) -> None:
    with connect(proxy.control_port) as connection:
        connection.sendall(b"POST /control HTTP/1.1\r\ncontent-length: 2\r\n\r\n{}")
        assert read_to_end(connection).status == 401


def test_a_platform_that_dies_in_a_stream_ends_it_without_a_terminator(tmp_path: Path) -> None:
    def dying(connection: Any, _: Received) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
        connection.sendall(b"".join(chunk(event) for event in EVENTS[:3]))
        connection.close()

    with raw_upstream(dying) as platform, running_proxy(tmp_path, platform.url) as proxy:
        seen = ask(proxy.port, body=chat_body(stream=True))
        row = last_row(proxy, 1)

    assert (seen.body.count(b"data:"), seen.terminated, seen.end) == (3, False, "fin")
    assert (row["end"], row["injected"]) == ("error", False)


def test_a_budget_that_is_used_up_lets_no_call_leave_and_says_so(tmp_path: Path) -> None:
    with running_proxy(tmp_path, None, budget=0) as proxy:
        seen = ask(proxy.port, body=chat_body())

        assert (seen.raw, seen.end) == (b"", "fin")
        assert "the budget of calls to the real platform is used up" in [row["detail"] for row in proxy.rows("process")]


def test_an_upgraded_connection_is_handed_over(tmp_path: Path) -> None:
    def echo(connection: Any, _: Received) -> None:
        connection.sendall(b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n")
        connection.sendall(connection.recv(100).upper())

    head = "GET /openai/v1/realtime HTTP/1.1\r\nhost: 127.0.0.1:{}\r\nconnection: upgrade\r\nupgrade: echo\r\n\r\n"
    with (
        raw_upstream(echo) as platform,
        running_proxy(tmp_path, platform.url) as proxy,
        connect(proxy.port) as connection,
    ):
        connection.sendall(head.format(proxy.port).encode())
        assert connection.recv(4096).startswith(b"HTTP/1.1 101")
        connection.sendall(b"hello")
        assert connection.recv(4096) == b"HELLO"
