"""The example chats as real processes, and users who talk to them."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from brownout.library.library import load_profile
from brownout.profile import Profile

EXAMPLES = Path(__file__).parents[2] / "examples"


class Platform(Protocol):
    """Whatever answers in a platform's place."""

    @property
    def url(self) -> str:
        """Where platforms' paths begin, each with the platform's name in front."""


@dataclass(frozen=True)
class Reply:
    """An answer as a user's browser gets it. ``text`` is what is on the screen in the end."""

    status: int
    text: str
    headers: httpx.Headers
    events: list[dict[str, Any]] = field(default_factory=list)
    raw: str = ""
    broken: bool = False

    @property
    def done(self) -> bool:
        """The application said that the answer is complete."""
        return bool(self.events) and "done" in self.events[-1]

    @property
    def error(self) -> str | None:
        """The error in the stream."""
        return next((event["error"] for event in self.events if "error" in event), None)


@dataclass
class User:
    """Somebody who talks to one of the chats."""

    http: httpx.Client
    log: Path

    def begin(self) -> str:
        """A new conversation's id."""
        response = self.http.post("/api/conversations", json={"user": "ada"})
        assert response.status_code == 201
        return str(response.json()["id"])

    def ask(self, conversation: str, text: str) -> Reply:
        """A question whose answer comes whole."""
        response = self.http.post(f"/api/conversations/{conversation}/messages", json={"text": text})
        return Reply(response.status_code, response.json().get("reply"), response.headers, raw=response.text)

    def stream(self, conversation: str, text: str) -> Reply:
        """A question whose answer comes in pieces."""
        body = {"text": text, "stream": True}
        raw, broken = "", False
        with self.http.stream("POST", f"/api/conversations/{conversation}/messages", json=body) as response:
            try:
                for piece in response.iter_text():
                    raw += piece
            except httpx.TransportError:
                broken = True
        kept = raw.split("\n\n") if response.headers["content-type"].startswith("text/event-stream") else []
        events = [json.loads(event.removeprefix("data: ")) for event in kept if event]
        shown = ""
        for event in events:
            shown = ("" if event.get("replace") else shown) + event.get("delta", "")
        return Reply(response.status_code, shown, response.headers, events, raw, broken)

    def history(self, conversation: str) -> list[dict[str, Any]]:
        """The conversation as stored."""
        response = self.http.get(f"/api/conversations/{conversation}/messages")
        assert response.status_code == 200
        messages: list[dict[str, Any]] = response.json()["messages"]
        return messages

    def refunds(self, conversation: str) -> list[dict[str, Any]]:
        """What an agent did for this conversation."""
        made: list[dict[str, Any]] = self.http.get(f"/api/conversations/{conversation}/refunds").json()["refunds"]
        return made


def free_port() -> int:
    """A port that nobody listens on at the moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _filled(profile: Profile, values: dict[str, str]) -> tuple[list[str], dict[str, str]]:
    def fill(text: str) -> str:
        for name, value in values.items():
            text = text.replace("{" + name + "}", value)
        return text

    assert profile.start is not None
    assert not isinstance(profile.start.command, str)
    return [fill(part) for part in profile.start.command], {k: fill(v) for k, v in profile.start.env.items()}


def _until_ready(http: httpx.Client, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()
        with contextlib.suppress(httpx.TransportError):
            if http.get("/healthz").status_code == 200:
                return
        time.sleep(0.1)
    raise AssertionError(f"not ready within 30 s: {log.read_text()}")


@contextlib.contextmanager
def running(example: str, upstream: Platform, scratch: Path, port: int | None = None, /, **env: str) -> Iterator[User]:
    """An example as its own profile starts it; ``env`` on top."""
    folder = EXAMPLES / example
    profile = load_profile(folder / "brownout.yaml")
    port, log = port or free_port(), scratch / "app.log"
    command, own = _filled(
        profile,
        {
            **{"python": sys.executable, "port": str(port), "scratch": str(scratch)},
            **{"openai_base_url": f"{upstream.url}/openai/v1", "anthropic_base_url": f"{upstream.url}/anthropic"},
            **{"whatsapp_base_url": f"{upstream.url}/whatsapp"},
        },
    )
    inherited = {name: value for name, value in os.environ.items() if "proxy" not in name.lower()}
    with (
        log.open("wb") as output,
        httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=20, trust_env=False) as http,
    ):
        process = subprocess.Popen(
            command, cwd=folder, env=inherited | own | env, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            _until_ready(http, process, log)
            yield User(http, log)
        finally:
            process.terminate()
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(5)
