"""Bytes on real sockets to a real proxy: what clients send to it, and what platforms send back through it."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
from abc import abstractmethod
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import ClassVar, Final

import h2.config
import h2.connection
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy
from support.stages import Played, receive
from support.upstreams import chunk
from support.websockets import ACCEPT, KEY
from support.wire import TlsSocket, chat_body, connect

from brownout.edge import frames
from fuzz.lab import Lab, hear
from fuzz.mutations import mutated
from fuzz.target import Fell, Target

_HOST: Final = "api.openai.com"
_QUIET: Final = 0.05
_OPENED: Final = (
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: Upgrade\r\n"
    f"sec-websocket-accept: {ACCEPT}\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n"
).encode()
_HEADS = (
    b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 999 \r\n", b"HTTP/1.1 101 Switching Protocols\r\n",
    b"HTTP/1.1 103 Early Hints\r\n\r\n", b"HTTP/1.1 204 No Content\r\n", b"HTTP/1.0 200 OK\r\n", b"HTTP/2 200\r\n",
    b"HTTP/1.1", b"content-length: 5\r\n", b"content-length: 5\r\ncontent-length: 6\r\n", b"content-length: -1\r\n",
    b"content-length: 99999999999999999999\r\n", b"content-length: 5_0\r\n", b"transfer-encoding: chunked\r\n",
    b"transfer-encoding: chunked, chunked\r\n", b"transfer-encoding: gzip\r\n", b"content-encoding: gzip\r\n",
    b"content-encoding: br\r\n", b"content-encoding: zstd\r\n", b"content-encoding: x\r\n",
    b"content-type: text/event-stream\r\n", b"content-type: application/json\r\n",
    b"content-type: application/json; charset=utf-16\r\n", b"connection: close\r\n",
    b"upgrade: websocket\r\nconnection: upgrade\r\n", b"no colon\r\n", b": no name\r\n", b" folded\r\n",
    b"x:\0\x01\r\n", b"x: " + b"v" * 70_000 + b"\r\n", b"expect: 100-continue\r\n", b"retry-after: -1\r\n",
    b"retry-after: soon\r\n", b"\r\n", b"\n", b"\r",
)  # fmt: skip
_BODIES = (
    b"5\r\nhello\r\n", b"5;ext=1\r\nhello\r\n", b"ffffffffffffffff\r\n", b"zz\r\n", b"-1\r\n", b"3\r\nhello\r\n",
    b"0\r\n\r\n", b"0\r\nx-trailer: 1\r\n\r\n", b"data: 1\n\n", b"data: {\n\n", b"data: " + b"[" * 5000 + b"\n\n",
    b'data: {"choices": null}\n\n', b'data: {"choices": [null]}\n\n',
    b'data: {"choices": [{"delta": 1}], "usage": []}\n\n', b"data: [DONE]\n\n", b"null", b"[]", b"1e999",
    b'{"choices": {}}', b'{"usage": {"prompt_tokens": -1}}', b"\x1f\x8b\x08", b"\xff",
)  # fmt: skip
_METHODS = (b"POST", b"GET", b"CONNECT", b"PRI")
_PATHS = (
    b"/openai/v1/chat/completions", b"/openai/v1/responses", b"/openai/v1/embeddings", b"/anthropic/v1/messages",
    b"/gemini/v1beta/models/x:generateContent", b"/whatsapp/v25.0/1/messages", b"/bedrock/model/x/converse",
    b"/openai", b"/", b"*", b"//", b"/openai/../etc", b"/openai/%00", b"/openai/v1/\xff",
    b"http://api.openai.com/v1/models", b"http://127.0.0.1:1/", b"http://[::1", b"nowhere:0", b"api.openai.com:443",
    b"192.0.2.1:443", b"example.com:443", b"a" * 9000,
)  # fmt: skip
_STRUCK: Final = (
    "answer_truncated", "broken_json", "content_refused", "context_damaged", "empty_answer", "gibberish",
    "model_swapped", "off_schema", "stream_annotated", "stream_corrupt", "stream_cut", "stream_drop",
    "stream_duplicate", "stream_error", "stream_incomplete", "stream_reorder", "usage_missing", "wrong_content_type",
    "wrong_language", "wrong_tool_call",
)  # fmt: skip
_STRUCK_SOCKETS: Final = ("ws_close", "ws_delay", "ws_drop", "ws_duplicate", "ws_error")


@cache
def _lab(folder: Path) -> Lab:
    """The one that all these targets share: the model that is asked for says which fault strikes."""
    services = {**dict.fromkeys(_STRUCK, "openai.chat"), **dict.fromkeys(_STRUCK_SOCKETS, "openai.realtime")}
    return Lab(folder, *({"fault": name, "on": service, "when": {"model": name}} for name, service in services.items()))


def _split(case: bytes) -> tuple[str, bytes]:
    """The fault that the first line names, and the rest."""
    first, _, rest = case.partition(b"\n")
    return first.decode("latin-1"), rest


class _Wire(Target):
    suffix: ClassVar[str] = ".bin"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.lab = _lab(folder.parent)

    def check(self, case: bytes) -> None:
        with self.lab.ending():
            self.send(case)
        self.lab.well()

    @abstractmethod
    def send(self, case: bytes) -> None:
        """Put the case on a wire, and take what comes. Raises Fell."""

    def close(self) -> None:
        self.lab.close()


class Requests(_Wire):
    """A client's bytes over HTTP/1, after which it says that it has done."""

    name, kind = "request", "requests over HTTP/1"

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        body = chat_body(stream=True)
        heads = [b"host: x\r\n", b"content-length: %d\r\n" % len(body), b"authorization: Bearer sk-test-1\r\n"]
        lines = [b"%s %s HTTP/1.1\r\n" % (how, path) for path in _PATHS for how in _METHODS]
        seeds = [lines[0] + b"".join(heads) + b"\r\n" + body, b"\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03", *corpus]
        tokens = (*lines, *heads, *_HEADS, *_BODIES)
        return mutated(seeds, tokens) | st.lists(st.sampled_from(tokens), min_size=1, max_size=8).map(b"".join)

    def send(self, case: bytes) -> None:
        with connect(self.lab.stage.proxy.port) as client:
            assert isinstance(client, socket.socket)
            with suppress(ConnectionError):
                client.sendall(case)
                client.shutdown(socket.SHUT_WR)
                try:
                    receive(client, lambda raw: False)
                except TimeoutError:
                    raise Fell("a client that has done is neither answered nor let go") from None


