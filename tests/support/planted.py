"""Drills of a chat with a bug planted in it: what each bug breaks, and the scenarios that bring it out, or do not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from support.drills import PROFILE, Desk, starts

LOOKS = ("history_kept", "context_kept", "export_complete")


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
}
STURDY = "sturdy"
SEED = 1788
"""With this one each bug has several occasions among the first questions of ten users."""
SMALL = {"model": "gpt-4o-mini"}
FAULTS: tuple[dict[str, Any], ...] = (
    {"fault": "overloaded", "on": "openai.chat", "when": {"model": "gpt-4o"}},
    {"fault": "server_error", "on": "openai.chat", "when": SMALL, "share": "35%"},
    {"fault": "stream_cut", "on": "openai.chat", "when": SMALL, "share": "25%", "after": "20 events"},
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
            {"name": "go on", **ask, "repeat": 3},
        ],
        "history": {"get": place, "messages": "messages"},
        "export": {"get": f"{place}/export", "messages": "messages"},
    }


def profile(*bugs: str, users: int) -> dict[str, Any]:
    """A chat with one bug, or with none; of several bugs, a journey through the chat with each."""
    journeys = {bug: _journey(f"/{bug}") for bug in bugs} if len(bugs) > 1 else {"chat": _journey("")}
    looks: Sequence[dict[str, Any]] = [
        {"check": check, **({"journey": journey} if len(bugs) > 1 else {})} for check in LOOKS for journey in journeys
    ]
    env = {"OPENAI_API_KEY": "sk-test-0000", "PLANTED": ",".join(bugs), "SCRATCH": "{scratch}"}
    return {
        **PROFILE,
        "name": "planted",
        "start": {**starts("planted_app", **env), "ready": "/healthz"},
        "journeys": journeys,
        "load": {"users": users, "arrive": 50, "pause": "50ms"},
        "expect": [
            {"check": "success", "at_least": "95%", "during": "operational", "min_samples": 5},
            {"check": "no_leaks"},
            {"check": "whole_answers"},
            *looks,
        ],
    }


def _scenario(name: str, title: str, *phases: dict[str, Any]) -> dict[str, Any]:
    source = {"url": "https://status.example.com/1", "fact": "made up for a test"}
    head = {"brownout": 1, "name": name, "title": title, "sources": [source], "seed": SEED}
    return {**head, "timeline": list(phases)}


# What is asked just before the outage may meet it: the phase between is neither a good day nor a bad one.
BAD_DAY = _scenario(
    "bad-day",
    "A bad day",
    {"phase": "healthy", "lasts": "500ms", "impact": "operational"},
    {"phase": "brewing", "lasts": "2s", "impact": "degraded"},
    {"phase": "outage", "lasts": "4s", "impact": "major_outage", "rules": list(FAULTS)},
    {"phase": "recovered", "lasts": "1500ms", "impact": "operational"},
)
GOOD_DAY = _scenario("good-day", "A good day", {"phase": "healthy", "lasts": "6s", "impact": "operational"})


def write(desk: Desk, *bugs: str, users: int = 10) -> None:
    """Profile and scenarios in the desk's folder."""
    desk.write("brownout.yaml", profile(*bugs, users=users))
    desk.write("bad-day.yaml", BAD_DAY)
    desk.write("good-day.yaml", GOOD_DAY)
