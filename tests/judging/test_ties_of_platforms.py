"""What platforms make for a question, and how they are asked for it: stand-in and ledger, without a wire."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from support.journals import Handwritten
from support.ports import Clock, FakePort, answer, drive

from brownout.edge.ledger import Ledger
from brownout.edge.perform import Performance
from brownout.journal import Journal
from brownout.orders import Pace
from brownout.scenario import Scenario
from brownout.services import BUILT_IN
from brownout.standin.recognise import recognise
from brownout.standin.responder import Responder

MARK = "bo-aaaaaaaaaaaa"
SAID = f"Reference {MARK}. Why?"
HEADERS = {"authorization": "Bearer sk-test-1", "x-goog-api-key": "AIza-test", "anthropic-version": "2023-06-01"}
QUIET = {"phase": "quiet", "lasts": "1h", "impact": "operational"}
Last = dict[str, Any]
Step = Callable[[list[Last]], tuple[str, str, Any]]
"""Method, path and body, made from what was answered before."""


class Platform:
    """The stand-in behind a proxy's ledger, both of them without sockets."""

    def __init__(self, folder: Path) -> None:
        self.journal = Journal(folder / "journal", "proxy")
        scenario = {"brownout": 1, "name": "x", "title": "x", "timeline": [QUIET]}
        self.ledger = Ledger(Scenario.model_validate(scenario), 1.0, self.journal)
        self.ledger.clock.begin(time.monotonic())
        self.responder = Responder(7, Pace())

    def ask(self, method: str, path: str, body: Any) -> Last:
        raw, headers = (body, dict(HEADERS)) if isinstance(body, bytes) else (json.dumps(body).encode(), dict(HEADERS))
        if isinstance(body, bytes):
            headers["content-type"] = "multipart/form-data; boundary=xx"
        target, _, query = path.partition("?")
        arrived = recognise(method, target, query, headers, b"" if body is None else raw)
        assert arrived is not None
        outcome = self.responder.respond(arrived, int(time.time()))
        outcome.keep()
        content = b"".join(outcome.events) if outcome.events else outcome.reply.body
        provider = next(one for one in BUILT_IN.providers if one.name == arrived.provider)
        job = self.ledger.admit(arrived.request, provider, "base_url", "HTTP/1.1")
        says = answer(b"application/json", [content], outcome.reply.status)
        drive(Performance(FakePort(Clock(), says=says), job, self.ledger).run())
        assert outcome.reply.status < 300, content
        first = content.partition(b"data: ")[2].partition(b"\n")[0] if outcome.events else content
        return dict(json.loads(first)) if first[:1] == b"{" else {}


def _file(text: str, purpose: str = "batch") -> bytes:
    part = b'--xx\r\ncontent-disposition: form-data; name="%s"%s\r\n\r\n%s\r\n'
    purposed = part % (b"purpose", b"", purpose.encode())
    return purposed + part % (b"file", b'; filename="b.jsonl"', text.encode()) + b"--xx--\r\n"


LINE = json.dumps(
    {
        "custom_id": "a",
        "method": "POST",
        "url": "/v1/chat/completions",
        "body": {"model": "gpt-4o", "messages": [{"role": "user", "content": SAID}]},
    }
)
ASKED = {"model": "gpt-4o", "input": SAID}
FLOWS: dict[str, tuple[int, list[Step]]] = {
    "background response": (
        0,
        [
            lambda got: ("POST", "/openai/v1/responses", {**ASKED, "background": True}),
            lambda got: ("GET", f"/openai/v1/responses/{got[0]['id']}", None),
            lambda got: ("POST", f"/openai/v1/responses/{got[0]['id']}/cancel", {}),
        ],
    ),
    "streamed response": (
        0,
        [
            lambda got: ("POST", "/openai/v1/responses", {**ASKED, "stream": True}),
            lambda got: ("GET", f"/openai/v1/responses/{got[0]['response']['id']}", None),
        ],
    ),
    "batch": (
        0,
        [
            lambda got: ("POST", "/openai/v1/files", _file(LINE)),
            lambda got: (
                "POST",
                "/openai/v1/batches",
                {
                    "input_file_id": got[0]["id"],
                    "endpoint": "/v1/chat/completions",
                    "completion_window": "24h",
                },
            ),
            *(lambda got: ("GET", f"/openai/v1/batches/{got[1]['id']}", None) for _ in range(4)),
            lambda got: ("GET", f"/openai/v1/files/{got[5]['output_file_id']}/content", None),
        ],
    ),
    "run": (
        2,
        [
            lambda got: ("POST", "/openai/v1/assistants", {"model": "gpt-4o"}),
            lambda got: ("POST", "/openai/v1/threads", {}),
            lambda got: ("POST", f"/openai/v1/threads/{got[1]['id']}/messages", {"role": "user", "content": SAID}),
            lambda got: ("POST", f"/openai/v1/threads/{got[1]['id']}/runs", {"assistant_id": got[0]["id"]}),
            lambda got: ("GET", f"/openai/v1/threads/{got[1]['id']}/runs/{got[3]['id']}", None),
            lambda got: ("GET", f"/openai/v1/threads/{got[1]['id']}/messages", None),
        ],
    ),
    "message batch": (
        0,
        [
            lambda got: (
                "POST",
                "/anthropic/v1/messages/batches",
                {
                    "requests": [
                        {
                            "custom_id": "a",
                            "params": {
                                "model": "claude-sonnet-4-5",
                                "max_tokens": 99,
                                "messages": [{"role": "user", "content": SAID}],
                            },
                        }
                    ]
                },
            ),
            lambda got: ("GET", f"/anthropic/v1/messages/batches/{got[0]['id']}", None),
        ],
    ),
    "Direct Line": (
        1,
        [
            lambda got: ("POST", "/directline/v3/directline/conversations", {}),
            lambda got: (
                "POST",
                f"/directline/v3/directline/conversations/{got[0]['conversationId']}/activities",
                {"type": "message", "from": {"id": "u"}, "text": SAID},
            ),
            lambda got: (
                "GET",
                f"/directline/v3/directline/conversations/{got[0]['conversationId']}/activities",
                None,
            ),
        ],
    ),
    "asynchronous completion": (
        0,
        [
            lambda got: (
                "POST",
                "/perplexity/async/chat/completions",
                {"request": {"model": "sonar", "messages": [{"role": "user", "content": SAID}]}},
            ),
            lambda got: ("GET", f"/perplexity/async/chat/completions/{got[0]['id']}", None),
        ],
    ),
}


@pytest.mark.parametrize("name", FLOWS)
def test_who_looks_for_what_was_made_is_tied_to_the_question(drill: Handwritten, tmp_path: Path, name: str) -> None:
    asking, steps = FLOWS[name]
    platform = Platform(tmp_path)
    got: list[Last] = []
    for step in steps:
        got.append(platform.ask(*step(got)))
    platform.journal.close()

    rows = drill.record().rows("SELECT canary, tied FROM exchange ORDER BY t")

    assert [row["canary"] for row in rows] == [None] * asking + [MARK] * (len(steps) - asking)
    assert [row["tied"] for row in rows] == [number > asking for number in range(len(steps))]