class Http2(_Wire):
    """A client's frames over HTTP/2, in a tunnel to a platform, which then leaves."""

    name, kind = "http2", "frames of HTTP/2"

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        frame_heads = [bytes((0, 0, size, kind, flags, 0, 0, 0, stream)) for size in (0, 4, 8) for kind in range(11)
                       for flags in (0, 1, 4, 0xFF) for stream in (0, 1)]  # fmt: skip
        tokens = (
            *frame_heads,
            b"\xff" * 9,
            b"\0" * 9,
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
            b"\x7f\xff\xff\xff",
            b"\x82\x87\x84\x41",
        )
        return mutated([_asked_by_http2(), *corpus], tokens)

    def send(self, case: bytes) -> None:
        proxy = self.lab.stage.proxy
        plain = socket.create_connection(("127.0.0.1", proxy.port), timeout=10.0)
        with plain:
            plain.sendall(f"CONNECT {_HOST}:443 HTTP/1.1\r\nhost: {_HOST}:443\r\n\r\n".encode())
            if not plain.recv(4096).startswith(b"HTTP/1.1 200"):
                raise Fell("a tunnel to a platform is not opened")
            context = ssl.create_default_context(cafile=proxy.ca)
            context.set_alpn_protocols(["h2"])
            with suppress(OSError):
                secured = TlsSocket(plain, context, _HOST)
                secured.sendall(case)
                hear(plain, _QUIET)


def _asked_by_http2() -> bytes:
    client = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
    client.initiate_connection()
    for path in ("/v1/chat/completions", "/v1/models"):
        number, body = client.get_next_available_stream_id(), chat_body()
        head = {
            ":method": "POST",
            ":scheme": "https",
            ":authority": _HOST,
            ":path": path,
            "content-length": str(len(body)),
        }
        client.send_headers(number, head.items())
        client.send_data(number, body, end_stream=True)
    client.ping(b"pingpong")
    return bytes(client.data_to_send())


