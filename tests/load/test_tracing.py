"""What requests of journeys carry beside their words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from load.test_http_channel import ASK, Application, scene

from brownout.calls import trace
from brownout.load.http_channel import HttpLine
from brownout.load.messages import MessageLine, Spoken
from brownout.load.scene import Scene
from brownout.load.tracing import trace_of, with_trace
from brownout.profile import Read, Step, WebSocket


def _sent(step: Step, turn: int = 0, traced: bool = True) -> tuple[Mapping[str, str], str | None, str | None]:
    """What is sent, and what the row says of it: the trace and the canary."""
    app = Application()
    played = scene(app, step)
    played.part = replace(played.part, trace=traced)
    row = HttpLine().take(played, step, turn).row
    return app.sent[0].headers, row.trace, row.canary


def test_a_question_carries_a_trace_and_its_canary_and_its_row_says_which() -> None:
    headers, traced, mark = _sent(ASK)

    assert traced is not None
    assert traced == trace.trace_id(headers["traceparent"])
    assert headers["baggage"] == f"brownout-canary={mark}"


def test_the_trace_is_the_same_in_every_run_and_another_for_every_turn() -> None:
    assert _sent(ASK)[1] == _sent(ASK)[1]
    assert len({_sent(ASK, turn)[1] for turn in range(4)}) == 4


def test_a_step_without_words_has_a_trace_and_names_no_question() -> None:
    headers, traced, mark = _sent(Step(name="open", post="/chats"))

    assert (traced is not None, mark) == (True, None)
    assert "baggage" not in headers


def test_what_a_step_says_itself_wins() -> None:
    own = f"00-{'1' * 32}-{'2' * 16}-00"
    headers, traced, _ = _sent(ASK.model_copy(update={"headers": {"Traceparent": own, "BAGGAGE": "a=b"}}))

    assert {name: value for name, value in headers.items() if name.lower() in ("traceparent", "baggage")} == {
        "Traceparent": own,
        "BAGGAGE": "a=b",
    }
    assert traced == "1" * 32


def test_with_trace_off_nothing_is_added() -> None:
    headers, traced, mark = _sent(ASK, traced=False)

    assert headers.keys() == {"Accept", "Content-Type", "x-user"}
    assert (traced, mark is not None) == (None, True)


class _Wire:
    def say(self, what: object) -> None:
        pass

    def hear(self, within: float) -> str:
        if within < 0.01:
            raise TimeoutError
        return '{"text": "hello"}'

    def close(self) -> None:
        pass


def test_all_that_is_said_on_a_connection_has_the_trace_that_it_was_opened_with() -> None:
    handshakes: list[Mapping[str, str]] = []

    def fill_in(played: Scene, step: Step, names: Mapping[str, object]) -> Spoken:
        return Spoken("ws://127.0.0.1:1/", names["message"])

    def connect(step: Step, spoken: Spoken, within: float) -> _Wire:
        handshakes.append(spoken.headers)
        return _Wire()

    step = Step(name="ask", websocket=WebSocket(connect="/ws", send="{{ message }}"), reply=Read(message="text"))
    played, line = scene(Application(), step), MessageLine(fill_in, connect)
    played.part = replace(played.part, sentinel=False)
    rows = [line.take(played, step, turn).row for turn in (0, 1)]

    (handshake,) = handshakes
    assert [row.trace for row in rows] == [trace_of(handshake)] * 2
    assert rows[0].canary != rows[1].canary


@pytest.mark.parametrize("name", ["traceparent", "TraceParent"])
def test_a_header_is_known_in_any_case(name: str) -> None:
    value = trace.traceparent("x")

    assert trace_of({name: value}) == trace.trace_id(value)
    assert with_trace(scene(Application(), ASK), ASK, 0, None, {name: value}) == {name: value}
