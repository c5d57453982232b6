"""A user's telephone: what its owner writes on WhatsApp goes to the stand-in, and what comes back comes from there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from brownout.load.channel import ChannelDown

LONGEST = 20.0
"""Seconds that one look waits; patience may be longer, and then there is another look."""
_SLACK = 20.0


@dataclass(frozen=True)
class Heard:
    """A message that came: from the application (``bot``), the ``channel`` itself, or its assistant (``meta_ai``).

    ``answers`` is the id of the message that it quotes.
    """

    id: str
    by: str
    text: str
    answers: str | None = None


class Phone(Protocol):
    """What a user writes and reads WhatsApp with."""

    def write(self, content: Mapping[str, Any]) -> str:
        """Send a message, as the stand-in takes it; its id. Raises ChannelDown."""

    def read(self, after: str, wait: float) -> list[Heard]:
        """What came since the message with this id; where nothing did, wait so many seconds for it, or fewer.

        Raises ChannelDown.
        """


def digits(place: int, number: int) -> str:
    """The number of a journey's user, by the journey's place in the profile: no country has the code 999."""
    return f"999{place:02}{number:07}"


class Telephone:
    """A telephone on the loopback. ``standin`` is the stand-in's base URL, ``token`` what it wants to see."""

    def __init__(self, standin: str, number: str, token: str = "") -> None:
        self._headers = {"Connection": "close", "Authorization": f"Bearer {token}"}
        self._url = f"{standin.rstrip('/')}/brownout/whatsapp/users/{number}/messages"

    def write(self, content: Mapping[str, Any]) -> str:
        return str(self._ask("POST", "take a message", _SLACK, json=dict(content))["id"])

    def read(self, after: str, wait: float) -> list[Heard]:
        wait = max(0.0, min(wait, LONGEST))
        since = {"after": after, "wait": f"{wait:.3f}"}
        messages = self._ask("GET", "show what came", wait + _SLACK, params=since)["messages"]
        return [Heard(message["id"], message["by"], message["text"], message["answers"]) for message in messages]

    def _ask(self, method: str, what: str, timeout: float, **more: Any) -> Any:
        import requests  # lint knows this channel where requests is not installed

        try:
            with requests.Session() as session:
                session.trust_env = False
                answer = session.request(method, self._url, timeout=timeout, headers=self._headers, **more)
            if answer.status_code == 200:
                return answer.json()
            why = f"HTTP {answer.status_code}: {answer.text[:200]}"
        except (requests.RequestException, ValueError) as error:
            why = str(error)
        raise ChannelDown(f"the stand-in, which plays WhatsApp, did not {what}: {why}")