class Answers(_Wire):
    """A platform's answer over HTTP/1, to a streamed call that the fault of the first line strikes, if there is one."""

    name, kind = "answer", "answers of platforms, some struck by a fault"

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        said = {"index": 0, "delta": {"content": "Hello"}, "message": {"role": "assistant", "content": "Hello"}}
        usage = {"prompt_tokens": 1, "completion_tokens": 1}
        whole = json.dumps({"id": "x", "model": "gpt-4o-mini", "choices": [said], "usage": usage}).encode()
        events = [b"data: %s\n\n" % whole] * 4 + [b"data: [DONE]\n\n"]
        bomb = gzip.compress(b" " * 20_000_000)
        json_head = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n"
        answers = [
            _HEADS[0]
            + b"content-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
            + b"".join(map(chunk, events))
            + b"0\r\n\r\n",
            json_head + b"content-length: %d\r\n\r\n" % len(whole) + whole,
            json_head + b"content-encoding: gzip\r\ncontent-length: %d\r\n\r\n" % len(bomb) + bomb,
            _HEADS[0] + b"content-type: text/event-stream\r\ncontent-encoding: gzip\r\n\r\n" + bomb,
        ]
        tokens = (*_HEADS, *_BODIES, b'"' + b"a" * 20_000 + b'"')
        answer = mutated([*answers, *(_split(each)[1] for each in corpus)], tokens)
        return st.builds(lambda name, data: name.encode() + b"\n" + data, st.sampled_from(["-", *_STRUCK]), answer)

    def send(self, case: bytes) -> None:
        name, data = _split(case)
        stage = self.lab.stage
        path = stage.put_on(Played([data], "fin"), "/v1/chat/completions?{}")
        with connect(stage.proxy.port) as client:
            assert isinstance(client, socket.socket)
            client.sendall(stage.head(path, chat_body(stream=True, model=name)))
            if b"mitmproxy" in hear(client, _QUIET):
                raise Fell("a page of the proxy's own")


class Sockets(_Wire):
    """What a client sends over a WebSocket that the fault of the first line strikes, if there is one."""

    name, kind = "websocket", "frames of WebSockets, of clients"
    ours: ClassVar = True

    def cases(self, corpus: list[bytes]) -> SearchStrategy[bytes]:
        said = json.dumps({"type": "response.create"}).encode()
        packed = b"\xc1\x7e\x4e\x20" + gzip.compress(b" " * 20_000_000)[10:-8]
        seeds = [
            frames.make(frames.TEXT, said, masked=self.ours) * 2 + frames.make_close(1000, "bye", masked=self.ours),
            packed,
            *(_split(each)[1] for each in corpus),
        ]
        tokens = [
            bytes((first, second))
            for first in (0, 1, 2, 0x80, 0x81, 0x88, 0x89, 0x8F, 0xC1, 0xF1, 0xFF)
            for second in (0, 1, 125, 126, 127, 128, 254, 255)
        ]
        tokens += [
            b"\xff" * 8,
            b"\0" * 8,
            b"{",
            b'"',
            b"\x03\xe8",
            b'{"type": null}',
            b'{"type": "response.create", "response": []}',
            b"[" * 3000,
        ]
        data = mutated(seeds, tokens)
        return st.builds(
            lambda name, sent: name.encode() + b"\n" + sent, st.sampled_from(["-", *_STRUCK_SOCKETS]), data
        )

    def send(self, case: bytes) -> None:
        name, data = _split(case)
        model = name if name in _STRUCK_SOCKETS else "gpt-realtime"
        stage = self.lab.stage
        played = Played([_OPENED], "listen") if self.ours else Played([_OPENED, data], "fin")
        path = stage.put_on(played, f"/v1/realtime?model={model}&play={{}}")
        with connect(stage.proxy.port) as client:
            assert isinstance(client, socket.socket)
            client.sendall(
                f"GET /openai{path} HTTP/1.1\r\nhost: 127.0.0.1:{stage.proxy.port}\r\nupgrade: websocket\r\n"
                f"connection: Upgrade\r\nsec-websocket-version: 13\r\nsec-websocket-key: {KEY}\r\n"
                "authorization: Bearer sk-test-1\r\nsec-websocket-extensions: permessage-deflate\r\n\r\n".encode()
            )
            if not receive(client, lambda raw: b"\r\n\r\n" in raw).startswith(b"HTTP/1.1 101"):
                raise Fell("a WebSocket is not opened")
            with suppress(OSError):
                client.sendall(data if self.ours else b"")
                hear(client, _QUIET)


class PlatformSockets(Sockets):
    """What a platform sends over such a WebSocket, before it leaves."""

    name, kind = "websocket-answer", "frames of WebSockets, of platforms"
    ours: ClassVar = False
