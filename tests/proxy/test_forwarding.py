"""Forwarded answers that are changed, torn or dripped: what a raw socket sees, over HTTP, TLS and HTTP/2."""

from __future__ import annotations

import asyncio
import gzip
import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import pytest
from support.http2 import client as http2_client
from support.proxies import ProxyProcess, running_proxy
from support.strikes import strike
from support.upstreams import Received, chunk, event_stream, json_reply, raw_upstream
from support.wire import ask, chat_body

pytestmark = pytest.mark.e2e

USAGE = {"prompt_tokens": 3, "completion_tokens": 5, "total_tokens": 8}
EVENTS = [
    *(json.dumps({"choices": [{"delta": {"content": f"wörd {n}"}}]}, ensure_ascii=False).encode() for n in range(8)),
    json.dumps({"choices": [], "usage": USAGE}).encode(),
    b"[DONE]",
]
EVENTS = [b"data: " + data + b"\n\n" for data in EVENTS]
WHOLE = b"".join(EVENTS)
PLAIN = json.dumps({"id": "chatcmpl-1", "usage": USAGE, "choices": [{"message": {"content": "x" * 100}}]}).encode()
BATCH = json.dumps({"id": "batch_1", "object": "batch", "status": "completed"}).encode()
URL = "https://api.openai.com/v1/chat/completions"


def _uneven(connection: Any, _: Received) -> None:
    """The same events in chunks of seven bytes, and trailers."""
    connection.sendall(b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n")
    for start in range(0, len(WHOLE), 7):
        connection.sendall(chunk(WHOLE[start : start + 7]))
    connection.sendall(b"0\r\nx-checksum: abc\r\n\r\n")


def _platform(connection: Any, request: Received) -> None:
    if "/v1/batches" in request.head:
        json_reply(BATCH, "x-request-id: req_1")(connection, request)
    elif b"compressed" in request.body:
        json_reply(gzip.compress(PLAIN), "content-encoding: gzip")(connection, request)
    elif b"uneven" in request.body:
        _uneven(connection, request)
    elif b'"stream": true' in request.body:
        event_stream(EVENTS)(connection, request)
    else:
        json_reply(PLAIN, "x-request-id: req_1")(connection, request)


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ProxyProcess]:
    with (
        raw_upstream(_platform) as platform,
        running_proxy(tmp_path_factory.mktemp("proxy"), platform.url) as running,
    ):
        yield running


@pytest.fixture(params=["http", "tls"])
def ca(request: pytest.FixtureRequest, proxy: ProxyProcess) -> str | None:
    return proxy.ca if request.param == "tls" else None


@pytest.mark.parametrize(
    ("fault", "settings", "events"),
    [
        ("stream_duplicate", {"after": "2 events"}, [*EVENTS[:3], EVENTS[2], *EVENTS[3:]]),
        ("stream_drop", {"after": "2 events"}, [*EVENTS[:2], *EVENTS[3:]]),
        ("stream_drop", {"only": "[DONE]"}, EVENTS[:-1]),
        ("stream_reorder", {"after": "2 events"}, [*EVENTS[:2], EVENTS[3], EVENTS[2], *EVENTS[4:]]),
        ("usage_missing", {}, [*EVENTS[:8], EVENTS[9]]),
    ],
)
def test_a_changed_stream_is_the_platforms_but_for_the_change(
    proxy: ProxyProcess, ca: str | None, fault: str, settings: dict[str, Any], events: list[bytes]
) -> None:
    seen, row = strike(proxy, ca, fault, stream=True, **settings)

    assert seen.raw.partition(b"\r\n\r\n")[2] == b"".join(map(chunk, events)) + b"0\r\n\r\n"
    assert (row["injected"], row["delivered"], row["how"], row["end"]) == (True, True, "written", "complete")
    assert row["events"] == len(events)


