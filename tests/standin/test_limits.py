"""Requests that are too long, as their platform's front refuses them, and never in the words of an HTTP library."""

from __future__ import annotations

import http.client
import json
import socket

import httpx
import openai
import pytest
from support.standin_process import Running

from brownout.standin.limits import MOST_HEADERS, MOST_URL

PAGE = (
    b"<html>\r\n<head><title>400 Request Header Or Cookie Too Large</title></head>\r\n<body>\r\n"
    b"<center><h1>400 Bad Request</h1></center>\r\n<center>Request Header Or Cookie Too Large</center>\r\n"
    b"<hr><center>cloudflare</center>\r\n</body>\r\n</html>\r\n"
)


def _post(standin: Running, path: str, **headers: str) -> tuple[int, str | None, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", standin.port, timeout=30)
    connection.request("POST", path, b"{}", {"authorization": "Bearer sk-test-1", **headers})
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, answer.headers["server"], body


@pytest.mark.parametrize("path", ["/openai/v1/chat/completions", "/anthropic/v1/messages", "/groq/openai/v1/models"])
def test_behind_the_cdn_long_headers_and_long_urls_get_its_pages(standin: Running, path: str) -> None:
    assert _post(standin, path, **{"x-long": "x" * MOST_HEADERS}) == (400, "cloudflare", PAGE)
    status, server, page = _post(standin, f"{path}?q={'x' * MOST_URL}")
    assert (status, server) == (414, "cloudflare")
    assert b"<center><h1>414 Request-URI Too Large</h1></center>" in page


@pytest.mark.parametrize(
    "path",
    [
        "/azure/openai/deployments/d/chat/completions?api-version=2024-10-21",
        "/bedrock/model/m/converse",
        "/cohere/v2/chat",
        "/gemini/v1beta/models/gemini-2.5-flash:generateContent",
        "/ollama/api/chat",
        "/whatsapp/v23.0/1/messages",
    ],
)
def test_elsewhere_they_get_the_platform_s_own_kind_of_error(standin: Running, path: str) -> None:
    status, _, body = _post(standin, path, **{"x-long": "x" * MOST_HEADERS})
    assert status == 431
    assert "Request header fields too large" in body.decode()
    assert isinstance(json.loads(body), dict)


def test_many_short_headers_are_counted_by_their_bytes_only(standin: Running) -> None:
    url, headers = f"{standin.url}/openai/v1/models", {"authorization": "Bearer sk-test-1"}
    many = {f"x-{number}": "v" for number in range(3_000)}
    assert httpx.get(url, headers={**headers, **many}, trust_env=False).status_code == 200
    more = {f"x-{number}": "v" * 40 for number in range(3_000)}
    assert httpx.get(url, headers={**headers, **more}, trust_env=False).status_code == 400


def test_the_official_client_finds_the_page_in_its_error(standin: Running) -> None:
    client = openai.OpenAI(
        base_url=f"{standin.url}/openai/v1", api_key="sk-test-1", max_retries=0,
        default_headers={"x-long": "x" * MOST_HEADERS}, http_client=httpx.Client(trust_env=False),
    )  # fmt: skip
    with client, pytest.raises(openai.BadRequestError) as caught:
        client.models.list()
    assert caught.value.response.content == PAGE
    assert caught.value.request_id is None


def test_what_is_no_http_gets_the_page_of_the_web_server_inside_the_cdn(standin: Running) -> None:
    with socket.create_connection(("127.0.0.1", standin.port), timeout=30) as connection:
        connection.sendall(b"POST /openai/v1/models HTTP/1.1\r\nHost: 127.0.0.1\r\nBad\x01Name: x\r\n\r\n")
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    head, _, page = answer.partition(b"\r\n\r\n")
    assert b" 400 Bad Request" in head.splitlines()[0]
    assert b"aiohttp" not in head
    assert b"<center><h1>400 Bad Request</h1></center>\r\n<hr><center>cloudflare</center>" in page


def test_a_body_that_is_too_long_is_refused_in_the_platform_s_words(standin: Running) -> None:
    body = b'{"model": "claude-sonnet-4-5", "messages": "' + b"x" * (32 * 1024 * 1024) + b'"}'
    headers = {"x-api-key": "sk-test-1", "content-type": "application/json"}
    answer = httpx.post(f"{standin.url}/anthropic/v1/messages", content=body, headers=headers, trust_env=False)
    assert answer.status_code == 413
    assert answer.json()["error"]["type"] == "request_too_large"
