"""The load's side of the protocol: ready, go, end; by real processes."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from support.loads import App, Run, Start, make_orders, make_profile

from brownout.journal import parse
from brownout.load.command import locust_command, locust_environment
from brownout.orders import LoadOrders
from brownout.profile import Journey, Profile, Read, Step

pytestmark = [pytest.mark.e2e, pytest.mark.starts]

ASK = Step(
    name="ask", post="/whole/chat", json={"conversation": "c", "text": "{{ message }}"}, reply=Read(json="reply")
)
HANG = ASK.model_copy(update={"post": "/hangs/chat"})


def profile_of(step: Step, patience: float = 20.0) -> Profile:
    return make_profile({"chat": Journey(steps=(step,), patience=patience)})


def exited(orders: LoadOrders) -> list[dict[str, Any]]:
    rows = [parse(line) for file in orders.journal.glob("*.jsonl") for line in file.read_bytes().splitlines()]
    return [row for row in rows if row is not None and row.get("event") == "exited"]


def test_an_application_that_nobody_can_reach_is_the_harness_failing(run: Run, tmp_path: Path) -> None:
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{reserved.getsockname()[1]}"
        ran = run(make_orders(tmp_path, url, profile_of(ASK), lasts=1.2))
    assert ran.code == 4
    assert {row["outcome"] for row in ran.of("journey")} == {"unreachable"}
    assert ran.stderr == (
        f"brownout load: nobody could reach the application at {url} "
        "(no connection: connection refused); is it running?\n"
    )
    assert exited(ran.orders)[0]["code"] == 4


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_at_once_and_what_is_known_is_written(
    app: App, start: Start, tmp_path: Path, number: signal.Signals
) -> None:
    profile = make_profile(
        {"chat": Journey(steps=(ASK,)), "hangs": Journey(steps=(HANG,), patience=60)}, users=2, pause=0.1
    )
    load = start(make_orders(tmp_path, app.url, profile, lasts=60))
    load.await_row("process")
    load.go()
    load.await_row("journey")
    load.process.send_signal(number)
    ran = load.wait(within=20)
    assert (ran.code, ran.stderr) == (130, "")
    assert [row["detail"] for row in exited(load.orders)] == ["interrupted"]
    assert ran.outcomes("chat") == {"ok"}


def test_a_signal_before_the_start_ends_it_too(app: App, start: Start, tmp_path: Path) -> None:
    load = start(make_orders(tmp_path, app.url, profile_of(ASK)))
    load.await_row("process")
    load.process.terminate()
    assert load.wait(within=20).code == 130
    assert [row["detail"] for row in exited(load.orders)] == ["interrupted before the start"]


def test_without_a_start_signal_it_gives_up(app: App, start: Start, tmp_path: Path) -> None:
    ran = start(make_orders(tmp_path, app.url, profile_of(ASK), go_within=0.3)).wait()
    assert ran.code == 4
    assert ran.stderr.startswith("brownout load: no start signal in ")
    assert len(ran.stderr.splitlines()) == 1
    assert ran.of("journey") == []


def test_a_start_signal_that_is_half_written_is_waited_for(app: App, start: Start, tmp_path: Path) -> None:
    load = start(make_orders(tmp_path, app.url, profile_of(ASK), lasts=1.0))
    load.orders.go.write_text("", encoding="ascii")
    load.await_row("process")
    load.go()
    ran = load.wait()
    assert ran.code == 0
    assert min(row["t"] for row in ran.of("journey")) >= ran.zero


def test_users_finish_their_step_after_the_end(app: App, run: Run, tmp_path: Path) -> None:
    ran = run(make_orders(tmp_path, app.url, profile_of(HANG, patience=2.0), lasts=1.0))
    assert ran.code == 0
    (row,) = ran.of("journey")
    assert (row["outcome"], row["duration"]) == ("hung", 2.0)
    assert row["t"] + 2.0 > ran.zero + 1.0


def test_a_timeline_in_which_nobody_did_anything_is_no_load(app: App, start: Start, tmp_path: Path) -> None:
    orders = make_orders(tmp_path, app.url, profile_of(ASK), lasts=1.0)
    orders.go.write_text(f"{time.monotonic() - 100!r}", encoding="ascii")
    ran = start(orders).wait()
    assert (ran.code, ran.of("journey")) == (4, [])
    assert ran.stderr == "brownout load: no user made a request before the timeline was over\n"


def test_it_ends_when_whoever_started_it_is_gone(app: App, tmp_path: Path) -> None:
    orders = make_orders(tmp_path, app.url, profile_of(ASK), lasts=60)
    path = tmp_path / "orders.json"
    path.write_text(orders.model_dump_json(by_alias=True), encoding="utf-8")
    orders.go.write_text(f"{time.monotonic()!r}", encoding="ascii")
    code = (
        "import json, subprocess, sys; command, folder = json.loads(sys.argv[1]);"
        "subprocess.Popen(command, cwd=folder, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL); sys.stdin.read(1)"
    )
    command = [locust_command(path, orders, sys.executable), str(tmp_path)]
    parent = subprocess.Popen(
        [sys.executable, "-c", code, json.dumps(command)],
        env=locust_environment(path, os.environ),
        stdin=subprocess.PIPE,
    )
    assert parent.stdin is not None
    journal = orders.journal
    until = time.monotonic() + 40
    while not (files := list(journal.glob("*.jsonl"))) or b'"journey"' not in files[0].read_bytes():
        assert time.monotonic() < until, "the load did not begin"
        time.sleep(0.02)
    parent.kill()
    parent.wait(10)
    parent.stdin.close()
    while not exited(orders):
        assert time.monotonic() < until, "the load goes on"
        time.sleep(0.05)
    assert exited(orders)[0]["code"] == 130


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (None, "BROWNOUT_ORDERS: cannot read"),
        ("{}", "does not hold orders: app_url: missing key 'app_url'"),
        ("not json", "does not hold orders: the file: it is no JSON"),
    ],
)
def test_bad_orders_are_refused_in_one_line(app: App, tmp_path: Path, content: str | None, words: str) -> None:
    orders = make_orders(tmp_path, app.url, profile_of(ASK))
    path = tmp_path / "orders.json"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    ran = subprocess.run(
        locust_command(path, orders, sys.executable),
        env=locust_environment(path, os.environ),
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (ran.returncode, ran.stdout) == (4, "")
    assert words in ran.stderr
    assert len(ran.stderr.splitlines()) == 1
