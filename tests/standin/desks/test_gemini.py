"""What Gemini's and Vertex AI's desks refuse and keep."""

from __future__ import annotations

import json
from typing import Any

import pytest

from brownout.orders import Pace
from brownout.standin.recognise import recognise
from brownout.standin.responder import Outcome, Responder

HOST = "generativelanguage.googleapis.com"
KEY = {"x-goog-api-key": "sk-test-1"}
GENERATE = "/v1beta/models/gemini-2.5-flash:generateContent"
VERTEX = "/v1/projects/p/locations/us-central1/publishers/google/models"
ASK = {"contents": [{"parts": [{"text": "hi"}]}]}


@pytest.fixture
def responder() -> Responder:
    return Responder(7, Pace())


def ask(
    responder: Responder,
    method: str,
    target: str,
    body: Any = None,
    headers: dict[str, str] = KEY,
    host: str = HOST,
) -> Outcome:
    path, _, query = target.partition("?")
    data = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    arrived = recognise(method, path, query, {"host": host, **headers}, data)
    assert arrived is not None
    return responder.respond(arrived, 1_763_000_000)


def error_in(outcome: Outcome) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(outcome.reply.body)["error"]
    assert found["code"] == outcome.reply.status
    return found


def begin(responder: Responder, headers: dict[str, str] = KEY, host: str = HOST, prefix: str = "") -> str:
    outcome = ask(
        responder,
        "POST",
        f"{prefix}/upload/v1beta/files",
        {"file": {"name": "files/mine-1", "mimeType": "text/plain"}},
        {**headers, "x-goog-upload-command": "start", "x-goog-upload-protocol": "resumable"},
        host,
    )
    return dict(outcome.reply.headers)["x-goog-upload-url"]


@pytest.mark.parametrize(
    ("target", "headers"),
    [
        (GENERATE, KEY),
        (f"{GENERATE}?key=sk-test-1", {}),
        (GENERATE, {"authorization": "Bearer sk-test-1"}),
    ],
)
def test_a_key_is_taken_wherever_it_is_sent(responder: Responder, target: str, headers: dict[str, str]) -> None:
    assert ask(responder, "POST", target, ASK, headers).reply.status == 200


def test_who_comes_without_a_key_is_a_stranger(responder: Responder) -> None:
    error = error_in(ask(responder, "POST", GENERATE, ASK, {}))

    assert (error["code"], error["status"]) == (403, "PERMISSION_DENIED")
    assert error["message"].startswith("Method doesn't allow unregistered callers")


def test_vertex_wants_a_token(responder: Responder) -> None:
    target = f"{VERTEX}/gemini-2.5-flash:generateContent"
    error = error_in(ask(responder, "POST", target, ASK, {}, "us-central1-aiplatform.googleapis.com"))

    assert (error["code"], error["status"]) == (401, "UNAUTHENTICATED")
    assert error["details"][0]["reason"] == "CREDENTIALS_MISSING"


@pytest.mark.parametrize(
    ("method", "target", "body", "code"),
    [
        ("POST", GENERATE, b"{", 400),
        ("POST", GENERATE, None, 400),
        ("GET", GENERATE, None, 404),
        ("GET", "/v1beta/models/acme", None, 404),
        ("GET", "/v1beta/nothing", None, 404),
        ("GET", "/v1beta/files/nothing", None, 403),
        ("DELETE", "/v1beta/files/nothing", None, 403),
        ("POST", "/upload/v1beta/files?upload_id=nothing", b"x", 403),
    ],
)
def test_what_makes_no_sense_is_refused(responder: Responder, method: str, target: str, body: Any, code: int) -> None:
    assert error_in(ask(responder, method, target, body))["code"] == code


@pytest.mark.parametrize(
    ("headers", "host", "prefix", "address"),
    [
        ({}, HOST, "", f"https://{HOST}/upload/v1beta/files?"),
        ({}, "127.0.0.1:8000", "/gemini", "http://127.0.0.1:8000/gemini/upload/v1beta/files?"),
        ({"x-brownout-host": HOST, "x-brownout-asked-host": HOST}, "127.0.0.1:9", "", f"https://{HOST}/upload/"),
        (
            {"x-brownout-host": HOST, "x-brownout-asked-host": "127.0.0.1:8000"},
            "127.0.0.1:9",
            "",
            "http://127.0.0.1:8000/gemini/upload/v1beta/files?",
        ),
    ],
)
def test_an_upload_goes_on_where_the_caller_found_the_platform(
    responder: Responder, headers: dict[str, str], host: str, prefix: str, address: str
) -> None:
    assert begin(responder, {**KEY, **headers}, host, prefix).startswith(address)


def test_an_upload_in_pieces_becomes_one_file(responder: Responder) -> None:
    target = begin(responder).partition(HOST)[2]
    first = ask(responder, "POST", target, b"hel", {"x-goog-upload-command": "upload"})
    last = ask(responder, "POST", target, b"lo", {"x-goog-upload-command": "upload, finalize"})
    file = json.loads(last.reply.body)["file"]

    assert dict(first.reply.headers)["x-goog-upload-status"] == "active"
    assert dict(last.reply.headers)["x-goog-upload-status"] == "final"
    assert (file["name"], file["sizeBytes"]) == ("files/mine-1", "5")
    assert json.loads(ask(responder, "GET", "/v1beta/files/mine-1").reply.body) == file
    assert json.loads(ask(responder, "GET", "/v1beta/files").reply.body) == {"files": [file]}
    assert error_in(ask(responder, "POST", target, b"lo", {"x-goog-upload-command": "upload"}))["code"] == 403


def test_a_file_may_come_in_one_request(responder: Responder) -> None:
    outcome = ask(responder, "POST", "/upload/v1beta/files", b"hello", {**KEY, "content-type": "image/png"})
    file = json.loads(outcome.reply.body)["file"]

    assert (file["mimeType"], file["sizeBytes"]) == ("image/png", "5")


def test_a_deleted_file_can_no_longer_be_referred_to(responder: Responder) -> None:
    uri = json.loads(ask(responder, "POST", "/upload/v1beta/files", b"hello").reply.body)["file"]["uri"]
    asked = {"contents": [{"parts": [{"text": "read"}, {"fileData": {"fileUri": uri}}]}]}

    assert ask(responder, "POST", GENERATE, asked).reply.status == 200
    name = uri.rpartition("/")[2]
    assert ask(responder, "DELETE", f"/v1beta/files/{name}").reply.status == 200
    error = error_in(ask(responder, "POST", GENERATE, asked))
    assert (error["code"], error["message"].split(" or ")[0].rpartition(" ")[2]) == (403, name)


def test_words_about_a_file_are_not_a_reference(responder: Responder) -> None:
    asked = {"contents": [{"parts": [{"text": f"what is https://{HOST}/v1beta/files/abc ?"}]}]}

    assert ask(responder, "POST", GENERATE, asked).reply.status == 200
