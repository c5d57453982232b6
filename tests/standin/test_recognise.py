"""Which platform a request is meant for."""

from __future__ import annotations

import pytest

from brownout.standin.recognise import Arrived, has_key, recognise, unreadable


def arrived(method: str, path: str, body: bytes = b"", headers: dict[str, str] | None = None) -> Arrived:
    found = recognise(method, path, "", {"host": "api.openai.com", **(headers or {})}, body)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("headers", "path", "host", "service", "own_path"),
    [
        (
            {"x-brownout-host": "api.openai.com"},
            "/v1/chat/completions",
            "api.openai.com",
            "openai.chat",
            "/v1/chat/completions",
        ),
        (
            {"x-brownout-host": "eu.api.openai.com:443"},
            "/v1/models",
            "eu.api.openai.com",
            "openai.models",
            "/v1/models",
        ),
        ({"host": "API.Anthropic.com"}, "/v1/messages", "api.anthropic.com", "anthropic.messages", "/v1/messages"),
        ({"host": "127.0.0.1:1"}, "/openai/v1/responses", "api.openai.com", "openai.responses", "/v1/responses"),
        ({"host": "127.0.0.1:1"}, "/anthropic/v1/messages", "api.anthropic.com", "anthropic.messages", "/v1/messages"),
        (
            {"host": "api.openai.com", "x-brownout-host": "api.anthropic.com"},
            "/v1/models",
            "api.anthropic.com",
            "anthropic.models",
            "/v1/models",
        ),
        ({"host": "api.openai.com"}, "/v1/files", "api.openai.com", "openai.files", "/v1/files"),
    ],
)
def test_a_platform_is_recognised(headers: dict[str, str], path: str, host: str, service: str, own_path: str) -> None:
    found = recognise("GET" if path.endswith(("models", "files")) else "POST", path, "", headers, b"")
    assert found is not None
    assert (found.service, found.request.host, found.request.path) == (service, host, own_path)


@pytest.mark.parametrize("path", ["/", "/v1/chat/completions", "/openaix/v1"])
def test_a_request_that_names_no_platform_is_nobody_s(path: str) -> None:
    assert recognise("POST", path, "", {"host": "127.0.0.1:8000"}, b"") is None


def test_a_known_path_with_another_method_is_told_apart_from_an_unknown_path() -> None:
    assert arrived("PUT", "/v1/chat/completions").other_method
    assert not arrived("POST", "/v1/evals").other_method
    assert not arrived("POST", "/v1/chat/completions").other_method


@pytest.mark.parametrize(
    ("headers", "found"),
    [
        ({"authorization": "Bearer sk-test-1"}, True),
        ({"x-api-key": "sk-test-1"}, True),
        ({"authorization": "Bearer "}, False),
        ({}, False),
    ],
)
def test_any_key_will_do(headers: dict[str, str], found: bool) -> None:
    assert has_key(arrived("POST", "/v1/responses", headers=headers).request) == found


@pytest.mark.parametrize(
    ("body", "needed", "bad"),
    [
        (b'{"model": 1}', True, False),
        (b'{"model": ', True, True),
        (b"[1]", True, True),
        (b"", True, True),
        (b"", False, False),
        (b"{", False, True),
        (b"[" * 100_000, True, True),
    ],
)
def test_a_body_must_be_a_json_object(body: bytes, needed: bool, bad: bool) -> None:
    assert unreadable(arrived("POST", "/v1/conversations", body).request, needed) == bad


def test_a_form_is_no_json_and_need_not_be() -> None:
    form = {"content-type": "multipart/form-data; boundary=b"}
    assert not unreadable(arrived("POST", "/v1/images/edits", b"--b", form).request, True)
