"""A plain HTTP client sends messages and files to WhatsApp's desk in a real stand-in process."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from support.standin_process import Running

NUMBER = "/v25.0/106540352242922"
SENT: dict[str, Any] = {"messaging_product": "whatsapp", "to": "+16505076520", "type": "text", "text": {"body": "hi"}}


@pytest.fixture
def graph(standin: Running) -> Iterator[httpx.Client]:
    headers = {"authorization": "Bearer sk-test-1"}
    with httpx.Client(base_url=f"{standin.url}/whatsapp", headers=headers, timeout=20, trust_env=False) as client:
        yield client


def test_a_message_is_accepted_and_every_one_has_its_id(graph: httpx.Client) -> None:
    replies = [graph.post(f"{NUMBER}/messages", json=SENT) for _ in range(2)]
    ids = [reply.json()["messages"][0]["id"] for reply in replies]

    assert [reply.status_code for reply in replies] == [200, 200]
    assert replies[0].json()["contacts"] == [{"input": "+16505076520", "wa_id": "16505076520"}]
    assert len(set(ids)) == 2
    assert replies[0].headers["facebook-api-version"] == "v25.0"


@pytest.mark.parametrize("missing", ["messaging_product", "to"])
def test_a_message_without_its_parts_is_refused(graph: httpx.Client, missing: str) -> None:
    reply = graph.post(f"{NUMBER}/messages", json={key: value for key, value in SENT.items() if key != missing})

    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 100)
    assert reply.json()["error"]["message"] == f"(#100) The parameter {missing} is required."


def test_a_text_that_is_too_long_is_refused(graph: httpx.Client) -> None:
    reply = graph.post(f"{NUMBER}/messages", json={**SENT, "text": {"body": "x" * 4097}})

    assert (reply.status_code, reply.json()["error"]["code"]) == (400, 100)


def test_a_file_can_be_uploaded_looked_up_downloaded_and_deleted(graph: httpx.Client) -> None:
    form = {"messaging_product": "whatsapp", "type": "image/png"}
    id = graph.post(f"{NUMBER}/media", data=form, files={"file": ("a.png", b"\x89PNG", "image/png")}).json()["id"]
    found = graph.get(f"/v25.0/{id}").json()
    data = graph.get(found["url"])

    assert (found["mime_type"], found["file_size"]) == ("image/png", 4)
    assert found["sha256"] == hashlib.sha256(b"\x89PNG").hexdigest()
    assert (data.content, data.headers["content-type"]) == (b"\x89PNG", "image/png")
    assert graph.delete(f"/v25.0/{id}").json() == {"success": True}
    gone = graph.get(f"/v25.0/{id}")
    assert (gone.status_code, gone.json()["error"]["error_subcode"]) == (400, 33)


def test_an_upload_without_a_file_is_refused(graph: httpx.Client) -> None:
    reply = graph.post(f"{NUMBER}/media", files={"messaging_product": (None, "whatsapp")})

    assert "parameter file" in reply.json()["error"]["message"]


def test_a_file_behind_the_platforms_own_host_has_the_platforms_address(standin: Running) -> None:
    headers = {"authorization": "Bearer sk-test-1", "x-brownout-host": "graph.facebook.com"}
    asked = {**headers, "x-brownout-asked-host": "graph.facebook.com"}
    files = {"file": ("a.txt", b"hello", "text/plain")}
    id = httpx.post(f"{standin.url}{NUMBER}/media", headers=headers, files=files, trust_env=False).json()["id"]
    found = httpx.get(f"{standin.url}/v25.0/{id}", headers=asked, trust_env=False).json()
    address = httpx.URL(found["url"])
    there = {**headers, "x-brownout-host": address.host}
    data = httpx.get(f"{standin.url}{address.raw_path.decode()}", headers=there, trust_env=False)

    assert address.host == "lookaside.fbsbx.com"
    assert data.content == b"hello"


def test_a_number_is_there_and_the_rest_of_the_graph_api_is_not(graph: httpx.Client) -> None:
    other = graph.get("/v25.0/me/accounts")

    assert graph.get(NUMBER).json()["id"] == "106540352242922"
    assert (other.status_code, other.json()["error"]["code"]) == (400, 2500)


def test_a_token_may_stand_in_the_address(standin: Running) -> None:
    with_token = httpx.get(f"{standin.url}/whatsapp{NUMBER}?access_token=sk-test-1", trust_env=False)
    without = httpx.get(f"{standin.url}/whatsapp{NUMBER}", trust_env=False)

    assert with_token.status_code == 200
    assert (without.status_code, without.json()["error"]["code"]) == (401, 190)
