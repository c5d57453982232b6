"""The example bots between WhatsApp and a platform that fail on demand: the real stand-in behind the real proxy."""

from __future__ import annotations

import base64
import contextlib
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import httpx

from brownout.calls import canary
from brownout.dialects.whatsapp import webhooks
from brownout.dialects.whatsapp.webhooks import Number
from support.chat_app import EXAMPLES, free_port, running
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.standins import running_standin

SECRET, TOKEN = "test-app-secret", "test-verify-token"
MEDIA = EXAMPLES / "whatsapp_bot"
DAY = date(2026, 1, 15)


def mark(text: str) -> str:
    """A question with a canary of its own, by which answers show what they remember."""
    return f"Reference {canary.make(1, text, 0, 0, 0)}. {text}"


@dataclass
class Bots:
    """A bot, the people who write to it, and the proxy between it and the platforms."""

    http: httpx.Client
    standin: httpx.Client
    proxy: ProxyProcess
    log: Path
    database: Path

    def says(self, phone: str, **said: Any) -> str:
        """Somebody writes on WhatsApp; the message's id."""
        answer = self.standin.post(f"/brownout/whatsapp/users/{phone}/messages", json=said)
        assert answer.status_code == 200, answer.text
        return str(answer.json()["id"])

    def shows(self, phone: str, caption: str) -> str:
        """Somebody sends a picture."""
        picture = base64.b64encode((MEDIA / "photo.jpg").read_bytes()).decode()
        return self.says(phone, image=picture, caption=caption)

    def speaks(self, phone: str) -> str:
        """Somebody sends a voice message."""
        return self.says(phone, voice=base64.b64encode((MEDIA / "voice.ogg").read_bytes()).decode())

    def heard(self, phone: str) -> list[dict[str, Any]]:
        """What somebody got."""
        messages: list[dict[str, Any]] = self.standin.get(f"/brownout/whatsapp/users/{phone}/messages").json()[
            "messages"
        ]
        return messages

    def answers(self, phone: str, count: int = 1) -> list[str]:
        """Wait until somebody has got so many messages; their texts."""
        found = wait_until(lambda: found if len(found := self.heard(phone)) >= count else None)
        return [message["text"] for message in found]

    def hook(self, body: bytes, secret: str = SECRET, **options: Any) -> httpx.Response:
        """Something that WhatsApp sends, by our own hand."""
        return self.http.post("/webhook", content=body, headers=dict(webhooks.headers(secret, body)), **options)

    def text(self, phone: str, words: str, id: str) -> bytes:
        """The webhook that says: somebody wrote this."""
        whole = hashlib.blake2b(id.encode(), digest_size=16).hexdigest()
        return webhooks.received(Number(), phone, "Ada", whole, 1_768_000_000, webhooks.text(words))

    def announce(self, day: date = DAY) -> httpx.Response:
        """WhatsApp says that the account will be disabled."""
        return self.hook(webhooks.account_update("SCHEDULE_FOR_DISABLE", day, 1_768_000_000))

    def ask(self, account: str, words: str) -> httpx.Response:
        """Somebody asks on the web."""
        return self.http.post("/api/messages", json={"account": account, "text": words})

    def history(self, account: str, path: str = "messages") -> list[dict[str, str]]:
        """The conversation as shown, or (``export``) as taken away."""
        answer = self.http.get(f"/api/{path}", params={"account": account})
        assert answer.status_code == 200, answer.text
        messages: list[dict[str, str]] = answer.json()["messages"]
        return messages

    def calls(self, service: str, since: int = 0) -> list[dict[str, Any]]:
        """The journal's rows of calls to a service."""
        return [row for row in self.proxy.rows()[since:] if row["service"] == service]


@contextlib.contextmanager
def bot(example: str, folder: Path, **env: str) -> Iterator[Bots]:
    """A bot as its profile starts it, with everything around it."""
    port = free_port()
    receiver = {"url": f"http://127.0.0.1:{port}/webhook", "secret": SECRET, "verify_token": TOKEN}
    with (
        running_standin(folder / "stand-in", webhooks={"whatsapp": receiver}) as upstream,
        running_proxy(folder / "proxy", upstream) as proxy,
        httpx.Client(base_url=upstream, timeout=20, trust_env=False) as standin,
        running(example, proxy, folder, port, **env) as user,
    ):
        yield Bots(user.http, standin, proxy, user.log, folder / "bot.db")


def rule(fault: str, on: str = "openai.responses", **keys: Any) -> dict[str, Any]:
    """On every answer that is asked for."""
    return {"fault": fault, "on": on, **keys}
