"""Steps over a WebSocket, by websocket-client (https://websocket-client.readthedocs.io)."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from brownout.load import messages
from brownout.load.channel import Keys
from brownout.load.messages import Lost, MessageChannel, MessageLine, Refused, Spoken, Unreachable, Wire
from brownout.load.scene import Part, Scene
from brownout.load.templates import render
from brownout.orders import LoadOrders
from brownout.profile import Step, WebSocket

_SCHEMES = {"http": "ws", "https": "wss"}


def _socket_of(step: Step) -> WebSocket:
    assert step.websocket is not None
    return step.websocket


class WebSocketChannel(MessageChannel):
    """Messages over a WebSocket of the application's."""

    kind = "websocket"

    def templates(self, step: Step) -> Iterator[tuple[Keys, Any]]:
        """Where to, what is said, and the headers of the handshake."""
        socket = _socket_of(step)
        yield ("websocket", "connect"), socket.connect
        yield ("websocket", "send"), socket.send
        yield ("websocket", "first"), list(socket.first)
        yield ("headers",), step.headers

    def flaws(self, step: Step, folder: Path) -> Iterator[tuple[Keys, str]]:
        """Expressions that cannot be read, and a reply that is of something else."""
        socket = _socket_of(step)
        return messages.flaws(step, "websocket", {"ready": socket.ready, "done": socket.done})

    def lack(self, orders: LoadOrders) -> str | None:
        return messages.lack("websocket websocket-client", "a WebSocket")

    def open(self, part: Part, number: int, orders: LoadOrders) -> MessageLine:
        """A line that connects with the first step."""
        return MessageLine(_fill_in, _connect)


def _fill_in(scene: Scene, step: Step, names: Mapping[str, Any]) -> Spoken:
    socket = _socket_of(step)
    url = messages.address_of(scene, socket.connect, names)
    headers = messages.with_cookies(scene, url, render(step.headers, names))
    first = tuple(render(list(socket.first), names))
    return Spoken(url, render(socket.send, names), headers, first, socket.ready, socket.done)


class _WebSocketWire:
    """A client of websocket-client that is connected."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def say(self, what: Any) -> None:
        """As ``Wire``: a text as it is, anything else as JSON."""
        with _in_our_words():
            self._client.send(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False))

    def hear(self, within: float) -> str:
        """As ``Wire``. Pings are answered on the way."""
        from websocket import ABNF

        with _in_our_words():
            self._client.settimeout(within)
            opcode, data = self._client.recv_data()
        if opcode == ABNF.OPCODE_CLOSE:
            code = int.from_bytes(data[:2]) if len(data) >= 2 else 1005
            why = f"{code} {data[2:].decode('utf-8', 'replace')}".strip()
            raise Lost(f"the server closed the WebSocket ({why})")
        return str(data.decode("utf-8", "replace"))

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self._client.close(timeout=0)
        with contextlib.suppress(Exception):
            self._client.shutdown()  # a connection that the server has closed is not closed by the former


@contextlib.contextmanager
def _in_our_words() -> Iterator[None]:
    import websocket

    try:
        yield
    except websocket.WebSocketBadStatusException as error:
        raise Refused(error.status_code, dict(error.resp_headers or {}), bytes(error.resp_body or b"")) from None
    except (websocket.WebSocketTimeoutException, TimeoutError):
        raise TimeoutError from None
    except (ConnectionRefusedError, websocket.WebSocketAddressException) as error:
        raise Unreachable(f"no connection: {error}") from None
    except (OSError, websocket.WebSocketException, ValueError) as error:
        raise Lost(f"the WebSocket broke: {error}") from None


def _connect(step: Step, spoken: Spoken, within: float) -> Wire:
    import ssl

    import websocket

    scheme, _, rest = spoken.url.partition("://")
    with _in_our_words():
        client = websocket.create_connection(
            f"{_SCHEMES.get(scheme, scheme)}://{rest}",
            timeout=within,
            header=[f"{name}: {value}" for name, value in spoken.headers.items()],
            subprotocols=list(_socket_of(step).protocols) or None,
            http_no_proxy=["*"],
            redirect_limit=0,
            # an application under test may have made its certificate itself
            sslopt={"cert_reqs": ssl.CERT_NONE, "check_hostname": False},
        )
    return _WebSocketWire(client)
