"""Tools that the platform calls twice: a second refund where the ledger takes everything, none where it does not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from support.drills import a_desk, scenario

TESTS = Path(__file__).parents[1]
APP = TESTS / "support" / "tool_app.py"
RULE = {"fault": "webhook_duplicated", "on": "openai.mcp", "when": {"model": "tools/call *"}}


def journey(kind: str) -> dict[str, Any]:
    step = {"name": "ask", "post": f"/{kind}", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    return {"patience": "8s", "steps": [step], "effects": {"get": f"/{kind}/refunds", "items": "refunds"}}


def test_a_tool_called_twice_is_a_second_effect_unless_the_ledger_knows_it(tmp_path: Path) -> None:
    kinds = ("careless", "careful")
    profile: dict[str, Any] = {
        "name": "shop",
        "settle": "500ms",
        "connect": "base_url",
        "start": {
            "command": ["{python}", str(APP), "{port}"],
            "env": {"OPENAI_BASE_URL": "{openai_base_url}", "PYTHONPATH": str(TESTS)},
            "timeout": "60s",
        },
        "journeys": {kind: journey(kind) for kind in kinds},
        "load": {"users": 4, "arrive": 50, "pause": "100ms"},
        "expect": [{"check": "no_duplicate_effects", "journey": kind} for kind in kinds],
    }
    with a_desk(tmp_path, **profile) as desk:
        desk.write("short.yaml", scenario(RULE, lasts="5s"))
        done = desk.brownout("run", "short.yaml", "--app", "brownout.yaml", "--out", "out", timeout=120)

        assert done.returncode == 1, done.stdout + done.stderr
        found = [one["status"] for one in desk.result()["verdicts"] if one["check"] == "no_duplicate_effects"]
        assert found == ["BROKEN", "HELD"]
        calls = [row for row in desk.rows("exchange") if (row["model"] or "").startswith("tools/call")]
        assert calls
        assert all((row["events"], row["canary"] is not None) == (2, True) for row in calls if row["rule"])
