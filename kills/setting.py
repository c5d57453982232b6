"""What is drilled: three seconds of a platform that fails and comes back, and two opinions on the same application."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, Literal

Opinion = Literal["patient", "strict"]
APP: Final = Path(__file__).with_name("app.py")
SETTLE: Final = 0.3
HEALTHY, OUTAGE, RECOVERED = 1.2, 0.9, 0.9
END: Final = HEALTHY + OUTAGE + RECOVERED
"""When the timeline is over, in seconds from its start."""
FEW: Final = 3
"""So many questions are enough to judge a share."""
USUAL: Final[dict[Opinion, int]] = {"patient": 0, "strict": 1}
"""The exit code of a drill in which nobody is killed: who asks for nothing in the outage gets it."""
_HOOKS: Final = {
    "openai": {"url": "/hook", "secret": "whsec_MDAwMDAwMDAwMDAwMDAwMDAwMDAwMDAw"},
    "whatsapp": {"url": "/whatsapp", "secret": "app-secret", "verify_token": "verify-token"},
}


def scenario() -> dict[str, Any]:
    """Healthy, an outage of all answers, recovered; in real time."""
    rules = [{"fault": "server_error", "on": "openai.responses"}]
    return {
        "brownout": 1,
        "name": "kills",
        "title": "A short outage, in which something of ours is killed",
        "sources": [{"url": "https://status.example.com/1", "fact": "made up for a test"}],
        "timeline": [
            {"phase": "healthy", "lasts": f"{HEALTHY}s", "impact": "operational"},
            {"phase": "outage", "lasts": f"{OUTAGE}s", "impact": "major_outage", "rules": rules},
            {"phase": "recovered", "lasts": f"{RECOVERED}s", "impact": "operational"},
        ],
    }


def profile(opinion: Opinion) -> dict[str, Any]:
    """The application, what its users do, and what is expected; more of it with the strict opinion."""
    ask = {"name": "ask", "json": {"text": "{{ message }}"}, "reply": {"json": "reply"}, "repeat": 2}
    place = "/chats/{{ chat }}"
    order = {"name": "order", "post": "/reports", "json": {"text": "{{ message }}"}}
    write = {"name": "write", "whatsapp": {"text": "{{ message }}"}}
    success = {"check": "success", "min_samples": FEW, "confidence": "50%", "margin": "50%"}
    expect = [
        {**success, "at_least": "80%", "during": "operational", "journey": "chat"},
        {"check": "no_hang", "within": "10s"},
        {"check": "history_kept"},
        {"check": "answered_once"},
    ]
    strict = [{**success, "at_least": "90%", "during": "major_outage", "journey": "chat"}]
    return {
        "name": opinion,
        "start": {
            "command": ["{python}", str(APP), "{port}"],
            "env": {"WHATSAPP_BASE_URL": "{proxy_url}/whatsapp"},
        },
        "webhooks": _HOOKS,
        "journeys": {
            "chat": {
                "weight": 3,
                "patience": "10s",
                "steps": [
                    {"name": "begin", "post": "/chats", "json": {}, "keep": {"chat": "id"}},
                    {**ask, "post": place},
                ],
                "history": {"get": place, "messages": "messages"},
            },
            "whatsapp": {"weight": 2, "patience": "10s", "steps": [{**write, "repeat": 2}]},
            "report": {"patience": "10s", "steps": [order]},
        },
        "load": {"users": 10, "arrive": 50, "pause": "50ms"},
        "expect": expect + (strict if opinion == "strict" else []),
        "settle": f"{SETTLE}s",
    }
