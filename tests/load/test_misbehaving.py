"""One load of users against an application that sends all that it must not: each has its outcome, and the load ends."""

from __future__ import annotations

import contextlib
import gzip
import json
import random
import socket
import time
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from support.loads import Ran, Start, make_orders, make_profile
from support.upstreams import Received, raw_upstream

from brownout.calls.canary import SENTINEL
from brownout.profile import Journey, Read, Step

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.starts,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read as Linux tells it"),
]
WHOLE = json.dumps({"reply": f"There it is. {SENTINEL}"}).encode()
ZEROS = b"\0" * 200_000_000
BROTLI = bytes.fromhex(
    "cfffff7f002400e2b14072effff9ffff0f8004401c1680eefd3fffffff01900088c302d0bdffe7ff"
    "ff3f001200715800baf7fffcffff074002200e0b40f7fe3fffc1eb014800c46101e862d703"
)
"""A hundred million zeros."""
STREAM = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n"
FAR = b"HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n"
AGAIN = b"HTTP/1.1 302 Found\r\nlocation: /redirects_in_a_loop\r\n\r\n"
HINTS = b"HTTP/1.1 103 Early Hints\r\nlink: </style.css>\r\n\r\n"
UPGRADE = b"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\r\n\x81\x02hi"


def json_head(*headers: str) -> bytes:
    lines = ["HTTP/1.1 200 OK", "content-type: application/json", "connection: close", *headers]
    return "\r\n".join(lines).encode() + b"\r\n\r\n"


CHUNKED = json_head("transfer-encoding: chunked")
WHOLE_CHUNK = b"%x\r\n%s\r\n" % (len(WHOLE), WHOLE)
NOISE = random.Random(7).randbytes(20_000)
Sent = tuple[bytes, bytes]
"""What is sent once, and what is sent after it for as long as somebody takes it."""
ENOUGH = {"hung", "cut"}
CASES: dict[str, tuple[Sent, set[str], str]] = {
    "sound": ((json_head() + WHOLE, b""), {"ok"}, ""),
    "early_hints": ((HINTS + json_head() + WHOLE, b""), {"ok"}, ""),
    "trailers": ((CHUNKED + WHOLE_CHUNK + b"0\r\nx-sum: 1\r\n\r\n", b""), {"ok"}, ""),
    "a_negative_length": ((json_head("content-length: -7") + WHOLE, b""), {"ok"}, ""),
    "an_endless_stream": ((STREAM, b'data: {"delta": "more"}\n\n' * 400), ENOUGH, ""),
    "a_line_without_end": ((STREAM, b"x" * 16_384), ENOUGH, ""),
    "keep_alives_without_end": ((STREAM, b": ping\n\n" * 2000), ENOUGH, ""),
    "a_gigabyte": ((json_head("content-length: 1000000000"), b"x" * 200_000), ENOUGH, ""),
    "packed_by_gzip": ((json_head("content-encoding: gzip") + gzip.compress(ZEROS, 1), b""), ENOUGH, ""),
    "packed_by_deflate": ((json_head("content-encoding: deflate") + zlib.compress(ZEROS, 1), b""), ENOUGH, ""),
    "packed_by_brotli": ((json_head("content-encoding: br") + BROTLI, b""), ENOUGH, ""),
    "packed_by_zstd": ((json_head("content-encoding: zstd") + zstandard.compress(ZEROS), b""), {*ENOUGH, "empty"}, ""),
    "not_packed": ((json_head("content-encoding: gzip") + WHOLE, b""), {"cut"}, "what came is not packed as it says"),
    "not_brotli": ((json_head("content-encoding: br") + NOISE, b""), {"cut"}, "what came is not packed as it says"),
    "a_hundred_thousand_headers": ((json_head(*["x: y"] * 100_000), b""), {"cut"}, "got more than 100 headers"),
    "a_header_without_end": ((b"HTTP/1.1 200 OK\r\nx: ", b"y" * 16_384), {"cut"}, "when reading header line"),
    "bytes_that_are_no_answer": ((bytes(range(256)) * 100, b""), {"cut"}, "what came is no HTTP"),
    "no_head": ((b"<html>hello</html>\n", b""), {"cut"}, "what came is no HTTP (<html>hello</html>)"),
    "continue_without_end": ((b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 500), {"cut"}, "more than 100 interim answers"),
    "hints_without_end": ((b"", HINTS * 500), {"cut"}, "more than 100 interim answers"),
    "an_upgrade_unasked": ((UPGRADE, b""), {"error"}, "HTTP 101"),
    "a_chunk_too_short": ((CHUNKED + b"ff\r\n" + WHOLE, b""), {"cut"}, "before the end of the answer"),
    "a_chunk_too_long": ((CHUNKED + b"3\r\n" + WHOLE + b"\r\n0\r\n\r\n", b""), {"cut"}, "before the end"),
    "a_chunk_of_no_size": ((CHUNKED + b"zz\r\n" + WHOLE + b"\r\n0\r\n\r\n", b""), {"cut"}, "before the end"),
    "a_chunk_below_nothing": ((CHUNKED + b"-3\r\n" + WHOLE + b"\r\n0\r\n\r\n", b""), {"cut"}, "before the end"),
    "byte_by_byte": ((CHUNKED, b"1\r\nx\r\n" * 3000), ENOUGH, ""),
    "trailers_without_end": ((CHUNKED + WHOLE_CHUNK + b"0\r\n", b"x: y\r\n" * 3000), {"cut"}, "more than 100 trailers"),
    "a_length_too_long": ((json_head("content-length: 5000") + WHOLE, b""), {"cut"}, "before the end of the answer"),
    "a_length_too_short": ((json_head("content-length: 9") + WHOLE, b""), {"empty"}, "no reply where"),
    "two_lengths": (
        (json_head("content-length: 5", "content-length: 7") + WHOLE, b""),
        {"cut"},
        "what came is no HTTP",
    ),
    "redirects_off_the_application": ((FAR, b""), {"error"}, "HTTP 302"),
    "redirects_in_a_loop": ((AGAIN, b"x" * 200_000), {"error"}, "redirected 30 times, and never answered"),
}
"""What is sent, what it is for its user, and some of the words with which it is told."""


