"""Gemini through the proxy: a stream that is a JSON array, and uploads that find their way back."""

from __future__ import annotations

import io
import json
import os
from typing import Any

import httpx
import pytest
from support.proxies import ProxyProcess, wait_until

pytestmark = pytest.mark.e2e
PATH = "/v1beta/models/gemini-2.5-flash:streamGenerateContent"
ASK = {"contents": [{"parts": [{"text": "Hello bo-aaaaaaaaaaaa"}]}]}
KEY = {"x-goog-api-key": "sk-test-1"}


@pytest.fixture(autouse=True)
def direct(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.lower().endswith("_proxy") or name.startswith("GOOGLE_")]:
        monkeypatch.delenv(name)


def ask(edge: ProxyProcess, query: str = "") -> tuple[bytes, dict[str, Any]]:
    """What came of a call's body, and the journal's row of it."""
    before = len(edge.rows())
    data = b""
    url = f"{edge.url}/gemini{PATH}{query}"
    with httpx.Client(timeout=20) as client, client.stream("POST", url, json=ASK, headers=KEY) as answer:
        assert answer.status_code == 200
        for part in answer.iter_raw():
            data += part
    wait_until(lambda: edge.control(op="stats")["under_way"] == 0)
    (row,) = edge.wait_for_rows(before + 1)[before:]
    return data, row


def test_without_a_fault_the_array_is_whole_and_counted(edge: ProxyProcess) -> None:
    edge.play()

    data, row = ask(edge)

    assert row["events"] == len(json.loads(data)) + 1  # the end of the array counts as one
    assert (row["service"], row["canary"], row["stream"]) == ("gemini.generate", "bo-aaaaaaaaaaaa", True)


def test_a_key_in_the_query_is_not_written_down(edge: ProxyProcess) -> None:
    edge.play()

    assert "sk-test-secret" not in json.dumps(ask(edge, "?key=sk-test-secret")[1])


@pytest.mark.parametrize("events", [1, 3])
def test_an_array_is_cut_between_its_elements(edge: ProxyProcess, events: int) -> None:
    edge.play({"fault": "stream_cut", "on": "gemini.generate", "share": "100%", "after": f"{events} events"})

    data, row = ask(edge)

    assert len(json.loads(data + b"]")) == events
    assert (row["fault"], row["injected"], row["delivered"]) == ("stream_cut", True, True)


@pytest.mark.parametrize("query", ["", "?alt=sse"])
def test_an_error_takes_the_place_of_an_element(edge: ProxyProcess, query: str) -> None:
    edge.play({"fault": "stream_error", "on": "gemini.generate", "share": "100%", "after": "2 events"})

    data, row = ask(edge, query)

    chunks = [json.loads(one[6:]) for one in data.split(b"\r\n\r\n") if one] if query else json.loads(data)
    assert ["error" in one for one in chunks] == [False, False, True]
    assert isinstance(chunks[-1]["error"]["code"], int)
    assert (row["injected"], row["delivered"]) == (True, True)


@pytest.mark.parametrize("way", ["base_url", "intercept"])
def test_an_upload_comes_back_the_way_it_went(edge: ProxyProcess, monkeypatch: pytest.MonkeyPatch, way: str) -> None:
    genai = pytest.importorskip("google.genai")
    edge.play()
    settings: dict[str, Any] = {}
    if way == "intercept":
        monkeypatch.setenv("HTTPS_PROXY", edge.url)
        monkeypatch.setenv("SSL_CERT_FILE", edge.ca)
    else:
        settings = {"http_options": {"base_url": f"{edge.url}/gemini"}}
    before = len(edge.rows())

    client = genai.Client(api_key="sk-test-1", **settings)
    file = client.files.upload(file=io.BytesIO(way.encode()), config={"mime_type": "text/plain"})
    client.files.delete(name=file.name)
    client.close()

    assert file.size_bytes == len(way)
    assert file.sha256_hash
    rows = edge.wait_for_rows(before + 3)[before:]
    assert [(row["service"], row["via"], row["status"]) for row in rows] == [("gemini.files", way, 200)] * 3
