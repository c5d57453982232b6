"""What can be set from the environment. Durations are seconds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Keys, and the limits that the service promises to keep."""

    database: str
    model: str
    ear: str
    """The model that voice messages are transcribed by."""
    deadline: float
    """From the moment that a message's turn comes to its answer or apology."""
    call: float
    """One call to the platform, or to WhatsApp."""
    attempts: int
    """Calls for one answer."""
    sends: int
    """Attempts to send one message."""
    probe: float
    """Where WhatsApp refuses the token: one message is tried again after so long."""
    phone_id: str
    token: str
    app_secret: str
    verify_token: str
    whatsapp: str | None
    """Where WhatsApp's API is, if it is not where it always is."""

    @classmethod
    def from_env(cls, env: Mapping[str, str] = os.environ) -> Settings:
        """Raises KeyError where WhatsApp's keys are missing, and ValueError where a number is none."""
        return cls(
            database=env.get("DATABASE", "bot.db"),
            model=env.get("OPENAI_MODEL", "gpt-4o-mini"),
            ear=env.get("OPENAI_TRANSCRIBE_MODEL", "gpt-4o-mini-transcribe"),
            deadline=float(env.get("BOT_DEADLINE", "7")),
            call=float(env.get("BOT_CALL", "3")),
            attempts=int(env.get("BOT_ATTEMPTS", "3")),
            sends=int(env.get("BOT_SENDS", "8")),
            probe=float(env.get("BOT_PROBE", "60")),
            phone_id=env["WHATSAPP_PHONE_ID"],
            token=env["WHATSAPP_TOKEN"],
            app_secret=env["WHATSAPP_APP_SECRET"],
            verify_token=env["WHATSAPP_VERIFY_TOKEN"],
            whatsapp=env.get("WHATSAPP_BASE_URL"),
        )
