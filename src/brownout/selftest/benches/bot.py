"""Bots on WhatsApp: messages that come twice, a model that fails, and a channel that ends."""

from __future__ import annotations

from typing import Any

from brownout.selftest.benches.base import KEY, Bench, expected, phase, scenario, starts

_BOTS = ("bot_twice", "bot_once", "bot_silent", "bot_excuses", "bot_never_tells", "bot_tells")
_TWICE = {"fault": "webhook_duplicated", "on": "whatsapp.webhooks", "when": {"model": "messages.*"}}
_OVERLOADED = {"fault": "overloaded", "on": "openai.chat", "when": {"model": "overloads"}}
_SHUT = {"fault": "channel_shut", "on": "whatsapp.webhooks"}
SETTINGS: dict[str, dict[str, Any]] = {"told_in_time": {"at_least": "50%", "min_samples": 2}}


def _profile() -> dict[str, Any]:
    ask = {"name": "ask", "whatsapp": {"text": "{{ message }}", "error": "no answer right now"}}
    journey = {"patience": "4s", "conversation": "user", "notice": "link your account", "steps": [ask]}
    env = {"WHATSAPP_BASE_URL": "{proxy_url}/whatsapp", "OPENAI_API_KEY": KEY, "BOTS": ",".join(_BOTS)}
    return {
        "name": "bot",
        "start": starts("bot", **env),
        "webhooks": {"whatsapp": {"url": "/hook", "secret": "test-app-secret", "verify_token": "test-verify-token"}},
        "journeys": dict.fromkeys(_BOTS, journey),
        "load": {"users": 2 * len(_BOTS), "arrive": 50, "pause": "500ms"},
        "expect": expected("bot", SETTINGS, ("answered_once", "no_leaks", "whole_answers")),
        "settle": "100ms",
    }


BENCH = Bench(
    "bot",
    _profile(),
    scenario(
        "bot-bad-day",
        "A channel's last days",
        phase("healthy", 1.5, "operational"),
        phase("outage", 6, "major_outage", _TWICE, _OVERLOADED),
        phase("last-days", 4, "degraded"),
        phase("over", 1, "shutdown", _SHUT),
        channels={"whatsapp": {"announced": "7500ms", "deadline": "11500ms"}},
    ),
    scenario("bot-good-day", "A channel on a good day", phase("healthy", 4, "operational")),
)
