"""An app profile in the making, as values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from brownout.profile import Profile
from brownout.scaffold.locate import Reply
from brownout.scaffold.request import Request
from brownout.scaffold.start import Start
from brownout.scaffold.upstream import Connect

EXPECT: tuple[dict[str, Any], ...] = (
    {"check": "success", "during": "operational", "at_least": "99%"},
    {"check": "success", "during": ["partial_outage", "major_outage"], "at_least": "80%"},
    {"check": "recovery", "within": "10s"},
    {"check": "whole_answers"},
    {"check": "no_leaks"},
    {"check": "no_hang", "within": "15s"},
)
"""What anybody may expect of a chat, to begin with."""
LOAD = {"users": 12, "arrive": 12, "surge": 1.5, "pause": "300ms"}


@dataclass(frozen=True)
class Draft:
    """What is known of an application; ``start`` is None for one that runs already, and then there is a ``url``.

    ``cwd`` is where it is started, as seen from the profile. ``seen``: ``reply`` was found in an answer of its own.
    """

    name: str
    start: Start | None
    request: Request
    url: str | None = None
    cwd: str = "."
    env: Mapping[str, str] = field(default_factory=dict)
    connect: Connect = "base_url"
    ready: str = "/"
    reply: Reply = field(default_factory=lambda: {"json": "reply"})
    seen: bool = False

    @property
    def values(self) -> dict[str, Any]:
        """The whole profile, as its file says it."""
        step = {"name": "ask", "post": self.request.path, self.request.kind: self.request.body, "reply": self.reply}
        url = {} if self.url is None else {"url": self.url}
        return {
            "name": self.name,
            "connect": self.connect,
            **self._start,
            **url,
            "journeys": {"chat": {"patience": "15s", "steps": [*self._opening, step]}},
            "load": LOAD,
            "expect": list(EXPECT),
            "margin": "20%",
        }

    @property
    def _opening(self) -> list[dict[str, Any]]:
        opening = self.request.opening
        if opening is None:
            return []
        return [{"name": "open", "post": opening.path, "json": opening.body, "keep": {opening.name: opening.place}}]

    @property
    def _start(self) -> dict[str, Any]:
        if self.start is None:
            return {}
        start = {
            "command": list(self.start.command),
            "cwd": self.cwd,
            "env": {**self.env, **self.start.env},
            "ready": self.ready,
            "timeout": f"{self.start.patience:g}s",
        }
        return {"start": {key: value for key, value in start.items() if value not in (".", {})}}

    def profile(self, file: Path) -> Profile:
        """The same as a drill takes it, as if it stood in this file."""
        profile = Profile.model_validate(self.values)
        profile._file = file
        return profile
