"""WebSockets through the proxy: what the official SDK makes of them, healthy and struck, and that no byte changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from support.proxies import ProxyProcess, running_proxy, wait_until
from support.upstreams import Handler, raw_upstream
from support.websockets import KEYED, TEXT_ONLY, Dialled, ask, dial, hear, raw_client, receive, said, websocket_platform
from support.wire import read_to_end
from websockets.exceptions import ConnectionClosedError, InvalidMessage, InvalidStatus

from brownout.calls.canary import SENTINEL
from brownout.edge.frames import BINARY, TEXT, FrameCutter, make, make_close

pytestmark = pytest.mark.e2e
WAYS = pytest.mark.parametrize("way", ["base_url", "intercept"])
REALTIME = {"on": "openai.realtime"}


def row_of(edge: ProxyProcess, before: int) -> dict[str, Any]:
    """The one row that was written since, once nothing is under way."""
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    (row,) = edge.wait_for_rows(before + 1)[before:]
    return row


def converse(dialled: Dialled, *texts: str) -> list[list[Any]]:
    """One session: the events of each turn."""
    turns = []
    with dialled.realtime() as session:
        session.session.update(session=TEXT_ONLY)
        for text in texts:
            ask(session, text)
            turns.append(hear(session))
    return turns


def outcome(dialled: Dialled, text: str = "Hello bo-aaaaaaaaaaaa") -> Any:
    """The events of a turn, or what was raised."""
    try:
        return converse(dialled, text)[0]
    except Exception as error:
        return error


@WAYS
def test_a_healthy_session_remembers_what_was_said(edge: ProxyProcess, way: str) -> None:
    edge.play()
    before = len(edge.rows())

    first, second = converse(dial(edge, way), "Hello bo-aaaaaaaaaaaa", "And bo-bbbbbbbbbbbb?")

    assert [event.type for event in first[:2]] == ["session.created", "session.updated"]
    assert said(first).endswith(SENTINEL)
    assert "I remember bo-aaaaaaaaaaaa" in said(second)
    assert second[-1].response.usage.total_tokens > first[-1].response.usage.total_tokens > 0
    row = row_of(edge, before)
    assert (row["status"], row["end"], row["close_code"], row["injected"]) == (101, "complete", 1000, False)
    assert (row["via"], row["service"], row["model"]) == (way, "openai.realtime", "gpt-realtime")
    assert (row["received"], row["events"]) == (5, len(first) + len(second))
    assert row["canary"] == "bo-aaaaaaaaaaaa"  # read although the messages were compressed


@WAYS
def test_responses_are_continued_on_the_same_connection_without_being_stored(edge: ProxyProcess, way: str) -> None:
    edge.play()

    with dial(edge, way).responses() as connection:
        connection.response.create(model="gpt-4o-mini", input="Hello bo-aaaaaaaaaaaa", store=False)
        first = hear(connection)
        kept = first[-1].response.id
        connection.response.create(model="gpt-4o-mini", input="And?", previous_response_id=kept, store=False)
        second = hear(connection)
        connection.response.create(model="gpt-4o-mini", input="And?", previous_response_id="resp_gone")
        refused = connection.recv()

    assert said(first).endswith(SENTINEL)
    assert "bo-aaaaaaaaaaaa" in said(second)
    assert (refused.type, refused.status) == ("error", 400)


@WAYS
@pytest.mark.parametrize("code", [1008, 1011, 1013, 4000])
def test_a_close_code_raises_the_librarys_error(edge: ProxyProcess, way: str, code: int) -> None:
    edge.play({"fault": "ws_close", "code": code, "reason": "because", "after": "8 messages", **REALTIME})
    before = len(edge.rows())

    error = outcome(dial(edge, way))

    assert isinstance(error, ConnectionClosedError)
    assert error.rcvd is not None
    assert (error.rcvd.code, error.rcvd.reason) == (code, "because")
    row = row_of(edge, before)
    assert (row["delivered"], row["how"], row["end"], row["close_code"]) == (True, "written", "cut", code)
    assert row["events"] == 8


@WAYS
@pytest.mark.parametrize("code", [1000, 1001])
def test_a_session_that_goes_away_just_ends(edge: ProxyProcess, way: str, code: int) -> None:
    edge.play({"fault": "ws_close", "code": code, "after": "9 messages", **REALTIME})

    events = outcome(dial(edge, way))

    assert len(events) == 9
    assert events[-1].type != "response.done"


@pytest.mark.parametrize("reset", [False, True])
def test_code_1006_breaks_the_connection_off(edge: ProxyProcess, reset: bool) -> None:
    edge.play({"fault": "ws_close", "code": 1006, "reset": reset, "after": "0 messages", **REALTIME})
    before, how = len(edge.rows()), "rst" if reset else "fin"

    connection, _, rest = raw_client(edge.port)
    with connection:
        seen = read_to_end(connection)

    assert (rest + seen.raw, seen.end) == (b"", how)
    row = row_of(edge, before)
    assert (row["delivered"], row["how"], row["end"], row["close_code"]) == (True, how, how, None)


@WAYS
def test_code_1006_is_an_error_without_a_close_frame(edge: ProxyProcess, way: str) -> None:
    edge.play({"fault": "ws_close", "code": 1006, **REALTIME})

    error = outcome(dial(edge, way))

    assert isinstance(error, ConnectionClosedError)
    assert error.rcvd is None


def test_what_the_client_says_can_be_what_closes(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_close", "direction": "from_client", "after": "2 messages", **REALTIME})
    before = len(edge.rows())

    error = outcome(dial(edge, "base_url"))

    assert isinstance(error, ConnectionClosedError)
    assert row_of(edge, before)["received"] == 2


def test_lost_messages_leave_a_hole_and_nothing_else(edge: ProxyProcess) -> None:
    edge.play()
    whole = outcome(dial(edge, "base_url"))
    edge.play({"fault": "ws_drop", "after": "12 messages", "count": 3, **REALTIME})
    before = len(edge.rows())

    holed = outcome(dial(edge, "base_url"))

    assert [event.type for event in holed] == [event.type for event in whole[:12] + whole[15:]]
    assert len(said(holed)) < len(said(whole))
    row = row_of(edge, before)
    assert (row["delivered"], row["how"], row["events"]) == (True, "withheld", len(whole) - 3)


def test_a_message_of_the_client_that_is_lost_is_never_answered(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_drop", "direction": "from_client", "after": "2 messages", **REALTIME})

    with dial(edge, "base_url").realtime() as session:
        session.session.update(session=TEXT_ONLY)
        ask(session, "Hello")  # its response.create is lost
        session.response.cancel()
        events = hear(session)

    assert events[-1].error.code == "response_cancel_not_active"


def test_messages_come_twice_the_same(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_duplicate", "after": "12 messages", "count": 2, **REALTIME})

    events = outcome(dial(edge, "base_url"))

    ids = [event.event_id for event in events]
    assert ids[12] == ids[13]
    assert ids[14] == ids[15]
    assert len(set(ids)) == len(ids) - 2


@WAYS
def test_late_messages_keep_their_order(edge: ProxyProcess, way: str) -> None:
    edge.play({"fault": "ws_delay", "delay": "150ms", "jitter": "50ms", "after": "8 messages", "count": 4, **REALTIME})
    before = len(edge.rows())

    events = outcome(dial(edge, way))

    assert said(events).endswith(SENTINEL)
    row = row_of(edge, before)
    assert (row["delivered"], row["how"], row["end"]) == (True, "written", "complete")
    assert row["duration"] > 0.1


def test_a_client_that_waits_in_vain_was_struck(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_delay", "delay": "60s", "after": "0 messages", **REALTIME})
    before = len(edge.rows())

    with dial(edge, "base_url", close_timeout=0.1).realtime() as session, pytest.raises(TimeoutError):
        session._connection.recv(timeout=0.2)

    row = row_of(edge, before)
    assert (row["delivered"], row["how"], row["events"]) == (True, "client_left", 1)


@WAYS
def test_an_error_is_an_event_and_the_session_goes_on(edge: ProxyProcess, way: str) -> None:
    edge.play({"fault": "ws_error", "error": "rate_limit", **REALTIME})
    before = len(edge.rows())

    first, second = converse(dial(edge, way), "Hello bo-aaaaaaaaaaaa", "And bo-bbbbbbbbbbbb?")

    assert (first[-1].type, first[-1].error.code) == ("error", "rate_limit_exceeded")
    assert said(second).endswith(SENTINEL)
    row = row_of(edge, before)
    assert (row["delivered"], row["how"], row["canary"]) == (True, "written", "bo-aaaaaaaaaaaa")


def test_an_answer_fails_after_it_began(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_error", "shows": "failed", "error": "quota", **REALTIME})

    events = outcome(dial(edge, "base_url"))

    response = events[-1].response
    assert (response.status, response.status_details.error.code) == ("failed", "insufficient_quota")


def test_an_error_can_come_before_the_answer_or_before_the_end(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_error", "then": "answer", **REALTIME})
    with dial(edge, "base_url").realtime() as session:
        session.session.update(session=TEXT_ONLY)
        ask(session, "Hello")
        assert hear(session)[-1].type == "error"
        assert said(hear(session)).endswith(SENTINEL)

    edge.play({"fault": "ws_error", "then": "close", **REALTIME})
    with dial(edge, "base_url").realtime() as session:
        ask(session, "Hello")
        assert hear(session)[-1].type == "error"
        with pytest.raises(ConnectionClosedError, match="1008"):
            session.recv()


def test_a_response_over_a_websocket_fails_in_its_own_form(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_error", "shows": "failed", "on": "openai.responses"})

    with dial(edge, "base_url").responses() as connection:
        connection.response.create(model="gpt-4o-mini", input="Hello")
        events = hear(connection)

    assert [event.type for event in events] == ["response.created", "response.in_progress", "response.failed"]


HANDSHAKE = [
    ("server_error", {}, 500),
    ("rate_limit", {}, 429),
    ("gateway_error", {}, 502),
    ("auth_error", {}, 401),
    ("auth_error", {"reason": "region"}, 403),
]


@WAYS
@pytest.mark.parametrize(("fault", "settings", "status"), HANDSHAKE)
def test_a_refused_handshake_is_never_an_exception_of_the_sdk(
    edge: ProxyProcess, way: str, fault: str, settings: dict[str, str], status: int
) -> None:
    edge.play({"fault": fault, **settings, **REALTIME})
    before = len(edge.rows())

    error = outcome(dial(edge, way))

    assert isinstance(error, InvalidStatus)
    assert error.response.status_code == status
    row = row_of(edge, before)
    assert (row["delivered"], row["status"]) == (True, status)


@WAYS
def test_a_handshake_can_be_reset_or_hang(edge: ProxyProcess, way: str) -> None:
    edge.play({"fault": "connection_reset", **REALTIME})
    assert isinstance(outcome(dial(edge, way)), InvalidMessage | ConnectionResetError)

    edge.play({"fault": "hang", **REALTIME})
    before = len(edge.rows())
    assert isinstance(outcome(dial(edge, way, open_timeout=0.5)), TimeoutError)
    assert row_of(edge, before)["how"] == "client_left"


def test_a_fault_that_makes_up_an_answer_leaves_a_handshake_alone(edge: ProxyProcess) -> None:
    edge.play({"fault": "empty_answer", **REALTIME})
    before = len(edge.rows())

    events = outcome(dial(edge, "base_url"))

    assert said(events).endswith(SENTINEL)
    assert row_of(edge, before)["injected"] is False
    assert "asks for a WebSocket" in edge.rows("fault_skipped")[-1]["why"]


def test_a_websocket_that_ends_before_the_place_was_not_struck(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_drop", "after": "5000 messages", **REALTIME})
    before = len(edge.rows())

    outcome(dial(edge, "base_url"))

    row = row_of(edge, before)
    assert (row["injected"], row["delivered"]) == (False, None)
    assert "before its place was reached" in edge.rows("fault_skipped")[-1]["why"]


def test_a_client_that_vanishes_is_noted(edge: ProxyProcess) -> None:
    edge.play()
    before = len(edge.rows())

    connection, _, _ = raw_client(edge.port)
    with connection:
        pass

    assert row_of(edge, before)["end"] == "client_left"


@pytest.mark.parametrize("rules", [(), ({"fault": "ws_drop", "after": "9 messages", **REALTIME},)])
def test_nothing_is_kept_of_a_client_that_leaves_without_a_word(
    edge: ProxyProcess, rules: tuple[dict[str, Any], ...]
) -> None:
    edge.play(*rules)
    wait_until(lambda: edge.control(op="health")["connections"] == 0)
    before = edge.control(op="health")["tasks"]

    connection, *_ = raw_client(edge.port)
    wait_until(lambda: edge.control(op="health")["connections"] == 1)
    connection.__exit__(None, None, None)

    wait_until(lambda: edge.control(op="health")["connections"] == 0)
    wait_until(lambda: edge.control(op="health")["tasks"] == before)
    assert edge.control(op="health", debug=True)["objects"]["Relay"] == 0


def test_compression_is_negotiated_only_where_no_message_is_struck(edge: ProxyProcess) -> None:
    offer = f"{KEYED}sec-websocket-extensions: permessage-deflate\r\n"
    edge.play()
    connection, healthy, _ = raw_client(edge.port, extra=offer)
    connection.__exit__(None, None, None)
    edge.play({"fault": "ws_drop", **REALTIME})
    connection, struck, _ = raw_client(edge.port, extra=offer)
    connection.__exit__(None, None, None)

    assert "permessage-deflate" in healthy
    assert "permessage-deflate" not in struck


def test_a_drill_that_lets_go_has_the_row_and_the_session_lives(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_drop", "after": "0 messages", "count": None, **REALTIME})
    before = len(edge.rows())

    with dial(edge, "base_url").realtime() as session:
        wait_until(lambda: edge.control(op="stats")["under_way"] == 1)
        session.session.update(session=TEXT_ONLY)
        with pytest.raises(TimeoutError):
            session._connection.recv(timeout=0.2)
        assert edge.control(op="release")["released"] == 1
        (row,) = edge.wait_for_rows(before + 1)[before:]
        ask(session, "Hello")
        assert said(hear(session)).endswith(SENTINEL)

    assert (row["end"], row["delivered"], row["how"]) == ("released", True, "withheld")
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    assert len(edge.rows()) == before + 1


# Text in three fragments with a ping between them, binary, pong, something that says it is compressed, a long one.
FRAMES = [
    bytes((0x01, 2)) + b"He",
    make(0x9, b"ping"),
    bytes((0x00, 2)) + b"ll",
    bytes((0x80, 1)) + b"o",
    make(BINARY, bytes(range(256))),
    make(0xA, b""),
    bytes((0xC1, 3)) + b"\x02\x00\x00",
    make(TEXT, b"x" * 70_000),
    make_close(1000, "done"),
]
SPOKEN = bytes((0x01, 0x82, 1, 2, 3, 4)) + b"IK" + make(0x9, b"q", masked=True) + bytes((0x80, 0x81, 9, 8, 7, 6)) + b"h"


@dataclass
class Wired:
    """A proxy in front of a platform of raw sockets, which does what it is told next."""

    edge: ProxyProcess
    next: list[Handler]

    def does(self, handler: Handler) -> None:
        """What the platform does with the next connection."""
        self.next[:] = [handler]


@pytest.fixture(scope="module")
def wired(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wired]:
    handlers: list[Handler] = []
    with (
        raw_upstream(lambda connection, request: handlers[0](connection, request)) as platform,
        running_proxy(tmp_path_factory.mktemp("wired"), platform.url) as proxy,
    ):
        yield Wired(proxy, handlers)


@pytest.mark.parametrize("rules", [[], [{"fault": "ws_drop", "after": "999 messages"}]], ids=["healthy", "not_yet"])
def test_no_byte_of_any_frame_changes(wired: Wired, rules: list[dict[str, Any]]) -> None:
    got: list[bytes] = []
    wired.does(websocket_platform(FRAMES, len(SPOKEN), got))
    wired.edge.play(*({**rule, **REALTIME} for rule in rules))
    before, whole = len(wired.edge.rows()), b"".join(FRAMES)

    connection, head, rest = raw_client(wired.edge.port)
    with connection:
        heard = rest + receive(connection, len(whole) - len(rest))
        for byte in SPOKEN:
            connection.sendall(bytes((byte,)))
        end = read_to_end(connection)

    assert head.startswith("HTTP/1.1 101 ")
    assert (heard, got) == (whole, [SPOKEN])
    assert (end.raw, end.end) == (b"", "fin")
    row = row_of(wired.edge, before)
    assert (row["events"], row["received"], row["end"], row["close_code"]) == (4, 1, "complete", 1000)


@pytest.mark.parametrize(
    ("rule", "left"),
    [
        ({"fault": "ws_drop"}, [FRAMES[1], *FRAMES[4:]]),
        ({"fault": "ws_duplicate"}, [*FRAMES[:4], FRAMES[0], FRAMES[2], FRAMES[3], *FRAMES[4:]]),
    ],
)
def test_a_message_in_fragments_is_struck_whole_and_pings_are_not(
    wired: Wired, rule: dict[str, Any], left: list[bytes]
) -> None:
    wired.does(websocket_platform(FRAMES, 0, []))
    wired.edge.play({**rule, "after": "0 messages", **REALTIME})

    connection, _, rest = raw_client(wired.edge.port)
    with connection:
        heard = rest + read_to_end(connection).raw

    assert [one.raw for one in FrameCutter().feed(heard)] == left


def test_late_messages_arrive_though_the_platform_has_gone(wired: Wired) -> None:
    wired.does(websocket_platform(FRAMES, 0, []))
    wired.edge.play({"fault": "ws_delay", "delay": "100ms", "after": "0 messages", **REALTIME})
    before = len(wired.edge.rows())

    connection, _, rest = raw_client(wired.edge.port)
    with connection:
        seen = read_to_end(connection)

    assert (rest + seen.raw, seen.end) == (b"".join(FRAMES), "fin")
    assert row_of(wired.edge, before)["end"] == "complete"


def test_a_platform_that_vanishes_is_no_fault_of_ours(wired: Wired) -> None:
    wired.does(websocket_platform(FRAMES[4:5], 0, []))
    wired.edge.play({"fault": "ws_close", "after": "50 messages", **REALTIME})
    before = len(wired.edge.rows())

    connection, _, _ = raw_client(wired.edge.port)
    with connection:
        end = read_to_end(connection)

    assert end.end == "fin"
    row = row_of(wired.edge, before)
    assert (row["end"], row["injected"]) == ("error", False)


def test_a_close_is_said_to_the_platform_too(wired: Wired) -> None:
    got: list[bytes] = []
    wired.does(websocket_platform(FRAMES[4:5], 8, got))
    wired.edge.play({"fault": "ws_close", "code": 1013, "after": "1 message", **REALTIME})

    connection, _, rest = raw_client(wired.edge.port)
    with connection:
        heard = rest + receive(connection, len(FRAMES[4]) + 4 - len(rest))
        connection.sendall(make_close(1013, masked=True))
        end = read_to_end(connection)

    assert heard == FRAMES[4] + make_close(1013)
    assert end.end == "fin"
    wait_until(lambda: got or None)
    assert FrameCutter().feed(got[0])[0].close_code == 1001


def test_a_platform_that_opens_no_websocket_is_passed_on(edge: ProxyProcess) -> None:
    edge.play({"fault": "ws_drop", **REALTIME})
    before = len(edge.rows())

    connection, head, _ = raw_client(edge.port, extra="")
    connection.__exit__(None, None, None)

    assert head.startswith("HTTP/1.1 401 ")
    row = row_of(edge, before)
    assert (row["status"], row["injected"]) == (401, False)
    assert edge.rows("fault_skipped")[-1]["why"] == "the platform did not open a WebSocket"


@WAYS
def test_a_session_that_has_lasted_too_long_is_told_and_closed(edge: ProxyProcess, way: str) -> None:
    before = len(edge.rows())
    edge.play({"fault": "session_expired", "after": "9 messages", **REALTIME})

    events = outcome(dial(edge, way))

    assert len(events) == 10
    assert (events[-1].type, events[-1].error.code) == ("error", "session_expired")
    row = row_of(edge, before)
    assert (row["delivered"], row["end"], row["close_code"]) == (True, "cut", 1001)
