"""Every fault that can strike a call, through a port without a wire: what the port was told is what the fault says."""

from __future__ import annotations

import json
import math
import time
from dataclasses import dataclass, field
from typing import Any

import pytest
from support.ports import Clock, FakePort, answer, drive
from support.proxies import one_phase

from brownout.edge.job import Job
from brownout.edge.ledger import LONGEST_HANG, Ledger
from brownout.edge.perform import Performance
from brownout.edge.port import ClientLeft, PlatformFailed, Port, ResponseHead, Whole
from brownout.effects import (
    Again,
    Ask,
    End,
    Fin,
    Forward,
    ForwardHead,
    GoAway,
    Hang,
    Head,
    Messages,
    ResetStream,
    Rewrite,
    Rst,
    Send,
    Sequel,
    Wait,
)
from brownout.exchange import Request
from brownout.faults import FAULTS
from brownout.fingerprints import fingerprints, whole
from brownout.journal import MemoryJournal
from brownout.scenario import Scenario
from brownout.services import BUILT_IN
from brownout.wire.edits import torn

EVENTS = [b"data: %s\n\n" % json.dumps({"choices": [{"delta": {"content": f"wörd {n}"}}]}).encode() for n in range(9)]
EVENTS += [b'data: {"choices": [], "usage": {"completion_tokens": 9}}\n\n', b"data: [DONE]\n\n"]
PLAIN = json.dumps({"id": "x", "object": "batch", "status": "completed", "usage": {"total_tokens": 3}}).encode()
LIST = json.dumps({"object": "list", "data": [{"id": f"msg_{n}", "type": "message"} for n in range(6)]}).encode()
TOOLS = [{"type": "function", "function": {"name": "look_up", "parameters": {"type": "object"}}}]
SCHEMA = {"type": "json_schema", "json_schema": {"name": "a", "schema": {"type": "object"}}}
TURNS = [{"role": role, "content": f"{role} {n}"} for n in range(3) for role in ("user", "assistant")][:5]
CHAT = {"model": "gpt-4o", "messages": TURNS, "tools": TOOLS, "tool_choice": "required", "response_format": SCHEMA}
SENT = {"messaging_product": "whatsapp", "to": "16505076520", "type": "text", "text": {"body": "Hello"}}


def _request(method: str, path: str, body: Any = None, host: str = "api.openai.com", **headers: str) -> Request:
    content = json.dumps(body).encode() if body is not None else b""
    return Request(method, host, path, "model=gpt" if headers else "", headers, content)


CALLS = {
    "plain": _request("POST", "/v1/chat/completions", CHAT),
    "streamed": _request("POST", "/v1/chat/completions", {**CHAT, "stream": True}),
    "embeddings": _request("POST", "/v1/embeddings", {"model": "e", "input": "text"}),
    "job": _request("GET", "/v1/batches/batch_1"),
    "accepted": _request("POST", "/v1/batches", {"input_file_id": "file-1"}),
    "history": _request("GET", "/v1/conversations/conv_1/items"),
    "written": _request("POST", "/v1/conversations/conv_1/items", {"items": []}),
    "websocket": _request("GET", "/v1/realtime", upgrade="websocket", connection="upgrade"),
    "prefilled": _request("POST", "/v1/chat/completions", {**CHAT, "messages": TURNS[:2]}),
    "azure": _request("POST", "/openai/deployments/d/chat/completions", {**CHAT, "stream": True}, "x.openai.azure.com"),
    "channel": _request("POST", "/v21.0/106540352242922/messages", SENT, "graph.facebook.com"),
}
STREAMS = ("streamed", "azure")
# Neither when a channel ends nor how many others call is the performance's business: what these two do, others do.
STRIKES = [
    name
    for name, fault in FAULTS.items()
    if fault.strikes & {"calls", "websockets"} and fault.paced_by not in ("deadline", "load")
]


def _chunks(whole: bytes) -> list[bytes]:
    """As the platform sends it: in no pieces that mean anything."""
    return [whole[start : start + 7] for start in range(0, len(whole), 7)]


