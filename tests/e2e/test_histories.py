"""A whole drill of a chat whose history is the platform's: each way to hurt it is found, and named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from support.drills import PROFILE, a_desk, scenario, starts

pytestmark = pytest.mark.e2e
KINDS: dict[str, tuple[dict[str, Any], str]] = {
    "partial": ({"fault": "history_partial", "loses": "oldest", "count": 2}, "messages missing"),
    "stale": ({"fault": "history_stale", "behind": 2}, "at the end, as in an old version"),
    "late": ({"fault": "history_late", "reads": 1}, "there at a second look: late, not lost"),
    "duplicated": ({"fault": "history_duplicated", "each": "100%"}, "shown more than once"),
    "reordered": ({"fault": "history_reordered", "order": "reversed"}, "out of order"),
    "crossed": ({"fault": "history_crossed"}, "of another user"),
}
FORGOTTEN = {"fault": "context_damaged", "kind": "forgotten", "on": "openai.responses"}


def _journey(kind: str) -> dict[str, Any]:
    place = f"/{kind}/{{{{ conversation }}}}"
    ask = {"name": "ask", "post": place, "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}, "repeat": 2}
    return {
        "patience": "10s",
        "steps": [{"name": "begin", "post": f"/{kind}", "json": {}, "keep": {"conversation": "id"}}, ask],
        "history": {"get": place, "messages": "messages", "again": "100ms"},
    }


def _rule(journey: str, settings: dict[str, Any]) -> dict[str, Any]:
    return {"on": "openai.conversations", "when": {"header": {"x-kind": journey}}, **settings}


JOURNEYS = ("whole", "forgotten", *KINDS)
CHAT = {
    **PROFILE,
    "start": starts("kept_app", OPENAI_BASE_URL="{openai_base_url}"),
    "journeys": {kind: _journey(kind) for kind in JOURNEYS},
    "load": {"users": 2 * len(JOURNEYS), "arrive": 50, "pause": "1s"},
    "expect": [{"check": check, "journey": kind} for check in ("history_kept", "context_kept") for kind in JOURNEYS],
}


@pytest.fixture(scope="module")
def drilled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[tuple[str, str], dict[str, Any]]]:
    """The verdicts of one drill in which each journey's history is hurt in its own way, by check and journey."""
    with a_desk(tmp_path_factory.mktemp("histories")) as desk:
        desk.write("brownout.yaml", CHAT)
        rules = [_rule(kind, settings) for kind, (settings, _) in KINDS.items()]
        desk.write("short.yaml", scenario(*rules, _rule("forgotten", FORGOTTEN), lasts="8s"))
        done = desk.brownout("run", "short.yaml", "--out", "out", timeout=90)
        assert done.returncode == 1, done.stdout + done.stderr
        yield {(verdict["check"], verdict["journey"]): verdict for verdict in desk.result()["verdicts"]}


Verdicts = dict[tuple[str, str], dict[str, Any]]


def test_what_is_not_hurt_is_kept_and_known(drilled: Verdicts) -> None:
    found = [drilled[check, "whole"] for check in ("history_kept", "context_kept")]

    assert [verdict["status"] for verdict in found] == ["HELD", "HELD"]
    assert all(verdict["samples"] for verdict in found)


@pytest.mark.parametrize("kind", KINDS)
def test_a_hurt_history_is_named(drilled: Verdicts, kind: str) -> None:
    found = drilled["history_kept", kind]

    assert found["status"] == "BROKEN"
    assert KINDS[kind][1] in found["finding"]
    assert drilled["context_kept", kind]["status"] == "HELD"


def test_a_strangers_message_is_told_from_another_users(drilled: Verdicts) -> None:
    (first, *_) = drilled["history_kept", "crossed"]["evidence"]

    assert "is of nobody: made up by a fault" in first["text"]


def test_a_forgotten_conversation_is_named_and_tied_to_its_fault(drilled: Verdicts) -> None:
    found = drilled["context_kept", "forgotten"]

    assert found["status"] == "BROKEN"
    assert "did not know what had been said before" in found["finding"]
    assert "met context_damaged" in found["evidence"][0]["text"]
