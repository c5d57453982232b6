"""A part of ours stands still for some seconds, or all do: it is on record, and no sound application pays for it."""

from __future__ import annotations

import contextlib
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.drills import Desk, a_desk

pytestmark = pytest.mark.e2e

FROZEN = 2.5
STAGES = {"healthy": 0.4, "outage": 2.4, "after": 4.4}
PARTS = ("proxy-0", "stand-in", "load")
QUICK = {("proxy-0", "outage")}
"""What `make test` plays; `make drills` plays all."""
SCENARIO: dict[str, Any] = {
    "brownout": 1,
    "name": "freeze",
    "title": "A short outage, in which a part of ours stands still",
    "sources": [{"url": "https://status.example.com/1", "fact": "made up for a test"}],
    "timeline": [
        {"phase": "healthy", "lasts": "2s", "impact": "operational"},
        {
            "phase": "outage",
            "lasts": "2s",
            "impact": "major_outage",
            "rules": [{"fault": "server_error", "on": "openai.chat"}],
        },
        {"phase": "after", "lasts": "5s", "impact": "operational"},
    ],
}
EXPECT: list[dict[str, Any]] = [
    {"check": "success", "at_least": "95%", "during": "operational"},
    {"check": "latency", "p90": "1s"},
    {"check": "no_hang", "within": "2s"},
    {"check": "recovery", "within": "1s"},
]
JOURNEY = {
    "patience": "2s",
    "steps": [{"name": "ask", "post": "/ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}],
}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    load = {"users": 4, "arrive": 50, "pause": "50ms"}
    with a_desk(tmp_path, journeys={"ask": JOURNEY}, load=load, expect=EXPECT) as made:
        made.write("freeze.yaml", SCENARIO)
        yield made


def _program(desk: Desk, part: str) -> psutil.Process:
    """The part itself, and not the process that looks after it."""
    started = next(row for row in desk.rows("process") if (row["name"], row["event"]) == (part, "started"))
    return psutil.Process(int(started["detail"].removeprefix("pid "))).children()[0]


def _freeze(desk: Desk, parts: tuple[str, ...], stage: str) -> dict[str, Any]:
    """Play the drill, in which these stand still as soon as the stage has begun; the result."""
    command = desk.start("run", "freeze.yaml", "--out", "out", "--quiet")
    zero = desk.wait_for("drill")[0]["zero"]
    victims = [_program(desk, part) for part in parts]
    time.sleep(max(0.0, zero + STAGES[stage] - time.monotonic()))
    for victim in victims:
        victim.send_signal(signal.SIGSTOP)
    try:
        time.sleep(FROZEN)
    finally:
        for victim in victims:
            with contextlib.suppress(psutil.NoSuchProcess):
                victim.send_signal(signal.SIGCONT)
    command.wait(timeout=90)
    return desk.result()


def _broken(result: dict[str, Any]) -> list[str]:
    return [f"{told['id']}: {told['finding']}" for told in result["verdicts"] if told["status"] == "BROKEN"]


@pytest.mark.parametrize(
    ("part", "stage"),
    [
        pytest.param(part, stage, marks=() if (part, stage) in QUICK else pytest.mark.heavy)
        for part in PARTS
        for stage in STAGES
    ],
)
def test_a_part_of_ours_that_stands_still_breaks_no_sound_application(desk: Desk, part: str, stage: str) -> None:
    result = _freeze(desk, (part,), stage)

    assert _broken(result) == []
    assert result["outcome"] == "completed"
    assert [row["name"] for row in desk.rows("stall") if row["late"] >= FROZEN / 2] == [part]
    assert [note for note in result["notes"] if note.startswith(f"The {part} stood still")]


@pytest.mark.heavy
def test_a_machine_that_stands_still_as_a_whole_breaks_no_sound_application(desk: Desk) -> None:
    result = _freeze(desk, (*PARTS, "application"), "healthy")

    assert _broken(result) == []
    assert {row["name"] for row in desk.rows("stall") if row["late"] >= FROZEN / 2} >= set(PARTS)
