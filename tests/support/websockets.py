"""WebSockets over the official SDK and over raw sockets."""

from __future__ import annotations

import base64
import hashlib
import ssl
from dataclasses import dataclass
from typing import Any

import openai

from support.proxies import ProxyProcess
from support.upstreams import Handler, Received
from support.wire import Connection, connect

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = base64.b64encode(hashlib.sha1(f"{KEY}258EAFA5-E914-47DA-95CA-C5AB0DC85B11".encode()).digest()).decode()
TEXT_ONLY: Any = {"type": "realtime", "output_modalities": ["text"]}


@dataclass
class Dialled:
    """An SDK client with what it needs to open WebSockets by one way of connecting."""

    client: openai.OpenAI
    options: dict[str, Any]

    def realtime(self) -> Any:
        """A Realtime connection, to be entered."""
        return self.client.realtime.connect(model="gpt-realtime", websocket_connection_options=self.options)  # type: ignore[arg-type]

    def responses(self) -> Any:
        """A Responses connection, to be entered."""
        return self.client.responses.connect(websocket_connection_options=self.options)  # type: ignore[arg-type]


def dial(edge: ProxyProcess, way: str, **options: Any) -> Dialled:
    """A client by base URL, or intercepted."""
    if way == "base_url":
        client = openai.OpenAI(api_key="sk-test-0000", base_url=f"{edge.url}/openai/v1")
        return Dialled(client, {"proxy": None, **options})
    client = openai.OpenAI(api_key="sk-test-0000", base_url="https://api.openai.com/v1")
    context = ssl.create_default_context(cafile=edge.ca)
    # The SDK reads in one thread and writes in another; before Python 3.13 no lock keeps the two apart. TLS 1.3 sends
    # tickets behind the handshake: where one is read while the first request is written, that request is never sent.
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    return Dialled(client, {"proxy": edge.url, "ssl": context, **options})


def ask(session: Any, text: str) -> None:
    """Say something, and ask for an answer."""
    content = [{"type": "input_text", "text": text}]
    session.conversation.item.create(item={"type": "message", "role": "user", "content": content})
    session.response.create()


def hear(session: Any) -> list[Any]:
    """The events up to the end of an answer, an error, or the end of the connection."""
    events = []
    for event in session:
        events.append(event)
        if event.type in ("response.done", "response.completed", "response.failed", "error"):
            break
    return events


def said(events: list[Any]) -> str:
    """The words in these events."""
    return "".join(event.delta for event in events if event.type == "response.output_text.delta")


KEYED = "authorization: Bearer sk-test-1\r\n"


def raw_client(port: int, extra: str = KEYED) -> tuple[Connection, str, bytes]:
    """A connection after the handshake: its head, and what came behind that."""
    connection = connect(port)
    connection.sendall(
        f"GET /openai/v1/realtime?model=gpt-realtime HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\n"
        f"upgrade: websocket\r\nconnection: Upgrade\r\nsec-websocket-version: 13\r\n"
        f"sec-websocket-key: {KEY}\r\n{extra}\r\n".encode()
    )
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, _, rest = data.partition(b"\r\n\r\n")
    return connection, head.decode(), rest


def receive(connection: Any, size: int) -> bytes:
    """So many bytes, or fewer where the connection ends before."""
    data = b""
    while len(data) < size:
        more: bytes = connection.recv(size - len(data))
        if not more:
            break
        data += more
    return data


def websocket_platform(frames: list[bytes], expected: int, got: list[bytes]) -> Handler:
    """A platform that opens, sends these frames in writes of their own, reads so many bytes, and closes."""

    def handle(connection: Any, request: Received) -> None:
        connection.sendall(
            "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
            f"sec-websocket-accept: {ACCEPT}\r\n\r\n".encode()
        )
        for frame in frames:
            connection.sendall(frame)
        got.append(receive(connection, expected))
        connection.close()

    return handle
