"""What can be set from the environment. Durations are seconds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Limits that the service promises to keep."""

    database: str
    openai_model: str
    anthropic_model: str
    deadline: float
    """From a user's message to the end of its answer, whatever happens."""
    first_token: float
    """One attempt at a streamed answer: to its first piece of text."""
    between_tokens: float
    """One attempt at a streamed answer: from one piece to the next."""
    whole_answer: float
    """One attempt at an answer that is not streamed."""
    attempts: int
    """At most so many calls to one provider for one message."""
    breaker_failures: int
    """So many failures in a row open a provider's circuit breaker ..."""
    breaker_rest: float
    """... for so long."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Raises ValueError where a number is none."""
        return cls(
            database=env.get("DATABASE", "chat.db"),
            openai_model=env.get("OPENAI_MODEL", "gpt-4o-mini"),
            anthropic_model=env.get("ANTHROPIC_MODEL", "claude-haiku-4-5"),
            deadline=float(env.get("CHAT_DEADLINE", "8")),
            first_token=float(env.get("CHAT_FIRST_TOKEN", "1.8")),
            between_tokens=float(env.get("CHAT_BETWEEN_TOKENS", "1.5")),
            whole_answer=float(env.get("CHAT_WHOLE_ANSWER", "3")),
            attempts=int(env.get("CHAT_ATTEMPTS", "2")),
            breaker_failures=int(env.get("CHAT_BREAKER_FAILURES", "5")),
            breaker_rest=float(env.get("CHAT_BREAKER_REST", "2")),
        )
