from __future__ import annotations

import html
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from brownout.calls import canary
from brownout.leaks import LEAKS, leaks_in, redact

SEEN = {
    "api_key": [
        "key sk-test-0123456789 was refused",
        "sk-ant-api03-abcdefghij",
        "sk-abcdefghijklmnop1234567890",
        "Incorrect key: sk-proj********************abcd.",
        "Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.e30.abc",
        "?key=AIza" + "A1" * 17,
        "/v1/models?key=q7w8e9r0t1y2u3i4o5",
    ],
    "traceback": [
        'Traceback (most recent call last):\n  File "/srv/app.py", line 7, in chat',
        '{"error": "  File \\"/srv/app.py\\", line 7, in chat"}',
        "<pre>File &quot;/srv/app.py&quot;, line 7, in chat</pre>",
        "Error: boom\n    at async handler (/srv/app/server.js:10:15)",
        "    at node:internal/process/task_queues:95:5",
    ],
    "error_page": [
        "<!doctype html>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>",
        "<title>Server Error (500)</title>",
        "<title>HTTP Status 502 – Bad Gateway</title>",
        "<title>Error</title></head><body><pre>Internal Server Error</pre>",
    ],
    "provider_html": [
        '<div id="cf-error-details">',
        "<center><h1>502 Bad Gateway</h1></center><hr><center>cloudflare</center>",
        "<hr><center>nginx/1.25.3</center>",
        "<title>api.openai.example | 520: Web server is returning an unknown error</title>",
        "upstream connect error or disconnect/reset before headers. reset reason: overflow",
    ],
    "provider_error": [
        "The server had an error while processing your request. Sorry about that!",
        "Rate limit reached for gpt-4o in organization org-1 on tokens per min",
        '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}',
        "Error code: 500 - {'error': {'message': 'boom'}}",
        "see https://platform.openai.com/account/rate-limits",
    ],
    "provider_request_id": ["req_011CSHoEeqs5C35K2UUqR7Fy"],
    "exception_name": [
        "openai.APIError: boom",
        "InternalServerError('boom')",
        "httpx.ReadTimeout",
        "TypeError: terminated, UND_ERR_SOCKET",
        "connect ECONNREFUSED",
    ],
    "exception_text": [
        "peer closed connection without sending complete message body (incomplete chunked read)",
        '{"error": "Connection error."}',
        "Request timed out.",
        "Expecting value: line 1 column 1 (char 0)",
        "'NoneType' object is not subscriptable",
        "[Errno 111] Connection refused",
    ],
    "internal_address": [
        "could not fetch http://127.0.0.1:8081/openai/v1/chat",
        "http://localhost:3000",
        "api.openai.com",
        "http://10.0.3.7/internal",
    ],
}
PRESIGNED = (
    "https://files.s3.eu-central-1.amazonaws.com/a.pdf?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
    f"ASIA{'Q3EXAMPLE7KEYID2'}%2F20261130%2Feu-central-1%2Fs3%2Faws4_request&X-Amz-Security-Token=IQoJb3JpZ2luX2VjE"
    f"&X-Amz-Expires=300&X-Amz-Signature={'0f' * 32}"
)
CLEAN = [
    "",
    "The sky is blue because air scatters blue light more than red light.",
    "The assistant cannot answer right now. Your message is kept; please try again in 3 seconds.",
    "Connection error. Please check your internet connection and try again.",
    "Cloudflare and nginx are both used as reverse proxies; nginx answers 502 when an upstream fails.",
    "A risk-averse, task-specific skill such as sk-learn-contrib is welcome, said the bearer of identification.",
    "An HTTP 500 means an internal server error, a 429 that there were too many requests.",
    '{"reply": "whole", "id": "msg_1", "request_id": "req_42"}',
    f"Something went wrong; please tell us this number: req_{'0123456789abcdef' * 2}",
    "<html><title>My chat</title><h1>500 places to see</h1></html>",
    "Use the type key with care.",
    PRESIGNED,
    json.dumps({"file": PRESIGNED}),
    html.escape(PRESIGNED),
]


def test_every_name_has_examples() -> None:
    assert set(SEEN) == set(LEAKS)


@pytest.mark.parametrize(("name", "text"), [(name, text) for name, texts in SEEN.items() for text in texts])
def test_a_leak_is_named(name: str, text: str) -> None:
    assert name in leaks_in(text)


@pytest.mark.parametrize("text", CLEAN)
def test_a_healthy_text_leaks_nothing(text: str) -> None:
    assert leaks_in(text) == []


def test_an_answer_of_the_stand_in_leaks_nothing() -> None:
    mark = canary.make(1, "chat", 0, 0, 0)
    question = f"Reference {mark}. Please answer in two sentences: why is the sky blue?"
    assert leaks_in(f"You asked: {question} Here is what I can say. {canary.SENTINEL}") == []


def test_what_is_hidden_is_no_leak() -> None:
    text = "see http://127.0.0.1:8000/c/1 for more"
    assert leaks_in(text) == ["internal_address"]
    assert leaks_in(text, hide=("http://127.0.0.1:8000",)) == []


def test_names_come_once_and_sorted() -> None:
    text = "Traceback (most recent call last): httpx.ReadError sk-test-abcdef sk-test-ghijkl"
    assert leaks_in(text) == ["api_key", "exception_name", "traceback"]


@given(st.text())
def test_no_text_is_too_odd(text: str) -> None:
    assert set(leaks_in(text)) <= set(LEAKS)


@given(st.lists(st.sampled_from([text for texts in SEEN.values() for text in texts] + CLEAN)), st.integers(0, 400))
def test_a_snippet_is_one_short_line_without_keys(texts: list[str], limit: int) -> None:
    line = redact("\n".join(texts), limit)
    assert len(line) <= limit
    assert "\n" not in line
    assert "api_key" not in leaks_in(line)


@given(st.text(), st.integers(0, 50))
def test_redacting_never_fails(text: str, limit: int) -> None:
    assert len(redact(text, limit)) <= limit


def test_a_snippet_does_not_repeat_the_users_words() -> None:
    assert redact("cannot answer 'why is the sky blue'", hide=("why is the sky blue",)) == "cannot answer '[…]'"
