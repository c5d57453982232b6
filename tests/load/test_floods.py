"""Applications that answer without end, or with far too much: the user's patience ends it, or a bound does."""

from __future__ import annotations

import gzip
import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from support.upstreams import Handler, Received, raw_upstream

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.starts,
    pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="peak memory is read as Linux tells it"),
]
HEAD = b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\n%sconnection: close\r\n\r\n"
ZEROS = gzip.compress(b"\0" * 50_000_000)
CLIENT = """
import gevent.monkey; gevent.monkey.patch_all()
import json, sys, time, gevent
from brownout.load.browser import Session, send
from brownout.load.scene import Outgoing
from brownout.load.shown_reply import ShownReply
from brownout.profile import Read

def ask():
    reply = ShownReply(Read(sse="delta"))
    return send(Session(), Outgoing("GET", "/", {}, None), sys.argv[1], reply, 1.5)

ticks = []
def bystander():
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(0.02)

other = gevent.spawn(bystander)
users = [gevent.spawn(ask) for _ in range(3)]
gevent.joinall(users, timeout=30)
other.kill()
late = max((b - a for a, b in zip(ticks, ticks[1:])), default=0.0)
memory = next(int(line.split()[1]) for line in open("/proc/self/status") if line.startswith("VmHWM")) / 1024
print(json.dumps([[user.value.ending, user.value.duration, user.value.why] for user in users] + [late, memory]))
"""


def endless(piece: bytes) -> Handler:
    def answer(client: socket.socket, _: Received) -> None:
        client.sendall(HEAD % b"")
        while True:
            client.sendall(piece)

    return answer


def once(head: bytes, body: bytes = b"") -> Handler:
    def answer(client: socket.socket, _: Received) -> None:
        client.sendall(head + body)
        client.shutdown(socket.SHUT_WR)

    return answer


FLOODS = {
    "an answer without end": (endless(b'data: {"delta": "more"}\n\n' * 400), {"hung", "cut"}),
    "a line without end": (endless(b"x" * 16_384), {"hung", "cut"}),
    "zeros, compressed a thousandfold": (once(HEAD % b"content-encoding: gzip\r\n", ZEROS), {"hung", "cut"}),
    "a hundred thousand headers": (once(HEAD % (b"x: y\r\n" * 100_000)), {"cut"}),
    "a header without end": (once(b"HTTP/1.1 200 OK\r\nx: " + b"y" * 1_000_000), {"cut"}),
    "bytes that are no answer": (once(bytes(range(256)) * 100), {"cut"}),
}


@pytest.mark.parametrize("kind", FLOODS)
def test_each_has_one_outcome_and_takes_neither_memory_nor_the_turn_of_others(kind: str) -> None:
    answer, endings = FLOODS[kind]
    with raw_upstream(answer) as application:
        command = [sys.executable, "-c", CLIENT, application.url]
        done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    *users, late, memory = json.loads(done.stdout)

    assert {ending for ending, _, _ in users} <= endings
    assert all(why for _, _, why in users)
    assert late < 5
    assert memory < 600
