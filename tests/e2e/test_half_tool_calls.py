"""Half a tool call is carried out where nobody asks whether it was finished; polls belong to their question."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.drills import a_desk, scenario, starts

from brownout.judging.record import open_record

CUT = {"fault": "stream_cut", "on": "openai.chat", "when": {"stream": True}, "after": "18 events", "share": "50%"}
KINDS = ("careless", "careful")


def _journey(kind: str) -> dict[str, Any]:
    step = {"name": "ask", "post": f"/{kind}", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    journey: dict[str, Any] = {"patience": "8s", "steps": [step]}
    return (
        {**journey, "effects": {"get": f"/{kind}/done", "items": "done", "about": "what"}} if kind in KINDS else journey
    )


def test_half_a_tool_call_that_was_carried_out_is_broken_and_one_that_was_refused_is_not(tmp_path: Path) -> None:
    profile: dict[str, Any] = {
        "name": "deleter",
        "settle": "500ms",
        "connect": "base_url",
        "start": {**starts("deleting_app", OPENAI_BASE_URL="{openai_base_url}"), "timeout": "60s"},
        "journeys": {kind: _journey(kind) for kind in (*KINDS, "background")},
        "load": {"users": 6, "arrive": 50, "pause": "50ms"},
        "expect": [{"check": "whole_answers", "journey": kind} for kind in KINDS],
    }
    with a_desk(tmp_path, **profile) as desk:
        desk.write("short.yaml", scenario(CUT, lasts="5s"))
        done = desk.brownout("run", "short.yaml", "--app", "brownout.yaml", "--out", "out", timeout=120)

        assert done.returncode == 1, done.stdout + done.stderr
        verdicts = {one["journey"]: one for one in desk.result()["verdicts"] if one["check"] == "whole_answers"}
        assert [verdicts[kind]["status"] for kind in KINDS] == ["BROKEN", "HELD"]
        assert "the result of delete_records was handed back as done" in verdicts["careless"]["evidence"][0]["text"]
        kinds = {item["row"]["kind"] for item in verdicts["careless"]["evidence"]}
        assert kinds == {"tool", "effects"}

        record = open_record(desk.folder / "out")
        looks = record.rows("SELECT DISTINCT service, tied, canary IS NULL AS lost FROM exchange WHERE method = 'GET'")
        record.db.close()
        assert looks == [{"service": "openai.responses", "tied": True, "lost": False}]
