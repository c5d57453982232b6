"""Steps over Socket.IO, by python-socketio (https://python-socketio.readthedocs.io)."""

from __future__ import annotations

import contextlib
import json
import queue
import re
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from brownout.load import messages
from brownout.load.channel import Keys
from brownout.load.messages import Lost, MessageChannel, MessageLine, Refused, Spoken, Unreachable, Wire
from brownout.load.scene import Part, Scene
from brownout.load.templates import render
from brownout.orders import LoadOrders
from brownout.profile import SocketIO, Step

_STATUS = re.compile(r"[Uu]nexpected status code (\d{3})")
_NOBODY = ("refused", "NewConnectionError", "NameResolutionError")


def _socket_of(step: Step) -> SocketIO:
    assert step.socketio is not None
    return step.socketio


class SocketIOChannel(MessageChannel):
    """Events over Socket.IO; each that comes is read as ``{event: NAME, data: VALUE}``."""

    kind = "socketio"

    def templates(self, step: Step) -> Iterator[tuple[Keys, Any]]:
        """Where to, what is said when connecting and then, and the headers of the handshake."""
        socket = _socket_of(step)
        for key in ("connect", "auth", "emit", "send"):
            yield ("socketio", key), getattr(socket, key)
        yield ("headers",), step.headers

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        """An expression that cannot be read, and a reply that is of something else."""
        return messages.flaws(step, "socketio", {"done": _socket_of(step).done})

    def lack(self, orders: LoadOrders) -> str | None:
        return messages.lack("socketio python-socketio", "Socket.IO")

    def open(self, part: Part, number: int, orders: LoadOrders) -> MessageLine:
        """A line that connects with the first step."""
        return MessageLine(_fill_in, _connect)


def _fill_in(scene: Scene, step: Step, names: Mapping[str, Any]) -> Spoken:
    socket = _socket_of(step)
    url = messages.address_of(scene, socket.connect, names)
    headers = messages.with_cookies(scene, url, render(step.headers, names))
    event = None if socket.emit is None else (str(render(socket.emit, names)), render(socket.send, names))
    return Spoken(url, event, headers, done=socket.done, auth=render(socket.auth, names))


class _SocketIOWire:
    """A client of python-socketio, with what came to it in a queue: its own threads put it there."""

    def __init__(self, spoken: Spoken, socket: SocketIO, within: float) -> None:
        import socketio

        from brownout.load.browser import Session

        self._session = Session()
        self._came: queue.SimpleQueue[str | Lost] = queue.SimpleQueue()
        self._namespace = socket.namespace
        options: dict[str, Any] = {
            "reconnection": False,
            "handle_sigint": False,
            "request_timeout": within,
            "ssl_verify": False,
            "websocket_extra_options": {"redirect_limit": 0},
        }
        self._client = socketio.Client(**options, http_session=self._session)
        self._keep_in_order()
        self._client.on("*", self._take, namespace=socket.namespace)
        self._client.on("disconnect", self._end, namespace=socket.namespace)
        until = time.monotonic() + within
        try:
            self._client.connect(
                spoken.url,
                headers=dict(spoken.headers),
                auth=spoken.auth,
                namespaces=[socket.namespace],
                socketio_path=socket.path.strip("/"),
                wait_timeout=within,
            )
        except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
            self.close()
            if time.monotonic() >= until:
                raise TimeoutError from None
            raise _in_our_words(str(error)) from None

    def _keep_in_order(self) -> None:
        """Have messages handled one after the other: the library gives each a thread, and threads overtake."""
        engine = self._client.eio
        start = engine.start_background_task

        def in_order(target: Any, *arguments: Any, **named: Any) -> Any:
            if target != engine.handlers.get("message"):
                return start(target, *arguments, **named)
            try:
                return target(*arguments, **named)
            except Exception as error:  # else it would end what reads, and the user would wait in vain
                self._came.put(Lost(f"a message that is no Socket.IO: {error}"))

        engine.start_background_task = in_order

    def _take(self, event: str, *data: Any) -> None:
        value = data[0] if len(data) == 1 else list(data) or None
        self._came.put(json.dumps({"event": event, "data": value}, ensure_ascii=False, default=repr))

    def _end(self, reason: str = "") -> None:
        self._came.put(Lost(f"the server ended the Socket.IO connection ({reason})".replace(" ()", "")))

    def say(self, what: Any) -> None:
        """As ``Wire``: an event and its data. What the server acknowledges comes as the event ``ack``."""
        import socketio

        event, data = what
        try:
            self._client.emit(event, data, namespace=self._namespace, callback=lambda *data: self._take("ack", *data))
        except (socketio.exceptions.SocketIOError, OSError, ValueError) as error:
            raise Lost(f"the Socket.IO connection broke: {error}") from None

    def hear(self, within: float) -> str:
        try:
            came = self._came.get(timeout=within)
        except queue.Empty:
            raise TimeoutError from None
        if isinstance(came, Lost):
            raise came
        return came

    def close(self) -> None:
        """As ``Wire``. The library waits for the server's word, and the user need not."""
        threading.Thread(target=self._leave, daemon=True).start()

    def _leave(self) -> None:
        with contextlib.suppress(Exception):
            self._client.disconnect()
        self._session.close()


def _in_our_words(why: str) -> Lost:
    """Why there is no connection, of what the library says."""
    if (status := _STATUS.search(why)) is not None:
        return Refused(int(status[1]), {}, why.encode())
    if any(word in why for word in _NOBODY):
        return Unreachable(f"no connection: {why[:200]}")
    return Lost(f"no Socket.IO connection: {why[:200]}")


def _connect(step: Step, spoken: Spoken, within: float) -> Wire:
    return _SocketIOWire(spoken, _socket_of(step), within)
