"""The stand-in as a process: how it starts and how it ends."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
from pathlib import Path

import httpx
import pytest
from support.standin_process import Start

from brownout.standin.__main__ import read_orders


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "brownout.standin", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_well(start: Start, number: signal.Signals) -> None:
    running = start()
    running.process.send_signal(number)
    assert running.process.wait(30) == 0
    assert running.end() == (0, "", "")


def test_it_ends_when_whoever_started_it_is_gone(start: Start) -> None:
    running = start()
    assert running.process.stdin is not None
    running.process.stdin.close()
    assert running.process.wait(30) == 0


def test_it_ends_in_the_middle_of_a_stream(start: Start) -> None:
    running = start(pace={"first_token": 0, "tokens_per_second": 1})
    body = {"model": "gpt-4o", "stream": True, "messages": [{"role": "user", "content": "hi"}]}
    headers = {"authorization": "Bearer sk-test-1"}
    url = f"{running.url}/openai/v1/chat/completions"
    with httpx.Client(trust_env=False) as client, client.stream("POST", url, json=body, headers=headers) as response:
        assert response.status_code == 200
        running.process.terminate()
        assert running.process.wait(30) == 0


def test_a_taken_port_is_told_in_one_line() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--port", str(port))
    assert (done.returncode, done.stdout) == (4, "")
    assert len(done.stderr.splitlines()) == 1
    assert f"127.0.0.1:{port}: Address already in use; choose another port" in done.stderr


def test_orders_that_make_no_sense_are_refused(tmp_path: Path) -> None:
    orders = tmp_path / "orders.json"
    orders.write_text('{"sead": 1}')
    done = run("--orders", str(orders))
    assert (done.returncode, done.stdout) == (2, "")
    assert "sead" in done.stderr


def test_only_loopback_is_listened_on(tmp_path: Path) -> None:
    orders = tmp_path / "orders.json"
    orders.write_text('{"host": "0.0.0.0"}')
    with pytest.raises(ValueError, match="listens on loopback only"):
        read_orders(["--orders", str(orders)])


def test_the_command_line_beats_the_file(tmp_path: Path) -> None:
    orders = tmp_path / "orders.json"
    orders.write_text('{"seed": 3, "port": 1}')
    read = read_orders(["--orders", str(orders), "--port", "0"])
    assert (read.seed, read.port) == (3, 0)
    assert read_orders([]).seed == 1


def test_the_journal_says_what_became_of_it(start: Start, tmp_path: Path) -> None:
    running = start(journal=tmp_path / "journal")
    running.end()
    lines = (tmp_path / "journal" / "stand-in.jsonl").read_text().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [(row["kind"], row["name"], row["event"]) for row in rows] == [
        ("process", "stand-in", "started"),
        ("process", "stand-in", "ready"),
        ("process", "stand-in", "exited"),
    ]
