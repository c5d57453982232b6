"""The stand-in's HTTP: recognition, framing, callers who leave."""

from __future__ import annotations

import http.client
import json
import socket

import httpx
import pytest
from support.standin_process import Running, Start

BODY = {"model": "gpt-4o", "messages": [{"role": "user", "content": "hi"}]}
KEY = {"authorization": "Bearer sk-test-1"}


def test_the_proxy_s_header_names_the_platform(standin: Running) -> None:
    headers = {**KEY, "x-brownout-host": "api.openai.com"}
    reply = httpx.post(f"{standin.url}/v1/chat/completions", json=BODY, headers=headers, trust_env=False)
    assert reply.json()["object"] == "chat.completion"
    assert reply.headers["server"] == "cloudflare"
    assert len(reply.headers.get_list("content-type")) == 1


def test_a_request_that_names_no_platform_is_told_how(standin: Running) -> None:
    reply = httpx.post(f"{standin.url}/v1/chat/completions", json=BODY, headers=KEY, trust_env=False)
    assert reply.status_code == 404
    assert "/openai/v1" in reply.json()["error"]["message"]


def test_every_event_is_a_chunk_of_its_own(standin: Running) -> None:
    request = json.dumps({**BODY, "stream": True}).encode()
    head = "POST /v1/chat/completions HTTP/1.1\r\nHost: api.openai.com\r\nAuthorization: Bearer sk-test-1\r\n"
    head += f"Content-Type: application/json\r\nContent-Length: {len(request)}\r\nConnection: close\r\n\r\n"
    with socket.create_connection(("127.0.0.1", standin.port), timeout=30) as connection:
        connection.sendall(head.encode() + request)
        raw = b"".join(iter(lambda: connection.recv(65536), b""))
    header, _, rest = raw.partition(b"\r\n\r\n")
    assert b"transfer-encoding: chunked" in header.lower()
    assert b"content-type: text/event-stream" in header.lower()
    chunks = []
    while rest:
        size, _, rest = rest.partition(b"\r\n")
        chunks.append(rest[: int(size, 16)])
        rest = rest[int(size, 16) + 2 :]
    assert chunks[-1] == b""
    assert all(chunk.startswith(b"data: ") and chunk.count(b"\n\n") == 1 for chunk in chunks[:-1])
    assert chunks[-2] == b"data: [DONE]\n\n"


def test_a_caller_who_leaves_in_a_stream_harms_nobody(start: Start) -> None:
    running = start(pace={"first_token": 0, "first_token_jitter": 0, "tokens_per_second": 100})
    url = f"{running.url}/openai/v1/chat/completions"
    with httpx.Client(trust_env=False, headers=KEY, timeout=30) as staying:
        with (
            httpx.Client(trust_env=False, headers=KEY) as leaving,
            leaving.stream("POST", url, json={**BODY, "stream": True}) as response,
        ):
            assert next(response.iter_bytes()).startswith(b"data: ")
        with staying.stream("POST", url, json={**BODY, "stream": True}) as response:
            assert response.read().endswith(b"data: [DONE]\n\n")
    assert running.end() == (0, "", "")


def test_a_head_request_gets_a_head(standin: Running) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", standin.port, timeout=30)
    connection.request("HEAD", "/anthropic/", headers={"x-api-key": "sk-test-1"})
    reply = connection.getresponse()
    assert (reply.status, reply.read()) == (404, b"")
    connection.close()


@pytest.mark.parametrize("size", [2 * 1024 * 1024, 33 * 1024 * 1024])
def test_long_prompts_are_read_up_to_a_limit(standin: Running, size: int) -> None:
    body = {"model": "gpt-4o", "messages": [{"role": "user", "content": "x" * size}]}
    headers = {**KEY, "x-brownout-host": "api.openai.com"}
    reply = httpx.post(f"{standin.url}/v1/chat/completions", json=body, headers=headers, trust_env=False, timeout=60)
    assert reply.status_code == (200 if size < 32 * 1024 * 1024 else 413)


def test_headers_as_long_and_as_many_as_platforms_take_are_taken(standin: Running) -> None:
    many = {f"x-tag-{number}": "v" for number in range(300)}
    headers = {**KEY, **many, "x-brownout-host": "api.openai.com", "x-trace": "t" * 60_000}
    reply = httpx.post(f"{standin.url}/v1/chat/completions", json=BODY, headers=headers, trust_env=False)
    assert reply.status_code == 200


@pytest.mark.parametrize("spoilt", ["x" * 300_000, "un\x01known"], ids=["too long", "no header"])
def test_a_request_that_is_refused_leaves_no_key_in_the_log(start: Start, spoilt: str) -> None:
    running = start()
    secret = f"Bearer sk-proj-{spoilt[:2]}-a-key-in-play-{spoilt}"
    head = f"POST /openai/v1/chat/completions HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {secret}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", running.port), timeout=30) as connection:
        connection.sendall(head.encode())
        answer = connection.recv(65536)
    assert answer.startswith(b"HTTP/1.")
    assert b" 400 " in answer[:20]
    _, _, log = running.end()
    assert "a request that is no HTTP" in log
    assert "sk-proj" not in log
    assert "in-play" not in log
