"""What an outage costs beyond its answers: an application that leaks and one that does not, a chat that burns money."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from support.drills import a_desk, starts

pytestmark = [pytest.mark.e2e, pytest.mark.heavy]

RULES = [
    {"fault": "server_error", "on": "openai.chat", "share": "45%"},
    {"fault": "stream_cut", "on": "openai.chat", "share": "20%", "after": "5 events"},
]
SCENARIO = {
    "brownout": 1,
    "name": "burning",
    "title": "Some calls fail",
    "sources": [{"url": "https://status.example.com/1", "fact": "made up for a test"}],
    "timeline": [
        {"phase": "healthy", "lasts": "6s", "impact": "operational"},
        {"phase": "outage", "lasts": "10s", "impact": "partial_outage", "rules": RULES},
        {"phase": "recovered", "lasts": "4s", "impact": "operational"},
    ],
}


def _journey(path: str) -> dict[str, Any]:
    ask = {"name": "ask", "post": path, "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}}
    return {"weight": 4, "steps": [ask]}


def _profile(**env: str) -> dict[str, Any]:
    return {
        "name": "burning",
        "start": {**starts("burning_app", **env), "ready": "/healthz"},
        "journeys": {
            "thrifty": _journey("/thrifty"),
            "burning": _journey("/burning"),
            "look": {"weight": 1, "steps": [{"name": "look", "get": "/healthz"}]},
        },
        "load": {"users": 9, "arrive": 50, "pause": "400ms"},
        "expect": [
            {"check": "resources", "within": "1s", "files": 10, "threads": 5, "cpu_at_rest": "50%"},
            {"check": "cost", "at_most": "1.3x", "journey": "thrifty"},
            {"check": "cost", "at_most": "1.3x", "journey": "burning"},
        ],
        "settle": "3500ms",
    }


@dataclass(frozen=True)
class Played:
    """A drill that is over: its verdicts by check and journey, its rows of what the application held, its output."""

    verdicts: dict[tuple[str, str | None], dict[str, Any]]
    vitals: list[dict[str, Any]]
    output: str


def _play(folder: Path, **env: str) -> Played:
    with a_desk(folder) as desk:
        desk.write("brownout.yaml", _profile(**env))
        done = desk.brownout("run", desk.write("burning.yaml", SCENARIO), "--out", "out", timeout=110)
        assert (desk.out / "report.html").is_file(), done.stdout + done.stderr
        verdicts = {(verdict["check"], verdict["journey"]): verdict for verdict in desk.result()["verdicts"]}
        return Played(verdicts, desk.rows("vitals"), done.stdout + done.stderr)


@pytest.fixture(scope="module")
def leaking(tmp_path_factory: pytest.TempPathFactory) -> Played:
    """A drill of the application that leaves things behind."""
    return _play(tmp_path_factory.mktemp("leaking"), LEAK="1")


def test_what_is_left_behind_is_told_with_how_much_it_was(leaking: Played) -> None:
    verdict = leaking.verdicts["resources", None]

    assert verdict["status"] == "BROKEN", leaking.output
    assert "MB of memory where it had been" in verdict["finding"]
    assert "sockets where it had been" in verdict["finding"]
    assert "most of it in outage" in verdict["finding"]
    assert "thread" not in verdict["finding"]
    assert [evidence["row"]["kind"] for evidence in verdict["evidence"]] == ["vitals"] * 3


def test_who_asks_five_times_at_once_pays_for_it_and_who_asks_once_more_does_not(leaking: Played) -> None:
    burning, thrifty = leaking.verdicts["cost", "burning"], leaking.verdicts["cost", "thrifty"]

    assert (burning["status"], thrifty["status"]) == ("BROKEN", "HELD"), leaking.output
    assert "x duplicates" in burning["finding"] or "x retries" in burning["finding"]
    assert "list prices" in thrifty["finding"]


def test_without_a_leak_the_same_outage_leaves_nothing_behind(tmp_path: Path) -> None:
    played = _play(tmp_path)
    verdict = played.verdicts["resources", None]

    assert verdict["status"] == "HELD", played.output
    assert "bystanders waited" in verdict["measured"]
    assert "of a processor at rest" in verdict["measured"]
    assert len(played.vitals) >= 15
