"""Nobody listens where the application did: seen after users found nobody there, and until somebody does again."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from support.proxies import wait_until
from support.upstreams import taking

from brownout.drill import port_watch
from brownout.drill.port_watch import Knock, PortWatch, knock
from brownout.drill.ports import free_port
from brownout.journal import MemoryJournal

Ends = Callable[[socket.socket], None]


def answers(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"HTTP/1.1 500 Internal Server Error\r\ncontent-length: 0\r\n\r\n")


def garbage(connection: socket.socket) -> None:
    connection.recv(65536)
    connection.sendall(b"\x00\x01\x02\r\n\r\n")


def resets(connection: socket.socket) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def closes(connection: socket.socket) -> None:
    connection.recv(65536)


@contextmanager
def an_application(does: Ends, port: int = 0) -> Iterator[str]:
    """Somebody who listens, and does this with every connection; its URL."""
    with taking(does, port) as taken:
        yield f"http://127.0.0.1:{taken}"


@pytest.mark.parametrize(
    ("does", "seen"), [(answers, "answers"), (garbage, "answers"), (resets, "resets"), (closes, "resets")]
)
def test_who_answers_anything_is_there_and_who_closes_without_a_word_is_not(does: Ends, seen: Knock) -> None:
    with an_application(does) as url:
        assert knock(url) == seen


def test_a_port_that_nobody_has_is_closed_and_a_host_that_is_not_known_tells_nothing() -> None:
    assert knock(f"http://localhost:{free_port()}") == "closed"
    assert knock("http://nobody.invalid:80") == "unknown"


def test_one_that_takes_its_time_is_not_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_watch, "_PATIENCE", 0.05)
    with socket.create_server(("127.0.0.1", 0)) as server:  # the kernel connects, and nobody reads
        assert knock(f"http://127.0.0.1:{server.getsockname()[1]}") == "unknown"


def _step(t: float, outcome: str, status: int | None = None) -> dict[str, Any]:
    step = {"kind": "journey", "channel": "http", "t": t, "duration": 0.0}
    return {**step, "outcome": outcome, "status": status}


def _beats(watch: PortWatch, journal: MemoryJournal, rows: int) -> list[tuple[str, str]]:
    """What it has written down, once there are so many rows."""

    def seen() -> bool:
        watch.beat()
        return len(journal.rows) >= rows

    wait_until(seen, 30)
    return [(row["event"], row["detail"]) for row in journal.rows]


def test_a_port_that_closes_and_opens_again_is_gone_since_the_first_user_who_found_nobody_and_back() -> None:
    journal, port = MemoryJournal(), free_port()
    watch = PortWatch(f"http://127.0.0.1:{port}", journal)
    watch.take(_step(5.0, "ok", 200))
    watch.take(_step(7.0, "unreachable"))
    watch.take(_step(8.0, "unreachable"))

    assert _beats(watch, journal, 1) == [("gone", "closed its port")]
    assert journal.rows[0]["t"] == 7.0
    assert watch.gone
    with an_application(answers, port):
        assert _beats(watch, journal, 2)[1] == ("back", "is back")
    assert not watch.gone


def test_one_that_goes_again_was_there_until_then_though_a_row_of_before_is_read_after_it_was_back() -> None:
    journal, port = MemoryJournal(), free_port()
    watch = PortWatch(f"http://127.0.0.1:{port}", journal)
    watch.take(_step(7.0, "unreachable"))
    _beats(watch, journal, 1)
    with an_application(answers, port):
        _beats(watch, journal, 2)
    watch.take(_step(7.5, "unreachable"))

    assert [event for event, _ in _beats(watch, journal, 3)] == ["gone", "back", "gone"]
    assert journal.rows[2]["t"] >= journal.rows[1]["t"]


def test_one_that_let_users_in_later_was_there_until_then() -> None:
    journal = MemoryJournal()
    watch = PortWatch(f"http://127.0.0.1:{free_port()}", journal)
    watch.take(_step(7.0, "unreachable"))
    watch.take(_step(9.0, "ok", 200))
    watch.take(_step(9.5, "ok", 101) | {"channel": "websocket"})  # on a connection of before

    assert _beats(watch, journal, 1) == [("gone", "closed its port")]
    assert journal.rows[0]["t"] == 9.0


def test_one_that_lets_nobody_in_is_gone_since_the_first_whom_it_turned_out() -> None:
    journal = MemoryJournal()
    with an_application(resets) as url:
        watch = PortWatch(url, journal)
        for t in (7.0, 7.5, 8.0):
            watch.take(_step(t, "cut"))

        assert _beats(watch, journal, 1) == [("gone", "closed every connection without an answer")]
    assert journal.rows[0]["t"] == 7.0


def test_an_answer_to_who_was_let_in_before_says_nothing_of_who_is_turned_out() -> None:
    journal = MemoryJournal()
    with an_application(closes) as url:
        watch = PortWatch(url, journal)
        watch.take(_step(7.0, "cut"))
        watch.take({**_step(6.5, "ok", 200), "duration": 0.8})
        watch.take(_step(7.5, "cut"))
        watch.take(_step(8.0, "cut"))

        assert _beats(watch, journal, 1) == [("gone", "closed every connection without an answer")]
    assert journal.rows[0]["t"] == 7.0


def test_webhooks_that_find_nobody_are_a_sign_as_well() -> None:
    journal = MemoryJournal()
    watch = PortWatch(f"http://127.0.0.1:{free_port()}", journal)
    watch.take({"kind": "exchange", "via": "inbound", "status": None, "injected": True, "t": 3.0, "duration": 0.1})
    watch.take({"kind": "exchange", "via": "inbound", "status": None, "injected": False, "t": 4.0, "duration": 0.5})

    assert _beats(watch, journal, 1) == [("gone", "closed its port")]
    assert journal.rows[0]["t"] == 4.5


@pytest.mark.parametrize(
    "rows",
    [
        [_step(7.0, "ok", 200), _step(8.0, "error", 502), _step(9.0, "hung")],
        [_step(7.0, "cut"), _step(7.2, "cut"), _step(7.4, "cut")],  # within a moment
        [_step(7.0, "cut"), _step(7.5, "error", 500), _step(8.0, "cut"), _step(9.5, "cut")],  # with an answer between
        [_step(7.0, "cut", 200), _step(8.0, "cut", 200), _step(9.0, "cut", 200)],  # in the middle of an answer
    ],
)
def test_an_application_that_does_anything_else_is_not_even_asked(rows: list[dict[str, Any]]) -> None:
    journal = MemoryJournal()
    watch = PortWatch("http://127.0.0.1:1", journal, _not_asked)
    for row in rows:
        watch.take(row)
    watch.beat()

    assert watch._looking is None


def _not_asked(url: str) -> Knock:
    raise AssertionError(f"{url} was asked")


def _is_over(watch: PortWatch) -> bool:
    watch.beat()
    return watch._since is None


def test_one_that_drops_users_and_answers_when_asked_is_not_gone() -> None:
    journal, asked = MemoryJournal(), threading.Event()

    def look(_: str) -> Knock:
        asked.set()
        return "answers"

    watch = PortWatch("http://127.0.0.1:1", journal, look)
    for t in (7.0, 8.0, 9.0):
        watch.take(_step(t, "cut"))
    watch.beat()
    assert asked.wait(30)
    wait_until(lambda: _is_over(watch), 30)

    assert (journal.rows, watch.gone) == ([], False)


def test_a_load_that_reached_nobody_failed_unless_the_application_had_gone() -> None:
    journal = MemoryJournal()
    watch = PortWatch(f"http://127.0.0.1:{free_port()}", journal)
    watch.take({"kind": "process", "name": "load", "event": "exited", "detail": "nobody could reach the application"})
    assert not watch.explains_the_load

    watch.take(_step(7.0, "unreachable"))
    _beats(watch, journal, 1)
    assert watch.explains_the_load
