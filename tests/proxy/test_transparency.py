"""Where no rule strikes, the proxy is not there: bytes pass as they are and as they come, and nothing makes it fail."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import suppress
from functools import partial

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from mitmproxy.net import encoding
from support.proxies import wait_until
from support.stages import Played, Stage, fetch, receive, running_stage
from support.upstreams import chunk
from support.wire import Connection, chat_body, connect

pytestmark = pytest.mark.e2e

SSE = b"content-type: text/event-stream\r\n"
ODD = (
    b"Content-Type: application/json; charset=utf-8\r\nX-Request-ID: req_1\r\nset-cookie: a=1; path=/\r\n"
    b"Set-Cookie: b=2\r\nX-Long: "
    + b"v" * 4000
    + b"\r\nx-latin: caf\xe9\r\nX-Empty: \r\nopenai-version: 2020-10-01\r\n"
)
LONG_EVENT = b"data: " + bytes(range(256)).replace(b"\n", b"").replace(b"\r", b"") * 5000 + b"\n\n"
BINARY = bytes(range(256)) * 300
TEXT = b'{"text": "' + "wörd ".encode() * 400 + b'"}'


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with running_stage(tmp_path_factory.mktemp("stage"), hang_cap=5.0) as made:
        yield made
        assert wait_until(made.idle)
        assert made.complaints() == ""


@pytest.fixture(params=["http", "tls"])
def ca(request: pytest.FixtureRequest, stage: Stage) -> str | None:
    return stage.proxy.ca if request.param == "tls" else None


def sized(body: bytes, *headers: bytes) -> bytes:
    return b"HTTP/1.1 200 OK\r\n" + b"".join(headers) + b"Content-Length: %d\r\n\r\n" % len(body) + body


CHUNKED = b"HTTP/1.1 200 OK\r\n" + SSE + b"Transfer-Encoding: chunked\r\n\r\n"
ANSWERS = {
    "odd headers": sized(TEXT, ODD),
    "gzip": sized(encoding.encode(TEXT, "gzip"), b"content-encoding: gzip\r\n"),
    "br": sized(encoding.encode(TEXT, "br"), b"content-encoding: br\r\n"),
    "zstd": sized(encoding.encode(TEXT, "zstd"), b"content-encoding: zstd\r\n"),
    "binary": sized(BINARY, b"content-type: application/octet-stream\r\n"),
    "nothing": sized(b""),
    "a reason of its own": b"HTTP/1.1 529 Site is overloaded\r\ncontent-length: 2\r\n\r\n{}",
    "no reason": b"HTTP/1.1 200 \r\ncontent-length: 2\r\n\r\n{}",
    "204": b"HTTP/1.1 204 No Content\r\nx-request-id: req_2\r\n\r\n",
    "304": b'HTTP/1.1 304 Not Modified\r\nETag: "abc"\r\nContent-Length: 1234\r\n\r\n',
    "chunks": CHUNKED + b"".join(map(chunk, [b"data: 1\n\n", b"\x00\xff", b"data: [DONE]\n\n"])) + b"0\r\n\r\n",
    "trailers": CHUNKED + chunk(b"data: 1\n\n") + b"0\r\nX-Checksum: abc\r\nserver-timing: total;dur=3\r\n\r\n",
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_passes_byte_for_byte(stage: Stage, ca: str | None, name: str) -> None:
    expected = ANSWERS[name]

    assert fetch(stage, ca, Played([expected]), expected) == expected


def test_the_answer_to_head_has_the_length_of_what_it_leaves_out(stage: Stage, ca: str | None) -> None:
    for expected in (
        b"HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX-No-Length: 1\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    ):
        assert fetch(stage, ca, Played([expected]), expected, "HEAD") == expected


@pytest.mark.parametrize("version", [b"1.1", b"1.0"])
def test_an_answer_that_ends_with_the_connection_does_so_here(stage: Stage, ca: str | None, version: bytes) -> None:
    expected = b"HTTP/" + version + b" 200 OK\r\ncontent-type: text/plain\r\n\r\n" + BINARY

    assert fetch(stage, ca, Played([expected], "fin"), expected + b" ") == expected


def test_a_very_long_event_passes_whole(stage: Stage, ca: str | None) -> None:
    expected = sized(LONG_EVENT * 3, SSE)

    assert fetch(stage, ca, Played([expected]), expected) == expected


@pytest.mark.parametrize("interim", [b"100 Continue", b"102 Processing", b"103 Early Hints\r\nlink: </a>"])
def test_an_interim_answer_is_not_taken_for_the_answer(stage: Stage, ca: str | None, interim: bytes) -> None:
    hint = b"HTTP/1.1 " + interim + b"\r\n\r\n"

    assert fetch(stage, ca, Played([hint, hint + ANSWERS["204"]]), ANSWERS["204"]) == ANSWERS["204"]


def test_the_platform_gets_the_request_as_it_was_sent(stage: Stage, ca: str | None) -> None:
    fetch(stage, ca, Played([ANSWERS["204"]]), ANSWERS["204"])

    request = stage.upstream.received[-1]
    lines = [line for line in request.head.split("\r\n")[1:] if not line.lower().startswith(("host:", "x-brownout-"))]
    assert lines == [
        "Authorization: Bearer sk-test-1",
        "accept: */*",
        "X-Odd-Case: YES",
        "Accept-Encoding: br, zstd",
        f"content-length: {len(chat_body())}",
    ]
    assert request.body == chat_body()


def test_a_requests_trailers_reach_the_platform(stage: Stage) -> None:
    path = stage.put_on(Played([ANSWERS["204"]]))
    head = stage.head(path).replace(b"content-length: 0", b"Transfer-Encoding: chunked")
    stage.upstream.received.clear()
    with connect(stage.proxy.port) as connection:
        connection.sendall(head + chunk(b"{}") + b"0\r\nX-Checksum: abc\r\n\r\n")
        assert receive(connection, lambda raw: len(raw) >= len(ANSWERS["204"])) == ANSWERS["204"]

    # The platform of these tests knows no chunks: the body looks to it like one more message.
    assert wait_until(
        lambda: [part for part in stage.upstream.received if part.head == "2\r\n{}\r\n0\r\nX-Checksum: abc"]
    )


@pytest.mark.parametrize(
    "head",
    [
        CHUNKED,
        b"HTTP/1.1 200 OK\r\n" + SSE + b"content-length: 9000\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + SSE + b"content-encoding: gzip\r\ntransfer-encoding: chunked\r\n\r\n",
        b"HTTP/1.1 200 OK\r\ncontent-type: application/x-ndjson\r\n\r\n",
    ],
)
def test_an_answer_comes_as_the_platform_sends_it(stage: Stage, ca: str | None, head: bytes) -> None:
    turn = threading.Semaphore(0)
    pieces = [b"half of an ev", b"ent\n\nand ", b"\x1f\x8b more", b"\n\n"]
    parts = [head, *(chunk(piece) if b"chunked" in head else piece for piece in pieces)]
    path = stage.put_on(Played(parts, "fin", turn))
    with connect(stage.proxy.port, ca) as connection:
        connection.sendall(stage.head(path, chat_body(), ca=ca))
        for number, part in enumerate(parts):
            turn.release()  # only now may the platform send this part: the one before it has arrived
            sent = sum(map(len, parts[:number]))
            assert receive(connection, partial(_at_least, len(part))) == part, f"after {sent} bytes"


def _at_least(size: int, raw: bytes) -> bool:
    return len(raw) >= size


# --- whatever comes ---------------------------------------------------------------------------------------------------

TOKENS = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 999 \r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n",
        b"HTTP/1.1 103 Early Hints\r\n",
        b"HTTP/2 200\r\n",
        b"HTTP/1.1",
        b"content-length: 5\r\n",
        b"content-length: -1\r\n",
        b"content-length: 5, 6\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"transfer-encoding: gzip, chunked\r\n",
        b"content-encoding: br\r\n",
        b"content-type: text/event-stream\r\n",
        b"connection: close\r\n",
        b"upgrade: websocket\r\n",
        b"no colon\r\n",
        b": no name\r\n",
        b"x:\x00\x01\r\n",
        b"\r\n",
        b"\n\n",
        b"5\r\nhello\r\n",
        b"5;ext=1\r\nhello\r\n",
        b"ffffffffffffffff\r\n",
        b"zz\r\n",
        b"-1\r\n",
        b"3\r\nhello\r\n",
        b"0\r\n\r\n",
        b"0\r\nx-trailer: 1\r\n\r\n",
        b"data: 1\n\n",
        b"hello",
    ]
)
GARBAGE = st.lists(TOKENS | st.binary(max_size=30), max_size=9)
ANSWER = st.builds(lambda start, rest: [b"HTTP/1.1 200 OK\r\n", *start, b"\r\n", *rest], GARBAGE, GARBAGE)
REQUESTS = st.sampled_from(
    [
        b"POST /openai/v1/chat/completions HTTP/1.1\r\nhost: x\r\n",
        b"GET /openai/v1/models HTTP/1.1\r\nhost: x\r\n\r\n",
        b"POST http://api.openai.com/v1/chat/completions HTTP/1.1\r\nhost: api.openai.com\r\n",
        b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n",
        b"CONNECT nowhere\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET /openai HTTP/1.0\r\n\r\n",
        b"OPTIONS * HTTP/1.1\r\nhost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"expect: 100-continue\r\n",
        b'content-length: 30\r\n\r\n{"stream": true, "messages": [',
    ]
)
WHATEVER = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


def to_the_end(connection: Connection) -> bytes:
    """All that comes until the proxy closes or resets; fails when it does neither."""
    raw = b""
    with suppress(ConnectionResetError):
        while data := connection.recv(65536):
            raw += data
    return raw


def still_well(stage: Stage) -> None:
    """An answer passes as ever, nothing is left of what was before, and the proxy has nothing to complain of."""
    expected = ANSWERS["chunks"]
    assert fetch(stage, None, Played([expected]), expected) == expected
    assert wait_until(stage.idle)
    assert stage.complaints() == ""


@WHATEVER
@given(parts=GARBAGE | ANSWER, end=st.sampled_from(["fin", "rst"]))
def test_no_platform_makes_the_proxy_fail(stage: Stage, parts: list[bytes], end: str) -> None:
    path = stage.put_on(Played(parts, end))
    with connect(stage.proxy.port) as connection:
        connection.sendall(stage.head(path, chat_body(stream=True)))
        assert isinstance(connection, socket.socket)
        assert b"mitmproxy" not in _patiently(connection)

    still_well(stage)


def _patiently(connection: socket.socket) -> bytes:
    """What comes until the end, or, where an answer was whole and the connection lives on, for a moment."""
    connection.settimeout(0.05)
    raw = b""
    with suppress(TimeoutError, ConnectionResetError):
        while data := connection.recv(65536):
            raw += data
    return raw


@example(parts=[b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n"], leaves="fin")
@example(parts=[b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n", b"no TLS\r\n\r\n"], leaves="fin")
@example(parts=[b"GET /openai/v1/models HTTP/1.1\r\nhost: x\r\n\r\n" * 3], leaves="fin")
@example(
    parts=[b"CONNECT api.openai.com:443 HTTP/1.1\r\n\r\n", b"GET /openai HTTP/1.0\r\n\r\n\n\n"], leaves="rst"
)  # the request is read when its client has left already
@WHATEVER
@given(parts=st.lists(REQUESTS | TOKENS | st.binary(max_size=30), max_size=6), leaves=st.sampled_from(["fin", "rst"]))
def test_no_client_makes_the_proxy_fail(stage: Stage, parts: list[bytes], leaves: str) -> None:
    with connect(stage.proxy.port) as connection:
        assert isinstance(connection, socket.socket)
        with suppress(OSError):
            for part in parts:
                connection.sendall(part)
            if leaves == "fin":
                connection.shutdown(socket.SHUT_WR)
                to_the_end(connection)
            else:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    still_well(stage)


@WHATEVER
@given(body=st.binary(max_size=400), edges=st.lists(st.integers(0, 400), max_size=6), chunked=st.booleans())
def test_any_body_passes_in_any_pieces(stage: Stage, body: bytes, edges: list[int], chunked: bool) -> None:
    places = sorted({min(edge, len(body)) for edge in edges} | {0, len(body)})
    pieces = [body[start:end] for start, end in itertools.pairwise(places)]
    if chunked:
        parts = [CHUNKED, *map(chunk, pieces), b"0\r\n\r\n"]
    else:
        parts = [b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(body), *pieces]
    expected = b"".join(parts)

    assert fetch(stage, None, Played(parts), expected) == expected
