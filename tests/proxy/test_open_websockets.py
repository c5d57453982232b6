"""WebSockets that are open when a phase begins: what closes connections strikes them where the rule says so."""

from __future__ import annotations

import time
from typing import Any

import pytest
from support.proxies import ProxyProcess, wait_until
from support.websockets import TEXT_ONLY, ask, dial, hear, said
from websockets.exceptions import ConnectionClosedError

from brownout.calls.canary import SENTINEL
from brownout.deciding.replay import replay
from brownout.scenario import Scenario

pytestmark = pytest.mark.e2e
WAYS = pytest.mark.parametrize("way", ["base_url", "intercept"])


def play(edge: ProxyProcess, **rule: Any) -> dict[str, Any]:
    """A healthy phase that lasts, and one with this rule, to which the clock can jump."""
    rules = [{"on": "openai.realtime", "id": "struck", **rule}]
    timeline = [
        {"phase": "well", "lasts": "1h", "impact": "operational"},
        {"phase": "outage", "lasts": "1h", "impact": "major_outage", "rules": rules},
    ]
    scenario = {"brownout": 1, "name": "open", "title": "Open", "seed": 7, "timeline": timeline}
    edge.control(op="scenario", scenario=scenario, speed=1.0, zero=time.monotonic())
    return scenario


def rows(edge: ProxyProcess, before: int) -> list[dict[str, Any]]:
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    return edge.wait_for_rows(before + 1)[before:]


@WAYS
def test_a_session_that_is_open_is_closed_when_the_phase_begins(edge: ProxyProcess, way: str) -> None:
    before = len(edge.rows())
    scenario = play(edge, fault="ws_close", code=1012, open=True)

    with dial(edge, way).realtime() as session:
        session.session.update(session=TEXT_ONLY)
        ask(session, "Hello")
        assert said(hear(session)).endswith(SENTINEL)
        edge.control(op="phase", name="outage")
        with pytest.raises(ConnectionClosedError) as closed:
            session.recv()

    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 1012
    (row,) = rows(edge, before)
    assert (row["rule"], row["phase"], row["delivered"], row["close_code"]) == ("struck", "outage", True, 1012)
    assert replay(Scenario.model_validate(scenario), [row]) == []


def test_a_session_that_expires_is_told_so(edge: ProxyProcess) -> None:
    before = len(edge.rows())
    play(edge, fault="session_expired", open=True)

    with dial(edge, "base_url").realtime() as session:
        session.session.update(session=TEXT_ONLY)
        assert [session.recv().type for _ in range(2)] == ["session.created", "session.updated"]
        edge.control(op="phase", name="outage")
        event = session.recv()

    assert (event.type, event.error.code) == ("error", "session_expired")
    assert rows(edge, before)[0]["delivered"] is True


@pytest.mark.parametrize("rule", [{"open": False}, {"open": True, "share": "0%"}])
def test_without_the_word_or_the_luck_an_open_session_lives_on(edge: ProxyProcess, rule: dict[str, Any]) -> None:
    before = len(edge.rows())
    play(edge, fault="ws_close", **rule)

    with dial(edge, "base_url").realtime() as session:
        session.session.update(session=TEXT_ONLY)
        ask(session, "Hello")
        assert said(hear(session)).endswith(SENTINEL)
        edge.control(op="phase", name="outage")
        wait_until(lambda: edge.control(op="stats")["phase"] == "outage")
        ask(session, "And now?")
        assert said(hear(session)).endswith(SENTINEL)

    (row,) = rows(edge, before)
    assert (row["rule"], row["injected"], row["phase"]) == (None, False, "well")
