"""An application that loses its users' words: its calls are tied by what it passes on, and what is not tied is told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from support.drills import a_desk, scenario, starts

from brownout.judging.record import open_record

pytestmark = pytest.mark.e2e
METHODS = {"traced": "traceparent", "told": "baggage", "keyed": "conversation", "silent": None}


def _journey(kind: str) -> dict[str, Any]:
    begin = {"name": "open", "post": "/open", "json": {}, "keep": {"chat": "chat"}}
    body = {"text": "{{ message }}", "chat": "{{ chat }}"}
    ask = {"name": "ask", "post": f"/{kind}", "json": body, "reply": {"json": "reply"}, "repeat": 2}
    return {"patience": "8s", "steps": [begin, ask]}


def test_calls_that_lost_the_words_are_tied_by_what_the_application_passes_on(tmp_path: Path) -> None:
    profile: dict[str, Any] = {
        "name": "rewriter",
        "start": {**starts("rewriting_app", OPENAI_BASE_URL="{openai_base_url}"), "timeout": "60s"},
        "journeys": {kind: _journey(kind) for kind in METHODS},
        "load": {"users": 8, "arrive": 50, "pause": "50ms"},
        "expect": [{"check": "retry_amplification", "at_most": 3}],
    }
    with a_desk(tmp_path, **profile) as desk:
        desk.write("short.yaml", scenario({"fault": "server_error", "on": "openai.chat", "share": "40%"}, lasts="4s"))
        done = desk.brownout("run", "short.yaml", "--app", "brownout.yaml", "--out", "out", timeout=120)

        record = open_record(desk.folder / "out")
        rows = record.rows(
            "SELECT model, joined, coalesce(journey = replace(model, 'gpt-', ''), joined IS NULL) AS own, "
            "count(*) AS n FROM exchange LEFT JOIN (SELECT DISTINCT canary, journey FROM journey "
            "WHERE canary IS NOT NULL) USING (canary) WHERE exchange.phase IS NOT NULL GROUP BY ALL"
        )
        record.db.close()
        result = desk.result()

    assert all(row["own"] for row in rows)  # whoever is tied is tied to a question of its own journey
    assert {(row["model"].removeprefix("gpt-"), row["joined"]) for row in rows} == set(METHODS.items())
    assert list(result["joins"]) == ["traceparent", "baggage", "conversation", "nothing"]
    (verdict,) = (each for each in result["verdicts"] if each["check"] == "retry_amplification")
    assert (verdict["status"], done.returncode) == ("UNKNOWN", 3), done.stderr
    assert "pass on traceparent" in verdict["next_step"]
    assert "by traceparent" in done.stdout
