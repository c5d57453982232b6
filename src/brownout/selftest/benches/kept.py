"""Chats that keep conversations: ways to lose a history, and to tell a failure badly."""

from __future__ import annotations

from typing import Any

from brownout.selftest.benches.base import KEY, Bench, phase, scenario, starts
from brownout.selftest.defects import DEFECTS

MANNERS = ("no_leaks", "whole_answers")
"""Checks that none of these defects breaks."""
LOOKS = ("history_kept", "context_kept", "export_complete")
TELLS = ("honest_errors", "blame", "no_futile_retries")
"""Checks that are broken where a failure is told badly, or repeated in vain."""
STURDY, GUARDED, KEYED, REFUSES = "sturdy", "guarded", "keyed", "refuses"
"""Without a defect; with a guard; the twin of ``twice``, which knows a message again by its key; and the twin of
``unkept``, which refuses, and keeps the question all the same."""
_MINE = [defect for defect in DEFECTS.values() if defect.bench == "kept"]
CHATS = (STURDY, KEYED, REFUSES, *(defect.name for defect in _MINE if defect.check in LOOKS))
"""Those that keep conversations, each a journey of its own."""
TELLERS = (STURDY, GUARDED, *(defect.name for defect in _MINE if defect.check in TELLS))
"""Those that are asked how they tell failures: one without a defect, one with a guard and no defect, and the others."""
USERS = 2
"""In each chat: one alone would have nobody to get something of."""
SMALL = {"model": "gpt-4o-mini"}
FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "overloaded", "on": "openai.chat", "when": {"model": "gpt-4o"}},
    {"fault": "server_error", "on": "openai.chat", "when": SMALL, "share": "20%"},
    {"fault": "stream_cut", "on": "openai.chat", "when": SMALL, "share": "40%", "after": "20 events"},
    {"fault": "model_retired", "on": "openai.chat", "when": {"model": "gpt-3.5-turbo"}},
    {"fault": "hang", "on": "openai.chat", "when": {"model": "gpt-4.1"}, "first": 1},
)


def _journey(below: str) -> dict[str, Any]:
    place = f"{below}/conversations/{{{{ conversation }}}}"
    ask = {"post": place, "json": {"text": "{{ message }}"}, "reply": {"json": "reply", "error": "error"}}
    user = {"user": "user-{{ user }}"}
    return {
        "patience": "15s",
        "steps": [
            {"name": "begin", "post": f"{below}/conversations", "json": user, "keep": {"conversation": "id"}},
            {"name": "ask", **ask},
            {"name": "open", "get": place},
            {"name": "go on", **ask, "repeat": 3, "think": "150ms"},
        ],
        "history": {"get": place, "messages": "messages"},
        "export": {"get": f"{place}/export", "messages": "messages"},
    }


def _look(check: str, chat: str) -> dict[str, Any]:
    """What is asked of a chat: of two of them, that what they refused is kept as well."""
    keeps = {"keeps": "said"} if check == "history_kept" and chat in (REFUSES, "unkept") else {}
    return {"check": check, "journey": chat, **keeps}


def _sends_again(below: str, patience: str) -> dict[str, Any]:
    """Two turns of a user who hears nothing for so long, and sends each again with the same key."""
    journey = _journey(below)
    begin, ask, *_ = journey["steps"]
    retry = {"times": 3, "after": "200ms", "on": ["hung"]}
    steps = [begin, {**ask, "headers": {"Idempotency-Key": "{{ key }}"}, "retry": retry, "repeat": 2}]
    return {**journey, "patience": patience, "steps": steps}


def _asking(below: str) -> dict[str, Any]:
    """The journey of those who only ask, and slowly: a few answers show how failures are told."""
    begin, ask, *_ = _journey(below)["steps"]
    return {"patience": "15s", "steps": [begin, {**ask, "think": "1500ms"}]}


def _profile(patience: str) -> dict[str, Any]:
    """All chats side by side; ``patience`` is that of users who send again."""
    journeys = {chat: _journey(f"/{chat}") for chat in CHATS}
    journeys |= {chat: _sends_again(f"/{chat}", patience) for chat in (KEYED, "twice")}
    journeys |= {chat: _asking(f"/{chat}") for chat in TELLERS if chat not in CHATS}
    return {
        "name": "kept",
        "start": starts("kept", OPENAI_API_KEY=KEY, PLANTED=",".join(journeys), SCRATCH="{scratch}"),
        "journeys": journeys,
        "load": {"users": USERS * len(journeys), "arrive": 50, "pause": "700ms"},
        "expect": [
            *(_look(check, chat) for check in (*MANNERS, *LOOKS) for chat in CHATS),
            *({"check": check, "journey": chat} for check in TELLS for chat in TELLERS),
        ],
        "settle": "100ms",
    }


BENCH = Bench(
    "kept",
    _profile("3s"),
    scenario(
        "kept-bad-day",
        "Conversations on a bad day",
        phase("outage", 12, "major_outage", *FAULTS),
    ),
    scenario("kept-good-day", "Conversations on a good day", phase("healthy", 4, "operational")),
    _profile("15s"),
)