def _serve(client: socket.socket, asked: Received) -> None:
    first, more = CASES[asked.head.split(" ")[1].strip("/")][0]
    client.sendall(first)
    while more:
        client.sendall(more)
    client.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def application() -> Iterator[str]:
    with raw_upstream(_serve) as misbehaving:
        yield misbehaving.url


def _journey(kind: str) -> Journey:
    read = Read(sse="delta") if CASES[kind][0][0].startswith(STREAM) else Read(json="reply")
    step: dict[str, Any] = {"name": "ask", "get": f"/{kind}", "reply": read}
    step |= {"repeat": 20, "think": 0.1} if kind == "sound" else {}
    return Journey(steps=(Step(**step),), patience=2.0 if CASES[kind][1] >= ENOUGH else 30.0)


def _peak(pid: int) -> float:
    """The most memory that a process has had, in MB; 0 once it is gone."""
    with contextlib.suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM"):
                return int(line.split()[1]) / 1024
    return 0.0


def test_each_has_an_outcome_with_a_name_and_the_load_lives_within_its_memory_and_ends(
    application: str, start: Start, tmp_path: Path
) -> None:
    profile = make_profile({kind: _journey(kind) for kind in CASES}, pause=30)
    load = start(make_orders(tmp_path, application, profile, lasts=4.0))
    load.await_row("process")
    load.go()
    peak = 0.0
    while load.process.poll() is None:
        peak = max(peak, _peak(load.process.pid))
        time.sleep(0.05)
    ran: Ran = load.wait()

    assert ran.code == 0, ran.stderr
    assert {kind: ran.outcomes(kind) for kind in CASES if not ran.outcomes(kind) <= CASES[kind][1]} == {}
    silent = {kind for kind in CASES if not ran.of("journey", kind)}
    assert silent == set()
    told = {kind: {row["detail"] for row in ran.of("journey", kind)} for kind in CASES}
    assert {kind: words for kind, words in told.items() if not all(CASES[kind][2] in each for each in words)} == {}
    assert max((row["late"] for row in ran.of("stall")), default=0.0) < 15
    assert 0 < peak < 700