def test_no_chunking_of_the_platforms_changes_what_an_edit_does(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "stream_drop", "on": "openai.chat", "after": "2 events"})

    seen = ask(proxy.port, body=chat_body(stream=True, text="uneven"), until=b"abc\r\n\r\n")

    assert seen.raw.partition(b"\r\n\r\n")[2] == (
        b"".join(map(chunk, [*EVENTS[:2], *EVENTS[3:]])) + b"0\r\nx-checksum: abc\r\n\r\n"
    )


@pytest.mark.parametrize("kind", ["json", "utf8", "bytes"])
def test_a_damaged_event_keeps_its_place_and_its_framing(proxy: ProxyProcess, ca: str | None, kind: str) -> None:
    seen, row = strike(proxy, ca, "stream_corrupt", stream=True, after="2 events", kind=kind)

    events = seen.body.split(b"\n\n")
    assert [event + b"\n\n" for event in events[:-1]][:2] == EVENTS[:2]
    assert events[2] + b"\n\n" != EVENTS[2]
    assert [event + b"\n\n" for event in events[3:-1]] == EVENTS[3:]
    assert row["delivered"] is True


@pytest.mark.parametrize("end", ["clean", "fin"])
def test_a_stream_can_be_cut_inside_an_event(proxy: ProxyProcess, ca: str | None, end: str) -> None:
    seen, row = strike(proxy, ca, "stream_cut", stream=True, after="3 events", inside="event", end=end)

    whole = b"".join(EVENTS[:3])
    assert seen.body.startswith(whole)
    assert b"".join(EVENTS[:4]).startswith(seen.body)
    assert len(whole) < len(seen.body) < len(whole + EVENTS[3])
    assert (seen.terminated, seen.end) == ((True, "complete") if end == "clean" else (False, "fin"))
    assert (row["delivered"], row["events"]) == (True, 3)


def test_a_stream_can_be_cut_inside_a_character(proxy: ProxyProcess, ca: str | None) -> None:
    seen, _ = strike(proxy, ca, "stream_cut", stream=True, after="3 events", inside="code_point")

    assert seen.body == b"".join(EVENTS[:3]) + EVENTS[3][: EVENTS[3].index("ö".encode()) + 1]
    with pytest.raises(UnicodeDecodeError):
        seen.body.decode()


def test_a_cut_behind_the_last_event_is_reported_as_skipped(proxy: ProxyProcess) -> None:
    seen, row = strike(proxy, None, "stream_cut", stream=True, after="10 events", inside="event")

    assert (seen.body, row["injected"]) == (WHOLE, False)
    assert "ended after 10 events, before 11" in proxy.rows("fault_skipped")[-1]["why"]


def test_a_plain_answer_is_changed_and_has_the_length_it_says(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "usage_missing")

    left = json.dumps({key: value for key, value in json.loads(PLAIN).items() if key != "usage"}).encode()
    assert seen.raw == (
        b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: %d\r\n"
        b"x-request-id: req_1\r\n\r\n%s" % (len(left), left)
    )
    assert (row["injected"], row["delivered"], row["how"], row["end"]) == (True, True, "written", "complete")


def test_a_plain_answer_that_came_compressed_is_changed_even_so(proxy: ProxyProcess) -> None:
    proxy.play({"fault": "usage_missing", "on": "openai.chat", "missing": "null"})

    seen = ask(proxy.port, body=chat_body(text="compressed"))

    assert "content-encoding" not in seen.head.lower()
    assert json.loads(seen.body)["usage"] is None


@pytest.mark.parametrize(("stream", "fault"), [(True, "stream_drop"), (False, "job_stuck")])
def test_where_nothing_can_be_changed_the_answer_passes_and_the_journal_says_so(
    proxy: ProxyProcess, stream: bool, fault: str
) -> None:
    before = len(proxy.rows())
    settings = {"after": "99 events"} if stream else {}
    proxy.play({"fault": fault, "on": "openai.*", **settings})

    path = "/v1/chat/completions" if stream else "/v1/files"
    seen = ask(proxy.port, path=path, body=chat_body(stream))

    row = proxy.wait_for_rows(before + 1)[-1]
    assert seen.body == (WHOLE if stream else PLAIN)
    assert (row["injected"], row["delivered"]) == (False, None)
    assert "nothing in the platform's answer to change" in proxy.rows("fault_skipped")[-1]["why"]


