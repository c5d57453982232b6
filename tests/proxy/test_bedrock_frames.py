"""Faults in streams of binary frames, and of lines: positions are whole events, and these are counted."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import ollama
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, EventStreamError
from support.bedrock import client_of
from support.proxies import ProxyProcess, wait_until
from urllib3.exceptions import ProtocolError

from brownout.calls.canary import SENTINEL

pytestmark = pytest.mark.e2e
MODEL = "us.anthropic.claude-haiku-4-5-20251001-v1:0"
ASKED: dict[str, Any] = {"modelId": MODEL, "messages": [{"role": "user", "content": [{"text": "Hello"}]}]}


@pytest.fixture(params=["base_url", "intercept"])
def client(request: pytest.FixtureRequest, edge: ProxyProcess, monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in [name for name in os.environ if name.lower().endswith("_proxy")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.delenv("AWS_BEARER_TOKEN_BEDROCK", raising=False)
    if request.param == "base_url":
        url, config = f"{edge.url}/bedrock", None
    else:
        monkeypatch.setenv("AWS_CA_BUNDLE", edge.ca)
        url = "https://bedrock-runtime.eu-west-1.amazonaws.com"
        config = Config(
            proxies={"https": edge.url}, retries={"mode": "standard", "total_max_attempts": 1}, read_timeout=20
        )
    with client_of(url, config=config) as made:
        yield made


def streamed(client: Any) -> Iterator[dict[str, Any]]:
    with closing(client.converse_stream(**ASKED)["stream"]) as stream:
        yield from stream


def text_of(events: list[dict[str, Any]]) -> str:
    return "".join(event["contentBlockDelta"]["delta"]["text"] for event in events if "contentBlockDelta" in event)


def row_after(edge: ProxyProcess, before: int) -> dict[str, Any]:
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    (row,) = edge.wait_for_rows(before + 1)[before:]
    return row


def test_without_a_fault_all_frames_arrive_and_are_counted(edge: ProxyProcess, client: Any) -> None:
    edge.play()
    before = len(edge.rows())
    events = list(streamed(client))
    row = row_after(edge, before)

    assert text_of(events).endswith(SENTINEL)
    assert (row["service"], row["model"], row["stream"]) == ("bedrock.converse", MODEL, True)
    assert (row["events"], row["end"]) == (len(events), "complete")


@pytest.mark.parametrize("count", [1, 8])
def test_a_clean_cut_is_at_the_end_of_a_frame_and_silent(edge: ProxyProcess, client: Any, count: int) -> None:
    edge.play({"fault": "stream_cut", "on": "bedrock.*", "after": f"{count} events"})
    before = len(edge.rows())

    assert len(list(streamed(client))) == count
    assert row_after(edge, before)["events"] == count


def test_an_exception_comes_after_so_many_events(edge: ProxyProcess, client: Any) -> None:
    edge.play({"fault": "stream_error", "on": "bedrock.converse", "after": "8 events"})
    before = len(edge.rows())
    stream = streamed(client)
    passed = [next(stream) for _ in range(8)]

    with pytest.raises(EventStreamError):
        next(stream)
    assert "messageStart" in passed[0]
    assert row_after(edge, before)["events"] == 9


def test_a_reset_breaks_the_transport_after_so_many_events(edge: ProxyProcess, client: Any) -> None:
    edge.play({"fault": "stream_reset", "on": "bedrock.converse", "after": "8 events"})
    before = len(edge.rows())

    with pytest.raises(ProtocolError):
        list(streamed(client))
    row = row_after(edge, before)
    assert (row["events"], row["how"]) == (8, "rst")


def test_a_region_is_known_by_host_or_signature(edge: ProxyProcess, client: Any) -> None:
    here, elsewhere = ({"region": region} for region in ("eu-west-*", "us-*"))
    edge.play({"fault": "server_error", "on": "bedrock.*", "when": elsewhere})
    assert client.converse(**ASKED)["stopReason"] == "end_turn"

    edge.play({"fault": "server_error", "on": "bedrock.*", "when": here})
    with pytest.raises(ClientError) as caught:
        client.converse(**ASKED)
    assert caught.value.response["Error"]["Code"] == "InternalServerException"


def test_lines_of_json_are_cut_and_counted_too(edge: ProxyProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_PROXY", "*")
    edge.play({"fault": "stream_error", "on": "ollama.chat", "after": "5 events"})
    before = len(edge.rows())
    made = ollama.Client(host=f"{edge.url}/ollama", timeout=20)
    parts = made.chat(model="llama3.2", messages=[{"role": "user", "content": "Hello"}], stream=True)

    assert [next(parts).done for _ in range(5)] == [False] * 5
    with pytest.raises(ollama.ResponseError):
        next(parts)
    made._client.close()
    assert row_after(edge, before)["events"] == 6
