"""The wait that an answer asks for, gathered as it passes."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from support.ports import Clock, FakePort, answer, drive
from support.proxies import one_phase

from brownout.edge.asking import Asking
from brownout.edge.ledger import Ledger
from brownout.edge.perform import Performance
from brownout.edge.port import ResponseHead
from brownout.exchange import Call, Request
from brownout.journal import MemoryJournal
from brownout.scenario import Scenario
from brownout.services import PROVIDERS

CHAT = Call("openai.chat", Request("POST", "api.openai.com", "/v1/chat/completions"), stream=True)
LIMITED = b'{"error": {"message": "Rate limit reached. Please try again in 20s."}}'
GEMINI = ("gemini", "/v1beta/models/gemini-2.5-flash:generateContent")
WHATSAPP = ("whatsapp", "/v25.0/106540352242922/messages")
OPENAI = ("openai", "/v1/chat/completions")
EVENT = b'data: {"choices": [{"delta": {"content": "a word"}}]}\n\n'


def _asking(status: int, *parts: bytes, **headers: str) -> Asking:
    fields = tuple((name.replace("_", "-").encode(), value.encode()) for name, value in headers.items())
    asking = Asking(ResponseHead(status, fields), time.time())
    for part in parts:
        asking.feed(part)
    return asking


def _waits(to: tuple[str, str], speed: float = 1.0, stream: bool = False, **rule: object) -> float | None:
    """What the journal says of a call that is struck by a rule."""
    journal = MemoryJournal()
    ledger = Ledger(Scenario.model_validate(one_phase({"on": f"{to[0]}.*", **rule})), speed, journal)
    ledger.clock.begin(time.monotonic())
    provider = next(provider for provider in PROVIDERS if provider.name == to[0])
    body = json.dumps({"model": "m", "stream": stream, "messages": [{"role": "user", "content": "Hi"}], "to": "1"})
    job = ledger.admit(Request("POST", provider.main_host, to[1], body=body.encode()), provider, "base_url", "HTTP/1.1")
    port = FakePort(Clock(), says=answer(b"text/event-stream", [EVENT] * 9))
    drive(Performance(port, job, ledger).run())
    wait: float | None = journal.rows[-1]["retry_after"]
    return wait


def test_a_header_comes_before_the_text() -> None:
    assert _asking(429, LIMITED, retry_after="7").seconds(CHAT) == 7.0


def test_a_body_may_come_in_pieces() -> None:
    assert _asking(429, LIMITED[:30], LIMITED[30:]).seconds(CHAT) == 20.0


def test_a_body_that_cannot_be_read_leaves_the_headers() -> None:
    assert _asking(429, LIMITED, content_encoding="gzip").seconds(CHAT) is None
    assert _asking(503, LIMITED, content_encoding="gzip", retry_after="3").seconds(CHAT) == 3.0


def test_an_error_that_ends_a_stream_names_a_wait() -> None:
    assert _asking(200, EVENT * 2000, b"data: " + LIMITED + b"\n\n").seconds(CHAT) == 20.0


def test_a_plain_success_asks_nobody_to_wait() -> None:
    plain = Call("openai.chat", CHAT.request)

    assert _asking(200, LIMITED, retry_after="7").seconds(plain) is None
    assert _asking(200, EVENT, retry_after="7").seconds(CHAT) is None


def test_what_was_accepted_may_say_when_to_look_again() -> None:
    assert _asking(202, b"{}", retry_after="7").seconds(CHAT) == 7.0


@pytest.mark.parametrize(("wait", "most"), [("58.93s", 58.93), ("3.4s", 3.4)])
def test_gemini_names_its_wait_in_the_body(wait: str, most: float) -> None:
    named = _waits(GEMINI, fault="rate_limit", retry_after=wait)

    assert named is not None
    assert int(most) <= named <= most


def test_whatsapp_names_its_wait_in_minutes() -> None:
    assert _waits(WHATSAPP, fault="rate_limit", retry_after="90s") == 120.0


@pytest.mark.parametrize("header", ["seconds", "milliseconds", "fractional"])
def test_a_limit_of_openai_names_it_in_headers(header: str) -> None:
    assert _waits(OPENAI, fault="rate_limit", retry_after="20s", header=header) == pytest.approx(20.0)


def test_a_limit_in_a_stream_names_its_wait_in_its_text() -> None:
    rule: dict[str, Any] = {"fault": "stream_error", "error": "rate_limit", "retry_after": "12s", "after": "2 events"}

    assert _waits(OPENAI, stream=True, **rule) == pytest.approx(12.0)
    assert _waits(OPENAI, stream=True, speed=4.0, **rule) == pytest.approx(3.0)


def test_other_errors_ask_nobody_to_wait() -> None:
    assert _waits(OPENAI, fault="server_error") is None
    assert _waits(OPENAI, stream=True, fault="stream_error", after="2 events") is None