def test_a_batch_stays_queued(proxy: ProxyProcess, ca: str | None) -> None:
    proxy.play({"fault": "job_stuck", "on": "openai.*"})

    seen = ask(proxy.port, ca, path="/v1/batches/batch_1", method="GET")

    assert json.loads(seen.body) == {"id": "batch_1", "object": "batch", "status": "in_progress"}


@pytest.mark.parametrize("stream", [False, True])
def test_a_dripping_answer_comes_in_small_pieces_and_whole(proxy: ProxyProcess, ca: str | None, stream: bool) -> None:
    seen, row = strike(proxy, ca, "slow_drip", stream, bytes=40, gap="5ms")

    body = WHOLE if stream else PLAIN
    assert seen.body == body
    assert (row["delivered"], row["how"], row["end"]) == (True, "written", "complete")
    assert row["duration"] >= 0.005 * (len(body) // 40 - len(EVENTS) - 1)
    if stream:
        pieces = seen.raw.partition(b"\r\n\r\n")[2].count(b"\r\n") // 2 - 1
        assert pieces == sum(-(-len(event) // 40) for event in EVENTS)


def test_an_answer_of_one_drop_cannot_drip(proxy: ProxyProcess) -> None:
    seen, row = strike(proxy, None, "slow_drip", bytes=10_000)

    assert (seen.body, row["injected"]) == (PLAIN, False)


@pytest.mark.parametrize("stream", [False, True])
def test_headers_come_late(proxy: ProxyProcess, ca: str | None, stream: bool) -> None:
    seen, row = strike(proxy, ca, "slow_headers", stream, delay={"uniform": ["200ms", "250ms"]})

    assert seen.body == (WHOLE if stream else PLAIN)
    assert row["first_byte"] >= 0.2
    assert row["delivered"] is True


def test_a_stream_can_hold_keep_alives_only(proxy: ProxyProcess, ca: str | None) -> None:
    seen, row = strike(proxy, ca, "keepalives_only", stream=True, every="20ms", release_after="300ms")

    beats = seen.body.split(b"\n\n")
    assert (seen.status, seen.end, seen.terminated) == (200, "fin", False)
    assert set(beats) == {b": keep-alive", b""}
    assert len(beats) > 3
    assert (row["how"], row["delivered"], row["upstream_status"]) == ("released", True, None)


def test_a_client_that_leaves_keep_alives_leaves_nothing_behind(proxy: ProxyProcess) -> None:
    seen, row = strike(proxy, None, "keepalives_only", stream=True, every="10ms", until=b"keep-alive")

    assert seen.end == "open"
    assert (row["end"], row["how"], row["delivered"]) == ("client_left", "client_left", True)


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        ({"fault": "stream_drop", "after": "2 events"}, b"".join([*EVENTS[:2], *EVENTS[3:]])),
        ({"fault": "stream_cut", "after": "2 events", "inside": "event"}, None),
        ({"fault": "slow_drip", "bytes": 50, "gap": "1ms"}, WHOLE),
    ],
)
def test_over_http2_it_is_the_same(proxy: ProxyProcess, rule: dict[str, Any], body: bytes | None) -> None:
    proxy.play({"on": "openai.chat", **rule})

    async def post() -> bytes:
        async with http2_client(proxy) as session:
            return (await session.post(URL, content=chat_body(stream=True))).content

    content = asyncio.run(post())

    assert content == body if body is not None else WHOLE.startswith(content)
    assert all(start < end for start, end in pairwise([len(b"".join(EVENTS[:2])), len(content)]))