@dataclass
class Promise:
    """What a program says, read without performing it. ``left``: what the platform has still to say."""

    left: bytes
    call: str
    status: int | None = None
    body: bytes = b""
    end: str | None = None
    waits: list[float] = field(default_factory=list)
    paced: float = 0.0

    def effect(self, effect: Any) -> None:
        match effect:
            case Head():
                self.status = effect.status
            case Send():
                self.body += effect.data
            case Sequel():
                self.body += effect.make(tuple(part + b"\n\n" for part in self.body.split(b"\n\n")[:-1]))
            case Wait():
                self.waits.append(effect.seconds)
            case Hang():
                longest = min(effect.seconds or LONGEST_HANG, LONGEST_HANG)
                self.body += effect.beat * math.ceil(longest / effect.every)
                self.end = "fin"
            case ResetStream() | GoAway() | Fin() | Rst() | End():
                self.end = f"{type(effect).__name__.lower()} {getattr(effect, 'code', '')}".strip()
            case ForwardHead() | Forward() | Messages():
                self.passed(effect)
            case _:
                assert isinstance(effect, Rewrite | Ask | Again), f"{effect} cannot be done to a call"

    def passed(self, effect: ForwardHead | Forward | Messages) -> None:
        self.status = 200
        if self.call == "websocket":
            self.end = "upgrade"
        elif isinstance(effect, Forward):
            self.forward(effect)

    def forward(self, effect: Forward) -> None:
        streamed = self.call in STREAMS
        events = [part + b"\n\n" for part in self.left.split(b"\n\n")[:-1]] if streamed else [self.left]
        if effect.gaps is not None:
            parts = _chunks(self.left) if effect.piece else events
            count = sum(math.ceil(len(part) / (effect.piece or len(part))) for part in parts)
            self.paced += sum(effect.gaps.nth(index) for index in range(1, count))
        if effect.edit is not None and streamed:
            editor = effect.edit.editor()
            out = [each for index, event in enumerate(events) for each in editor.feed(index, event)]
            self.body += b"".join([*out, *editor.rest()])
            self.end = "end"
        elif effect.edit is not None:
            self.body += effect.edit.body(self.left)
            self.end = "end"
        elif effect.events is not None:
            self.take(b"".join(events[: effect.events]))
            if effect.inside is not None:
                self.body += torn(events[effect.events], effect.inside)
        elif effect.size is not None:
            self.take(self.left[: effect.size])
        else:
            self.take(self.left)
            self.end = "end"

    def take(self, data: bytes) -> None:
        self.body += data
        self.left = self.left[len(data) :]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    made = Clock()
    monkeypatch.setattr(time, "monotonic", made)
    return made


def _admit(clock: Clock, call: str, fault: str, **settings: Any) -> tuple[Ledger, Job, MemoryJournal]:
    """Over HTTP/2 in a tunnel, which can carry every fault of calls."""
    journal = MemoryJournal()
    rule = {"fault": fault, "on": "*", **settings}
    ledger = Ledger(Scenario.model_validate(one_phase(rule, seed=7)), 1.0, journal)
    ledger.clock.begin(clock())
    provider = BUILT_IN.provider_of_host(CALLS[call].host)
    assert provider is not None
    return ledger, ledger.admit(CALLS[call], provider, "intercept", "HTTP/2.0"), journal


def _platform(call: str) -> bytes:
    if call in STREAMS:
        return b"".join(EVENTS)
    return LIST if call == "history" else PLAIN


def _port(clock: Clock, call: str) -> FakePort:
    whole = _platform(call)
    kind = b"text/event-stream" if call in STREAMS else b"application/json"
    says = answer(kind, _chunks(whole))
    if call == "websocket":
        says = [ResponseHead(101, ((b"upgrade", b"websocket"),))]
    return FakePort(clock, CALLS[call].body, says)


def _perform(port: Port, job: Job, ledger: Ledger) -> None:
    drive(Performance(port, job, ledger).run())


@pytest.mark.parametrize("fault", STRIKES)
def test_a_port_is_told_what_the_fault_says(clock: Clock, fault: str) -> None:
    struck = [call for call in CALLS if _admit(clock, call, fault)[1].injected]

    assert struck
    for call in struck:
        _holds_what_it_says(clock, fault, call)


