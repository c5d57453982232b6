"""The journal's rows about exchanges, byte for byte, for each of the four kinds that there are."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any

import pytest
from support.proxies import one_phase

from brownout.edge.ledger import Ledger
from brownout.exchange import Request
from brownout.journal import MemoryJournal
from brownout.scenario import Scenario
from brownout.services import PROVIDERS
from brownout.standin.beginning import Beginning
from brownout.standin.delivery import Deciding, Delivery

OPENAI = next(provider for provider in PROVIDERS if provider.name == "openai")
NOW = 5000.0
KEPT = dict(
    zip(
        ("call", "websocket", "connection", "delivery"),
        (Path(__file__).parent / "rows.jsonl").read_text().splitlines(),
        strict=True,
    )
)


@pytest.fixture(autouse=True)
def _a_clock_that_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", lambda: NOW)


def _scenario(fault: str, on: str) -> Scenario:
    return Scenario.model_validate(one_phase({"fault": fault, "on": on}, seed=7))


def _edge(fault: str, on: str) -> tuple[Ledger, MemoryJournal]:
    journal = MemoryJournal()
    ledger = Ledger(_scenario(fault, on), 1.0, journal)
    ledger.clock.begin(NOW)
    return ledger, journal


def _line(row: dict[str, Any]) -> str:
    """As the journal writes it, without what is the journal's own."""
    return json.dumps({name: value for name, value in row.items() if name not in ("v", "w", "at")})


def test_a_call_that_was_struck_is_a_row() -> None:
    ledger, journal = _edge("server_error", "openai.chat")
    body = json.dumps({"model": "gpt", "messages": [{"role": "user", "content": "bo-aaaaaaaaaaaa"}]}).encode()
    request = Request("POST", "api.openai.com", "/v1/chat/completions", "", {}, body)
    job = ledger.admit(request, OPENAI, "intercept", "HTTP/1.1")
    job.status, job.bytes, job.first_byte, job.shown, job.how = 500, 100, 0.25, True, "written"

    ledger.finish(job, "complete")

    assert _line(journal.rows[-1]) == KEPT["call"]


def test_a_websocket_that_was_let_go_is_a_row() -> None:
    ledger, journal = _edge("ws_drop", "openai.realtime")
    upgrade = {"upgrade": "websocket", "connection": "upgrade"}
    request = Request("GET", "api.openai.com", "/v1/realtime", "model=gpt", upgrade)
    job = ledger.admit(request, OPENAI, "base_url", "HTTP/1.1")
    job.status = job.upstream_status = 101
    job.events, job.received, job.close_code, job.shown, job.how = 5, 3, 1000, True, "withheld"

    ledger.finish(job, "released")

    assert _line(journal.rows[-1]) == KEPT["websocket"]


def test_a_connection_that_was_struck_is_a_row() -> None:
    ledger, journal = _edge("connection_refused", "openai.*")
    job = ledger.connect(OPENAI, "api.openai.com", 443, "intercept")
    assert job is not None
    job.shown, job.how = True, "rst"

    ledger.finish(job, "rst")

    assert _line(journal.rows[-1]) == KEPT["connection"]


def test_a_webhook_that_was_doubled_is_a_row(tmp_path: Path) -> None:
    (tmp_path / "go").write_text(repr(NOW))
    deciding = Deciding(_scenario("webhook_duplicated", "whatsapp.*"), 1.0, Beginning(tmp_path / "go"))
    webhook = Delivery("whatsapp.webhooks", "messages", "bo-aaaaaaaaaaaa", b"{}", lambda *_: (), "16505076520")
    job = deciding.admit(webhook, "http://127.0.0.1:8000/hook", 0)
    job.events, job.bytes, job.status, job.shown, job.how, job.end = 2, 4, 200, True, "written", "complete"

    assert _line(job.row(NOW + 0.5).row()) == KEPT["delivery"]
