"""A journal of a million rows: how long judging and reporting it takes, and in how much memory."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any

from brownout.calls import canary
from brownout.events import CallEnds, Drill, End, JourneyStep, PhaseRow, RuleRow
from brownout.expect import EXPECTABLE

ROWS = 1_000_000
EXPECT: list[dict[str, Any]] = [
    {"check": "success", "at_least": 0.5},
    {"check": "latency", "p95": 60},
    {"check": "first_token", "p95": 60},
    {"check": "recovery", "within": 60},
    {"check": "retry_amplification", "at_most": 9},
    {"check": "retry_after_honoured"},
    {"check": "history_kept"},
    {"check": "export_complete"},
    {"check": "answered_once"},
    {"check": "told_in_time"},
    {"check": "failover", "at_least": 0.5},
    {"check": "context_kept", "turns": 5},
    {"check": "no_duplicate_effects"},
    {"check": "whole_answers"},
    {"check": "no_leaks"},
    {"check": "no_hang", "within": 60},
    {"check": "honest_errors"},
    {"check": "no_futile_retries"},
    {"check": "blame"},
    {"check": "resources"},
    {"check": "breaker", "primary": "openai.chat"},
    {"check": "bulkhead"},
    {"check": "cost", "at_most": 9},
    {"check": "storm"},
]
assert {each["check"] for each in EXPECT} == set(EXPECTABLE)


def _row(t: float, event: object) -> str:
    value = {"v": 1, "w": "bench", "at": t, "kind": event.kind, **asdict(event)}  # type: ignore[attr-defined,call-overload]
    value["t"] = t
    return json.dumps(value, separators=(",", ":"))


def write_journal(folder: Path, rows: int = ROWS) -> None:
    """Half exchanges, half journey steps, over ten minutes."""
    folder.mkdir(parents=True)
    phases: list[PhaseRow] = [
        {"name": "healthy", "impact": "operational", "start": 0, "end": 100},
        {"name": "down", "impact": "major_outage", "start": 100, "end": 400},
        {"name": "after", "impact": "operational", "start": 400, "end": 600},
    ]
    rule: RuleRow = {"id": "down.1.server_error", "phase": "down", "fault": "server_error", "on": "openai.chat", "share": "10%",
            "mean_share": 0.1, "services": ["openai.chat"], "when": {}}  # fmt: skip
    drill = Drill("bench", "Bench", 1, 1.0, 0.0, "bench", 10, 1, phases, [rule], EXPECT)
    with (folder / "bench.jsonl").open("w") as file:
        file.write(_row(0.0, drill) + "\n")
        for number in range(rows // 2):
            t = 600 * number / (rows // 2)
            down = 100 <= t < 400
            hit = down and number % 10 == 0
            mark = canary.make(1, "ask", number % 50, number, 0)
            struck = ["down.1.server_error"] if down else []
            exchange = CallEnds(
                t=t, id=f"x{number}", service="openai.chat", host="api.openai.com", path="/v1/chat/completions", method="POST",
                via="base_url", http="HTTP/1.1", model="gpt", stream=False, canary=mark, key=f"k{number}", occurrence=0,
                occurrence_from="client", attempt=0, phase="down" if down else "healthy", elapsed=1.0, eligible=struck,
                draws=[[name, 0.1, 0.05, hit, None, 0, 0, True] for name in struck], rule=struck[0] if hit else None,
                fault="server_error" if hit else None, injected=hit, delivered=True if hit else None,
                how="written" if hit else None, status=500 if hit else 200, upstream_status=None if hit else 200,
                retry_after=None, bytes=900, events=0, first_byte=0.1, duration=0.5, end="complete",
            )  # fmt: skip
            step = JourneyStep(
                t, "ask", number % 50, number, 0, "ask", mark, True, "error" if hit else "ok", 500 if hit else 200,
                0.2, 0.6, False, 900, "d", acknowledged=not hit,
            )  # fmt: skip
            file.write(_row(t, exchange) + "\n" + _row(t, step) + "\n")
        file.write(_row(601.0, End("completed")) + "\n")


def judge_and_report(folder: Path) -> tuple[float, float]:
    """Seconds and MB of ``brownout report`` on it."""
    before = time.monotonic()
    command = [sys.executable, "-m", "brownout", "report", str(folder)]
    subprocess.run(command, check=False, stdout=subprocess.DEVNULL)
    return time.monotonic() - before, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