def _holds_what_it_says(clock: Clock, fault: str, call: str) -> None:
    ledger, job, journal = _admit(clock, call, fault)
    promise = Promise(_platform(call), call)
    for effect in job.program:
        if promise.end is None:
            promise.effect(effect)
    port = _port(clock, call)

    _perform(port, job, ledger)

    assert port.ends == [promise.end]
    if promise.end != "upgrade":
        assert [head.status for head in port.heads] == ([promise.status] if promise.status else [])
        assert b"".join(port.sent) == promise.body
        assert job.bytes == len(promise.body)
    assert port.waited[: len(promise.waits)] == promise.waits
    assert sum(port.paused) == pytest.approx(promise.paced)
    assert port.asked == any(isinstance(each, Ask | Forward | ForwardHead | Messages) for each in job.program)
    assert port.asked_again == sum(isinstance(each, Again) for each in job.program)
    assert (port.rewritten is not None) == (any(isinstance(each, Rewrite) for each in job.program) and job.shown)
    if promise.end != "upgrade":
        row = next(row for row in journal.rows if row["kind"] == "exchange")
        assert row["delivered"] is (True if job.skipped is None else None)
        assert job.skipped is None or "nothing in the" in job.skipped


@pytest.mark.parametrize("call", ["plain", "streamed"])
def test_a_client_that_leaves_while_the_platform_speaks_is_left_alone(clock: Clock, call: str) -> None:
    ledger, job, journal = _admit(clock, call, "webhook_lost")
    port = _port(clock, call)
    port.says[2:] = [ClientLeft()]

    _perform(port, job, ledger)

    assert (port.ends, journal.rows[-1]["end"]) == (["forget"], "client_left")


def test_a_platform_that_breaks_is_a_closed_connection(clock: Clock) -> None:
    ledger, job, journal = _admit(clock, "streamed", "stream_cut", after="5 events")
    port = _port(clock, "streamed")
    port.says[2:] = [PlatformFailed("it fell over")]

    _perform(port, job, ledger)

    assert (port.ends, journal.rows[-1]["end"], journal.rows[-1]["injected"]) == (["fin"], "error", False)
    assert job.skipped == "the platform's side failed: it fell over"


def test_a_platform_that_cannot_be_reached_is_a_closed_connection(clock: Clock) -> None:
    ledger, job, journal = _admit(clock, "plain", "webhook_lost")
    port = FakePort(clock, problem="there is none")

    _perform(port, job, ledger)

    assert (port.ends, port.heads, journal.rows[-1]["end"]) == (["fin"], [], "error")
    assert journal.rows[0]["detail"] == "there is none"


def test_a_client_is_held_as_long_as_a_hang_says(clock: Clock) -> None:
    ledger, job, journal = _admit(clock, "plain", "hang", release_after="40s")
    port = _port(clock, "plain")

    _perform(port, job, ledger)

    assert (port.waited, port.ends) == ([40.0], ["fin"])
    assert (journal.rows[-1]["how"], journal.rows[-1]["delivered"]) == ("released", True)


def test_a_kept_answer_is_not_sent_before_it_is_whole(clock: Clock) -> None:
    ledger, job, journal = _admit(clock, "plain", "answer_lost")
    port = _port(clock, "plain")
    assert isinstance(port.says.pop(), Whole)

    _perform(port, job, ledger)

    assert (port.sent, port.ends) == ([], ["fin"])
    assert job.skipped is not None
    assert journal.rows[-1]["upstream_status"] == 200


def test_what_was_made_up_leaves_its_prints_and_what_was_passed_on_none(clock: Clock) -> None:
    prints = {}
    for fault in ("server_error", "slow_headers"):
        ledger, job, journal = _admit(clock, "plain", fault)
        port = _port(clock, "plain")
        _perform(port, job, ledger)
        prints[fault] = journal.rows[-1]["prints"], [*whole(text := b"".join(port.sent).decode()), *fingerprints(text)]

    assert prints["server_error"][0] == prints["server_error"][1] != []
    assert prints["slow_headers"][0] == []
