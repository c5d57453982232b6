"""What can be set from the environment. Durations are seconds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Limits that the service promises to keep."""

    database: str
    model: str
    deadline: float
    """From a user's message to its answer or apology."""
    call: float
    """One call to the platform."""
    attempts: int
    """Calls for one step of a turn."""
    steps: int
    """Steps of one turn: how often tools may be used before there has to be an answer."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Raises ValueError where a number is none."""
        return cls(
            database=env.get("DATABASE", "agent.db"),
            model=env.get("OPENAI_MODEL", "gpt-4o-mini"),
            deadline=float(env.get("AGENT_DEADLINE", "7")),
            call=float(env.get("AGENT_CALL", "2.5")),
            attempts=int(env.get("AGENT_ATTEMPTS", "3")),
            steps=int(env.get("AGENT_STEPS", "4")),
        )
