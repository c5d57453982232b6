"""Chats with a bug planted in each: what a bug breaks, and the scenarios that bring it out, or do not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from support.drills import PROFILE, starts

MANNERS = ("no_leaks", "whole_answers")
"""Checks that no bug breaks."""
LOOKS = ("history_kept", "context_kept", "export_complete")
"""Checks that bugs break."""
TELLS = ("honest_errors", "blame", "no_futile_retries")
"""Checks that are broken where a failure is told badly, or repeated in vain."""


@dataclass(frozen=True)
class Planted:
    """A bug of ``planted_app``: what goes wrong, which check names it, in which words, and what else it breaks."""

    mistake: str
    check: str
    words: str
    damage: str
    """The field of the evidence's row that lists the messages concerned."""
    also: tuple[str, ...] = ()

    @property
    def breaks(self) -> set[str]:
        """All checks that it breaks."""
        return {self.check, *self.also}


BUGS = {
    "lost": Planted(
        "a message is stored together with its answer, so one without an answer is not stored",
        "history_kept",
        "none had been answered",
        "missing",
        also=("export_complete",),
    ),
    "duplicated": Planted(
        "a retry repeats the whole turn, and stores the message again",
        "history_kept",
        "shown more than once",
        "duplicated",
        also=("export_complete",),
    ),
    "reordered": Planted(
        "messages are sorted by when they last changed, and an answer that comes later changes its question",
        "history_kept",
        "out of order",
        "reordered",
        also=("export_complete",),
    ),
    "leaked": Planted(
        "a connection whose answer broke off is used for the next user, with that answer's beginning still in it",
        "history_kept",
        "of another user",
        "foreign",
        also=("context_kept", "export_complete"),
    ),
    "trimmed": Planted(
        "the fallback gets the last question only, without a summary of what came before",
        "context_kept",
        "did not know what had been said before in their conversation",
        "forgotten",
    ),
    "stale": Planted(
        "a page that cannot be made is answered from the cache, as if that were all",
        "history_kept",
        "at the end, as in an old version",
        "missing",
    ),
    "export": Planted(
        "a page of the export that is not full is taken for the last one",
        "export_complete",
        "It misses the end of conversations.",
        "missing",
    ),
    "twice": Planted(
        "a message that its user sends again, because nothing came back, is stored again",
        "history_kept",
        "shown more than once",
        "duplicated",
        also=("export_complete",),
    ),
}
TOLD = {
    "empty_success": ("honest_errors", "with nothing in a success"),
    "error_in_200": ("honest_errors", "with an excuse in the place of the answer"),
    "wrong_status": ("honest_errors", "HTTP 500 for an outage"),
    "blames_user": ("blame", "HTTP 400 for the platform's failure"),
    "futile_retry": ("no_futile_retries", "sent again"),
}
"""Chats that tell a failure badly or repeat it in vain: the check that it breaks, and what that measures."""
STURDY, GUARDED, KEYED = "sturdy", "guarded", "keyed"
"""Without a bug; with a guard; and the twin of ``twice``, which knows a message again by its key."""
CHATS = (STURDY, KEYED, *BUGS)
"""Those that keep conversations, each a journey of its own."""
TELLERS = (STURDY, GUARDED, *TOLD)
"""Those that are asked how they tell failures: one without a bug, one that has a guard and no bug, and the others."""
SEED = 3
"""With this one each bug shows in the first conversations already, however few follow on a slow machine."""
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


def profile(patience: str = "15s") -> dict[str, Any]:
    """A chat without a bug, and one with each, side by side; ``patience`` is that of users who send again."""
    journeys = {chat: _journey(f"/{chat}") for chat in CHATS}
    journeys |= {chat: _sends_again(f"/{chat}", patience) for chat in (KEYED, "twice")}
    journeys |= {chat: _asking(f"/{chat}") for chat in TELLERS if chat not in CHATS}
    env = {"OPENAI_API_KEY": "sk-test-0000", "PLANTED": ",".join(journeys), "SCRATCH": "{scratch}"}
    return {
        **PROFILE,
        "name": "planted",
        "start": {**starts("planted_app", **env), "ready": "/healthz"},
        "journeys": journeys,
        "load": {"users": USERS * len(journeys), "arrive": 50, "pause": "700ms"},
        "expect": [
            *({"check": check, "journey": chat} for check in (*MANNERS, *LOOKS) for chat in CHATS),
            *({"check": check, "journey": chat} for check in TELLS for chat in TELLERS),
        ],
    }


def _scenario(name: str, title: str, *phases: dict[str, Any]) -> dict[str, Any]:
    source = {"url": "https://status.example.com/1", "fact": "made up for a test"}
    head = {"brownout": 1, "name": name, "title": title, "sources": [source], "seed": SEED}
    return {**head, "timeline": list(phases)}


BAD_DAY = _scenario(
    "bad-day",
    "A bad day",
    {"phase": "outage", "lasts": "10s", "impact": "major_outage", "rules": list(FAULTS)},
    {"phase": "recovered", "lasts": "1s", "impact": "operational"},
)
GOOD_DAY = _scenario("good-day", "A good day", {"phase": "healthy", "lasts": "4s", "impact": "operational"})
