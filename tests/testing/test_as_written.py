"""Settings that mean something only when given reach a platform as they were written, and strike as they say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.printing import MESSAGES

from brownout.testing.outage import Outage, OutageServer, running_outage_server

CHAT = "openai.chat"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OutageServer]:
    with running_outage_server(tmp_path_factory.mktemp("outage")) as running:
        yield running


@pytest.fixture
def outage(server: OutageServer) -> Iterator[Outage]:
    handle = Outage(server)
    yield handle
    handle.close()


def ask(outage: Outage, *, stream: bool = False) -> httpx.Response:
    body = {"model": "gpt-4o-mini", "messages": MESSAGES, "stream": stream}
    with httpx.Client(trust_env=False, timeout=10) as client:
        headers = {"authorization": "Bearer sk-test-0000"}
        return client.post(f"{outage.openai_base_url}/chat/completions", json=body, headers=headers)


def pieces(outage: Outage) -> list[str]:
    """The events of a streamed answer."""
    return [line for line in ask(outage, stream=True).text.split("\n\n") if line]


def test_each_loses_a_share_of_the_events_and_leaves_the_rest(outage: Outage) -> None:
    whole = pieces(outage)
    rule = outage.strike("stream_drop", on=CHAT, each="30%")
    left = pieces(outage)

    assert 0 < len(left) < len(whole)
    assert [row["delivered"] for row in outage.exchanges(rule=rule)] == [True]


def test_only_loses_the_event_that_it_names_and_no_other(outage: Outage) -> None:
    whole = pieces(outage)
    rule = outage.strike("stream_drop", on=CHAT, only="[DONE]")
    left = pieces(outage)

    assert whole[-1] == "data: [DONE]"
    assert "data: [DONE]" not in left
    assert len(left) == len(whole) - 1
    assert [row["delivered"] for row in outage.exchanges(rule=rule)] == [True]


@pytest.mark.parametrize("settings", [{"after_headers": True}, {"at": "after_headers"}])
def test_a_hang_after_the_headers_has_sent_them(outage: Outage, settings: dict[str, Any]) -> None:
    outage.strike("hang", on=CHAT, release_after="200ms", **settings)

    with pytest.raises(httpx.RemoteProtocolError, match="incomplete chunked read"):
        ask(outage, stream=True)
    assert [row["status"] for row in outage.exchanges()] == [200]


def test_a_hang_without_more_sends_nothing(outage: Outage) -> None:
    outage.strike("hang", on=CHAT, release_after="200ms")

    with pytest.raises(httpx.RemoteProtocolError, match="without sending a response"):
        ask(outage)


def test_the_wait_that_a_bucket_asks_for_is_the_time_of_its_reset(outage: Outage) -> None:
    outage.strike("rate_limit", on=CHAT, bucket={"rate": "60 rpm", "burst": 2})
    answers = [ask(outage) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200, 200, 429]
    reset = re.fullmatch(r"(?:([\d.]+)s)?(?:(\d+)ms)?", answers[-1].headers["x-ratelimit-reset-requests"])
    assert reset
    seconds = float(reset[1] or 0) + float(reset[2] or 0) / 1000
    assert 0 < seconds <= 1
    assert int(answers[-1].headers["retry-after"]) == 1  # whole seconds, and never less than the reset
